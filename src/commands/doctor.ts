/** `heddle doctor`: what is there and what is missing. It looks at everything, whatever fails, and writes nothing. */
import { join } from 'node:path';
import { findBd } from '../adapters/bd/find-bd.mjs';
import { createGitCommand } from '../adapters/git/command.ts';
import { committer } from '../adapters/git/pending.ts';
import { asTyped } from '../adapters/git/work-tree.ts';
import { inspectBranch, inspectRepository } from '../adapters/github/inspect.ts';
import { canWriteTo } from '../adapters/host/disk.ts';
import { files } from '../adapters/host/files.ts';
import { programs } from '../adapters/host/programs.ts';
import { versionOf } from '../adapters/host/version.ts';
import { branchesOf, type Settings } from '../config/settings.ts';
import { byUrgency, exitOf, type Finding, findingOf, notLookedAt } from '../doctor/finding.ts';
import { judgeLines } from '../doctor/lines.ts';
import {
  judgeAccess,
  judgeAgreement,
  judgeBaseOfAction,
  judgeChecks,
  judgeIdentity,
  judgeMergerWorkflow,
  judgeRoom,
  judgeStateBranch,
} from '../doctor/repository.ts';
import { judgeAgent, judgeBd, judgeGh, judgeGit, judgeNode } from '../doctor/tools.ts';
import { CONFIG_PATH } from '../domain/config-path.ts';
import { ISSUES_PATH } from '../domain/lines.ts';
import { readWorkflows } from '../init/observe.ts';
import { allWorkflowNames, ciWorkflowNames } from '../init/workflows.ts';
import { WORKFLOW_PATH } from '../merger/workflow-file.ts';
import { baseUnknownToAction, differenceWithMerger, refuseReservedBranch } from '../spawner/preconditions.ts';
import { openBeads } from '../wiring/beads.ts';
import { type Checkout, openCheckout } from '../wiring/checkout.ts';
import type { Environment } from '../wiring/environment.ts';
import { addressOf, type Forge, openForge } from '../wiring/forge.ts';
import { tokenSource } from '../wiring/token.ts';
import { agentInstalled, findAgent } from '../worker/agents/index.ts';
import { command } from './command.ts';
import { json } from './options.ts';

/** Exit: `done`, or the exit of the first problem. */
export const doctorCommand = command({
  name: 'doctor',
  summary: 'Show what Heddle finds here: git, node, bd, remote, token, agents',
  onlyReads: true,
  takes: { json },
  async run({ cwd, env, terminal, stop }, given) {
    const findings = await examine(cwd, env, stop);
    if (given.json) terminal.json(findings);
    else {
      const rows = byUrgency(findings).map((one) => [
        one.is,
        one.check,
        ...(one.is === 'ok' ? [one.says, ''] : [one.problem, one.hint]),
      ]);
      terminal.table(['', 'check', 'found', 'what to do'], rows);
    }
    return exitOf(findings);
  },
});

/** Everything, in an order in which an earlier problem may explain a later one. */
export async function examine(cwd: string, env: Environment, stop?: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = [];
  const check = async (name: string, look: () => Promise<Finding | readonly Finding[]>): Promise<void> => {
    findings.push(
      ...(await look().then(
        (found) => [found].flat(),
        (error: unknown) => [findingOf(name, error)],
      )),
    );
  };
  await check('git', async () => judgeGit(await versionOf('git', env)));
  await check('node', async () => judgeNode(process.versions.node));
  await check('bd', async () => judgeBd(findBd(env)));
  await check('gh', async () => judgeGh(await versionOf('gh', env)));
  let checkout: Checkout | undefined;
  await check('checkout', async () => {
    checkout = await openCheckout(cwd, env, { configText: '', stop });
    return { is: 'ok', check: 'checkout', says: checkout.place.mainWorktree };
  });
  if (checkout === undefined) return [...findings, notLookedAt('repository', 'there is no checkout')];
  const opened = await withConfig(checkout, findings);
  for (const name of agentNames(opened.settings)) await check(`agent ${name}`, async () => agentFinding(name, opened));
  await check('git identity', async () =>
    judgeIdentity(await committer(createGitCommand(env, undefined), asTyped(cwd))),
  );
  await check('worktrees', async () => roomFinding(opened));
  await check('Beads', () => beadsFinding(opened));
  await checkGitHub(opened, check);
  return findings;
}

type Check = (name: string, look: () => Promise<Finding | readonly Finding[]>) => Promise<void>;

