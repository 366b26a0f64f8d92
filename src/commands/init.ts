/** `heddle init`: what a repository needs for Heddle, as far as it is missing. */
import { dirname, join } from 'node:path';
import { findBd } from '../adapters/bd/find-bd.mjs';
import { importCommittedLines, initBeads } from '../adapters/bd/set-up.ts';
import { createGitCommand } from '../adapters/git/command.ts';
import { committer, pendingChanges } from '../adapters/git/pending.ts';
import { ownActionReference } from '../adapters/github/own-release.ts';
import { files } from '../adapters/host/files.ts';
import type { Terminal } from '../adapters/terminal.ts';
import { type Checkout, type Environment, openBeads, openCheckout } from '../connect.ts';
import { type ExitName, UserError, userError } from '../domain/errors.ts';
import { ISSUES_PATH } from '../domain/lines.ts';
import { describeKept, describeStep, NOTHING_TO_DO, nextSteps } from '../init/messages.ts';
import { type InitEyes, observeInit } from '../init/observe.ts';
import { performInit } from '../init/perform.ts';
import { type Plan, planInit } from '../init/plan.ts';
import { WORKFLOW_PATH } from '../merger/workflow-file.ts';

export type InitFlags = {
  dryRun: boolean;
  /** `OWNER/heddle@SHA`, for the workflow's `uses:`. */
  action: string | undefined;
  /** Of the issue ids, if Beads is set up now. */
  prefix: string | undefined;
  stop?: AbortSignal;
};

/** Throws a UserError, with nothing written, when `bd` is missing or changes of the user's are in the way. */
export async function initCommand(
  cwd: string,
  env: Environment,
  terminal: Terminal,
  flags: InitFlags,
): Promise<ExitName> {
  if (flags.prefix !== undefined && !/^[a-z][a-z0-9-]{0,30}$/.test(flags.prefix)) {
    throw new UserError(`${JSON.stringify(flags.prefix)} cannot begin the ids of issues.`, {
      hint: 'Use up to 31 lower-case letters, digits and dashes, with a letter first.',
      exit: 'usage',
    });
  }
  const checkout = await openCheckout(cwd, env, { stop: flags.stop });
  const plan = await planOf(checkout, env, flags);
  if (flags.dryRun) for (const step of plan.steps) terminal.answer(describeStep(step));
  else for await (const step of performInit(handsOf(checkout, env), plan.steps)) terminal.answer(describeStep(step));
  for (const kept of plan.kept) terminal.answer(describeKept(kept));
  if (plan.steps.length === 0) terminal.answer(NOTHING_TO_DO);
  terminal.tell('Next:');
  for (const step of nextSteps(plan, await uncommitted(checkout, env, plan))) terminal.tell(`- ${step}`);
  return 'done';
}

async function planOf(checkout: Checkout, env: Environment, flags: InitFlags): Promise<Plan> {
  const git = createGitCommand(env, undefined);
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
  const knownAction = flags.action === undefined ? await ownActionReference(git) : undefined;
  return planInit(found, { action: flags.action, knownAction, prefix: flags.prefix });
}

/** Fetched first: a clone of one branch alone has no other, and the merger may have closed tasks a moment ago. */
async function stateBranchOf({ settings, git, place }: Checkout): ReturnType<InitEyes['stateBranch']> {
  const branch = settings.stateBranch;
  if (branch === undefined) return undefined;
  await git.fetch([branch]);
  const head = await git.remoteBranch(branch);
  const text = head === undefined ? undefined : await git.fileAt(head, ISSUES_PATH);
  return text === undefined ? undefined : { name: `${place.remote}/${branch}`, text };
}

function handsOf(checkout: Checkout, env: Environment): Parameters<typeof performInit>[0] {
  const { mainWorktree } = checkout.place;
  const found = findBd(env);
  // `openBeads` has found it a moment ago.
  if ('problem' in found) throw userError(found, 'missing');
  const where = { bd: found.path, mainWorktree, actor: 'heddle', env };
  return {
    setUpBeads: (prefix) => initBeads(where, prefix),
    importLines: (lines) => importCommittedLines(where, lines),
    write: (path, text) => files.write(join(mainWorktree, path), text),
  };
}

/** Of the files in question, what the user has to commit; in a dry run also what there would be. */
async function uncommitted(checkout: Checkout, env: Environment, plan: Plan): Promise<string[]> {
  const { staged, changed } = await pendingChanges(createGitCommand(env, undefined), checkout.place.main);
  const written = plan.steps.flatMap((step) => (step.do === 'write' ? [step.path] : []));
  // The CI that the merger's workflow names has to be there as well.
  const workflows = [...staged, ...changed].filter((path) => dirname(path) === dirname(WORKFLOW_PATH));
  const ours = new Set([...written, ...plan.same, ...plan.kept.map(({ path }) => path), ...workflows]);
  return [...ours].filter((path) => written.includes(path) || staged.includes(path) || changed.includes(path)).sort();
}
