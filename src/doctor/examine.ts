/** All that `heddle doctor` looks at. A check that fails is a finding, and the checks after it are made all the same. */
import { join } from 'node:path';
import { branchesOf, type Settings } from '../config/settings.ts';
import { CONFIG_PATH } from '../domain/config-path.ts';
import { readWorkflows } from '../init/observe.ts';
import { allWorkflowNames, ciWorkflowNames } from '../init/workflows.ts';
import { WORKFLOW_PATH } from '../merger/workflow-file.ts';
import { type Finding, findingOf, notLookedAt } from './finding.ts';
import { judgeLines } from './lines.ts';
import type { CheckoutReaders, DoctorReaders, GitHubReaders } from './readers.ts';
import {
  judgeAccess,
  judgeAgreement,
  judgeBaseOfAction,
  judgeChecks,
  judgeIdentity,
  judgeMergerWorkflow,
  judgeRoom,
  judgeStateBranch,
} from './repository.ts';
import { judgeAgent, judgeBd, judgeGh, judgeGit, judgeNode } from './tools.ts';

type Check = (name: string, look: () => Promise<Finding | readonly Finding[]>) => Promise<void>;

/** The findings are in the order of the checks: an earlier problem may explain a later one. */
export async function examine(readers: DoctorReaders): Promise<Finding[]> {
  const findings: Finding[] = [];
  const check: Check = async (name, look) => {
    findings.push(
      ...(await look().then(
        (found) => [found].flat(),
        (error: unknown) => [findingOf(name, error)],
      )),
    );
  };
  await check('git', async () => judgeGit(await readers.versionOf('git')));
  await check('node', async () => judgeNode(readers.node));
  await check('bd', async () => judgeBd(readers.findBd()));
  await check('gh', async () => judgeGh(await readers.versionOf('gh')));
  let bare: CheckoutReaders | undefined;
  await check('checkout', async () => {
    bare = await readers.openCheckout();
    return { is: 'ok', check: 'checkout', says: bare.git.mainWorktree };
  });
  if (bare === undefined) return [...findings, notLookedAt('repository', 'there is no checkout')];
  const checkout = await withConfig(bare, check);
  for (const name of agentNames(checkout.settings)) {
    await check(`agent ${name}`, async () =>
      judgeAgent({ name, default: name === checkout.settings.agent, ...checkout.findAgent(name) }),
    );
  }
  await check('git identity', async () => judgeIdentity(await readers.committer()));
  await check('worktrees', () => roomFinding(checkout));
  await check('Beads', () => beadsFinding(checkout));
  await checkGitHub(checkout, check);
  return findings;
}

/** With a broken heddle.yml the rest is looked at as if there were none. */
async function withConfig(bare: CheckoutReaders, check: Check): Promise<CheckoutReaders> {
  const text = await bare.files.read(join(bare.git.mainWorktree, CONFIG_PATH));
  let opened = bare;
  await check(CONFIG_PATH, async () => {
    opened = await bare.withConfig(text ?? '');
    return { is: 'ok', check: CONFIG_PATH, says: text === undefined ? 'not there: every default holds' : 'valid' };
  });
  return opened;
}

function agentNames({ agent, agents }: Settings): string[] {
  return [...new Set([agent, ...Object.keys(agents)])];
}

async function roomFinding({ git, settings, canWriteTo }: CheckoutReaders): Promise<Finding> {
  const { minFreeMb, max } = settings.worktree;
  const folder = git.worktreeRoot;
  return judgeRoom({ folder, writable: canWriteTo(folder), ...(await git.room()), minFreeMb, max });
}

async function beadsFinding({ openBeads }: CheckoutReaders): Promise<Finding> {
  const issues = await openBeads().snapshot();
  const open = issues.filter(({ status }) => status !== 'closed').length;
  return { is: 'ok', check: 'Beads', says: `${issues.length} issues, ${open} of them not closed` };
}

async function checkGitHub(checkout: CheckoutReaders, check: Check): Promise<void> {
  const { git, settings, remote } = checkout;
  let opened: GitHubReaders | undefined;
  let defaultBranch: string | undefined;
  let hasRemote = false;
  await check('remote', async () => {
    const { owner, name, apiUrl } = checkout.repositoryAt(await git.remoteUrl());
    hasRemote = true;
    return { is: 'ok', check: 'remote', says: `${remote} is ${owner}/${name} (${apiUrl})` };
  });
  await check('token', async () => {
    if (!hasRemote) return notLookedAt('token', 'it is not known for which repository');
    const asked = await checkout.openGitHub();
    const found = await asked.repository();
    defaultBranch = found.defaultBranch;
    opened = asked;
    return judgeAccess({ tokenFrom: checkout.tokenFrom, ...found });
  });
  const [github, onDefault] = [opened, defaultBranch];
  await check('state branch', async () =>
    github === undefined || onDefault === undefined
      ? notLookedAt('state branch', 'GitHub cannot be asked')
      : await stateBranchFindings(settings, github, onDefault),
  );
  await check('lines', async () => {
    if (github === undefined || onDefault === undefined) return notLookedAt('lines', 'GitHub cannot be asked');
    const { state } = branchesOf(settings, onDefault);
    return judgeLines(await github.linesOn(state), state, remote);
  });
  await check('task branches', async () => {
    const here = await git.localTaskBranches();
    const there = await git.remoteTaskBranches();
    await github?.refuseReservedBranch();
    return { is: 'ok', check: 'task branches', says: `${here.size} here, ${there.size} on the remote` };
  });
  await check('merger workflow', () => mergerFindings(checkout, github, onDefault));
}

async function stateBranchFindings(settings: Settings, github: GitHubReaders, onDefault: string): Promise<Finding[]> {
  const { base, state } = branchesOf(settings, onDefault);
  return [
    judgeStateBranch({ name: state, isBase: state === base, ...(await github.branch(state)) }),
    ...judgeAgreement(await github.differenceWithMerger(onDefault)),
    ...judgeBaseOfAction(await github.baseUnknownToAction(onDefault)),
  ];
}

async function mergerFindings(
  { git, files, settings }: CheckoutReaders,
  github: GitHubReaders | undefined,
  branch: string | undefined,
): Promise<Finding[]> {
  const workflows = await readWorkflows(files, git.mainWorktree);
  const asked = github !== undefined && branch !== undefined;
  const ciNames = ciWorkflowNames(workflows, WORKFLOW_PATH);
  const woken = judgeMergerWorkflow({
    branch: branch ?? 'the default branch',
    remote: asked ? ((await github.fileOn(branch, WORKFLOW_PATH)) ?? null) : undefined,
    local: workflows.find(({ path }) => path === WORKFLOW_PATH)?.text,
    others: workflows.filter(({ path }) => path !== WORKFLOW_PATH).map(({ text }) => text),
    ciNames,
    allNames: allWorkflowNames(workflows),
  });
  return [...woken, judgeChecks(settings.merge.checks, ciNames)];
}