/** With a broken heddle.yml the rest is looked at as if there were none. */
async function withConfig(checkout: Checkout, findings: Finding[]): Promise<Checkout> {
  const { env, stop, findToken } = checkout;
  const text = await files.read(join(checkout.place.mainWorktree, CONFIG_PATH));
  try {
    const opened = await openCheckout(checkout.place.mainWorktree, env, { configText: text ?? '', stop, findToken });
    const says = text === undefined ? 'not there: every default holds' : 'valid';
    findings.push({ is: 'ok', check: CONFIG_PATH, says });
    return opened;
  } catch (error) {
    findings.push(findingOf(CONFIG_PATH, error));
    return checkout;
  }
}

function agentNames({ agent, agents }: Settings): string[] {
  return [...new Set([agent, ...Object.keys(agents)])];
}

function agentFinding(name: string, { settings, env }: Checkout): Finding {
  const found = agentInstalled(findAgent(settings, name), { programs, environment: env });
  return judgeAgent({ name, default: name === settings.agent, ...found });
}

async function roomFinding({ git, place, settings }: Checkout): Promise<Finding> {
  const { minFreeMb, max } = settings.worktree;
  const folder = place.worktreeRoot;
  return judgeRoom({ folder, writable: canWriteTo(folder), ...(await git.room()), minFreeMb, max });
}

async function beadsFinding(checkout: Checkout): Promise<Finding> {
  const issues = await openBeads(checkout).snapshot();
  const open = issues.filter(({ status }) => status !== 'closed').length;
  return { is: 'ok', check: 'Beads', says: `${issues.length} issues, ${open} of them not closed` };
}

async function checkGitHub(checkout: Checkout, check: Check): Promise<void> {
  let forge: Forge | undefined;
  let defaultBranch: string | undefined;
  let hasRemote = false;
  await check('remote', async () => {
    const { owner, name, apiUrl } = addressOf(checkout, await checkout.git.remoteUrl());
    hasRemote = true;
    return { is: 'ok', check: 'remote', says: `${checkout.place.remote} is ${owner}/${name} (${apiUrl})` };
  });
  await check('token', async () => {
    if (!hasRemote) return notLookedAt('token', 'it is not known for which repository');
    const opened = await openForge(checkout);
    const found = await inspectRepository(opened.client, opened.address);
    defaultBranch = found.defaultBranch;
    forge = opened;
    return judgeAccess({ tokenFrom: tokenSource(checkout.env), ...found });
  });
  const [reached, onDefault] = [forge, defaultBranch];
  const branches = onDefault === undefined ? undefined : branchesOf(checkout.settings, onDefault);
  await check('state branch', async () => {
    if (reached === undefined || onDefault === undefined || branches === undefined)
      return notLookedAt('state branch', 'GitHub cannot be asked');
    const { base, state } = branches;
    const there = await inspectBranch(reached.client, reached.address, state);
    const branch = { name: state, isBase: state === base, ...there };
    return [
      judgeStateBranch(branch),
      ...judgeAgreement(await differenceWithMerger(checkout.settings, reached.branches, onDefault)),
      ...judgeBaseOfAction(await baseUnknownToAction(checkout.settings, reached.branches, onDefault)),
    ];
  });
  await check('lines', async () => {
    if (reached === undefined || branches === undefined) return notLookedAt('lines', 'GitHub cannot be asked');
    const { state } = branches;
    const file = await reached.github.stateFile(state, ISSUES_PATH);
    return judgeLines(file?.content, state, checkout.place.remote);
  });
  await check('task branches', async () => {
    const here = await checkout.git.localTaskBranches();
    const there = await checkout.git.remoteTaskBranches();
    if (reached !== undefined) await refuseReservedBranch(reached.branches, reached.address);
    return { is: 'ok', check: 'task branches', says: `${here.size} here, ${there.size} on the remote` };
  });
  await check('merger workflow', () => mergerFindings(checkout, reached, onDefault));
}

async function mergerFindings(
  checkout: Checkout,
  forge: Forge | undefined,
  branch: string | undefined,
): Promise<Finding[]> {
  const workflows = await readWorkflows(files, checkout.place.mainWorktree);
  const asked = forge !== undefined && branch !== undefined;
  const ciNames = ciWorkflowNames(workflows, WORKFLOW_PATH);
  const woken = judgeMergerWorkflow({
    branch: branch ?? 'the default branch',
    remote: asked ? ((await forge.github.fileOn(branch, WORKFLOW_PATH)) ?? null) : undefined,
    local: workflows.find(({ path }) => path === WORKFLOW_PATH)?.text,
    others: workflows.filter(({ path }) => path !== WORKFLOW_PATH).map(({ text }) => text),
    ciNames,
    allNames: allWorkflowNames(workflows),
  });
  return [...woken, judgeChecks(checkout.settings.merge.checks, ciNames)];
}
