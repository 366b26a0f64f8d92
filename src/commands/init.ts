/** `heddle init`: what a repository needs for Heddle, as far as it is missing. */
import { dirname, join } from 'node:path';
import { importCommittedLines, initBeads } from '../adapters/bd/set-up.ts';
import { createGitCommand } from '../adapters/git/command.ts';
import { committer, pendingChanges } from '../adapters/git/pending.ts';
import { ownActionReference } from '../adapters/github/own-release.ts';
import { files } from '../adapters/host/files.ts';
import { UserError } from '../domain/errors.ts';
import { ISSUES_PATH } from '../domain/lines.ts';
import { describeKept, describeStep, NOTHING_TO_DO, nextSteps } from '../init/messages.ts';
import { type InitReaders, observeInit } from '../init/observe.ts';
import { performInit } from '../init/perform.ts';
import { type Plan, planInit, type Wanted } from '../init/plan.ts';
import { WORKFLOW_PATH } from '../merger/workflow-file.ts';
import { bdOf, openBeads } from '../wiring/beads.ts';
import type { Checkout } from '../wiring/checkout.ts';
import { command, flag, option, recipesOf, text } from './command.ts';

export const initCommand = command({
  name: 'init',
  summary: 'Write what a repository needs for Heddle; what is there already stays',
  example: '--dry-run',
  // A repository of somebody else gets its recipes from it.
  recipe: 'own justfile only',
  takes: {
    dryRun: option(flag, { what: 'say what would be written, and write nothing' }),
    action: option(text.optional(), {
      value: 'owner/name@ref',
      what: 'the Action that the merger workflow uses',
    }),
    prefix: option(text.optional(), { value: 'prefix', what: 'of the ids of issues, where Beads is not set up yet' }),
  },
  /** Throws a UserError, with nothing written, when `bd` is missing or changes of the user's are in the way. */
  async run({ openCheckout, terminal, commands }, { dryRun, action, prefix }) {
    if (prefix !== undefined && !/^[a-z][a-z0-9-]{0,30}$/.test(prefix)) {
      throw new UserError(`${JSON.stringify(prefix)} cannot begin the ids of issues.`, {
        hint: 'Use up to 31 lower-case letters, digits and dashes, with a letter first.',
        exit: 'usage',
      });
    }
    const checkout = await openCheckout();
    const recipes = recipesOf(commands, 'heddle.just');
    const plan = await planOf(checkout, { action, prefix, recipes });
    if (dryRun) for (const step of plan.steps) terminal.answer(describeStep(step));
    else for await (const step of performInit(writersOf(checkout), plan.steps)) terminal.answer(describeStep(step));
    for (const kept of plan.kept) terminal.answer(describeKept(kept));
    if (plan.steps.length === 0) terminal.answer(NOTHING_TO_DO);
    terminal.tell('Next:');
    for (const step of nextSteps(plan, await uncommitted(checkout, plan))) terminal.tell(`- ${step}`);
    return 'done';
  },
});

async function planOf(checkout: Checkout, wanted: Omit<Wanted, 'knownAction'>): Promise<Plan> {
  const git = createGitCommand(checkout.env, undefined);
  const { mainWorktree, main, remote } = checkout.place;
  const found = await observeInit({
    mainWorktree,
    files,
    beads: openBeads(checkout),
    pending: () => pendingChanges(git, main),
    committer: () => committer(git, main),
    remoteUrl: async () => (await git.try(main, ['remote', 'get-url', remote])).stdout.trim(),
    stateBranch: () => stateBranchOf(checkout),
  });
  return planInit(found, {
    ...wanted,
    knownAction: wanted.action === undefined ? await ownActionReference(git) : undefined,
  });
}

/** Fetched first: a clone of one branch alone has no other, and the merger may have closed tasks a moment ago. */
async function stateBranchOf({ settings, git, place }: Checkout): ReturnType<InitReaders['stateBranch']> {
  const branch = settings.stateBranch;
  if (branch === undefined) return undefined;
  await git.fetch([branch]);
  const head = await git.remoteBranch(branch);
  const text = head === undefined ? undefined : await git.fileAt(head, ISSUES_PATH);
  return text === undefined ? undefined : { name: `${place.remote}/${branch}`, text };
}

function writersOf({ place: { mainWorktree }, env }: Checkout): Parameters<typeof performInit>[0] {
  const where = bdOf(mainWorktree, env);
  return {
    setUpBeads: (prefix) => initBeads(where, prefix),
    importLines: (lines) => importCommittedLines(where, lines),
    write: (path, text) => files.write(join(mainWorktree, path), text),
  };
}

/** Of the files in question, what the user has to commit; in a dry run also what there would be. */
async function uncommitted({ env, place }: Checkout, plan: Plan): Promise<string[]> {
  const { staged, changed } = await pendingChanges(createGitCommand(env, undefined), place.main);
  const written = plan.steps.flatMap((step) => (step.do === 'write' ? [step.path] : []));
  // The CI that the merger's workflow names has to be there as well.
  const workflows = [...staged, ...changed].filter((path) => dirname(path) === dirname(WORKFLOW_PATH));
  const ours = new Set([...written, ...plan.same, ...plan.kept.map(({ path }) => path), ...workflows]);
  return [...ours].filter((path) => written.includes(path) || staged.includes(path) || changed.includes(path)).sort();
}
