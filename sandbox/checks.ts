/** Check suites, check runs and statuses: made, completed, and summed up for a commit. */

import { emitCheckRun, emitCheckSuite, emitStatus } from './check-payloads.ts';
import { suitesOf, worst } from './check-summary.ts';
import { nodeId } from './create.ts';
import type { Actor } from './events.ts';
import { Refused } from './refused.ts';
import {
  type Annotation,
  type CheckConclusion,
  type CheckOutput,
  type CheckRun,
  type CheckStatus,
  type CheckSuite,
  type CommitStatus,
  loginOf,
  type Repository,
  type RunConclusion,
  type StatusState,
  type World,
} from './world.ts';

type CheckRunDraft = {
  appId: number;
  name: string;
  headSha: string;
  /** The suite of one's own workflow run, whose job it is; else the app's newest suite of that commit, made when there is none. */
  suiteId?: number | undefined;
  status?: CheckStatus | undefined;
  conclusion?: CheckConclusion | null | undefined;
  output?: Partial<CheckOutput> | undefined;
  detailsUrl?: string | undefined;
  externalId?: string | undefined;
  startedAt?: string | undefined;
  completedAt?: string | undefined;
  /** Added to those that the run has. */
  annotations?: readonly Annotation[] | undefined;
  /** Of a job of GitHub Actions: it is one from the first event on. */
  job?: { runId: number; attempt: number } | undefined;
};

type CheckRunChange = {
  [K in keyof Omit<CheckRunDraft, 'appId' | 'headSha' | 'suiteId' | 'job'>]?: CheckRunDraft[K] | undefined;
};

export async function createCheckSuite(
  world: World,
  repository: Repository,
  draft: { appId: number; headSha: string; headBranch: string | null; workflowRunId?: number },
  causedBy: Actor,
): Promise<CheckSuite> {
  const id = world.nextId();
  const suite: CheckSuite = {
    id,
    nodeId: nodeId('CS', id),
    appId: draft.appId,
    headSha: draft.headSha,
    headBranch: draft.headBranch,
    status: 'queued',
    conclusion: null,
    workflowRunId: draft.workflowRunId ?? null,
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  repository.checkSuites.set(id, suite);
  await emitCheckSuite(world, repository, suite, 'requested', causedBy);
  return suite;
}

export async function createCheckRun(
  world: World,
  repository: Repository,
  draft: CheckRunDraft,
  causedBy: Actor,
): Promise<CheckRun> {
  if ((await repository.git.type(draft.headSha)) !== 'commit') {
    throw new Refused(422, `No commit found for SHA: ${draft.headSha}`);
  }
  const suite =
    (draft.suiteId === undefined ? suiteFor(repository, draft) : repository.checkSuites.get(draft.suiteId)) ??
    (await createCheckSuite(
      world,
      repository,
      { appId: draft.appId, headSha: draft.headSha, headBranch: await branchAt(repository, draft.headSha) },
      causedBy,
    ));
  const id = world.nextId();
  const run: CheckRun = {
    id,
    nodeId: nodeId('CR', id),
    suiteId: suite.id,
    appId: draft.appId,
    name: draft.name,
    headSha: draft.headSha,
    status: 'queued',
    conclusion: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    detailsUrl: draft.detailsUrl ?? null,
    externalId: draft.externalId ?? '',
    startedAt: draft.startedAt ?? world.now(),
    completedAt: null,
  };
  repository.checkRuns.set(id, run);
  if (draft.job !== undefined) {
    repository.jobs.set(id, { ...draft.job, createdAt: world.now(), steps: [], log: null });
  }
  change(world, run, draft);
  await emitCheckRun(world, repository, run, 'created', causedBy);
  await settle(world, repository, run, suite, causedBy);
  return run;
}

export async function updateCheckRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  changes: CheckRunChange,
  causedBy: Actor,
): Promise<CheckRun> {
  const suite = repository.checkSuites.get(run.suiteId);
  change(world, run, changes);
  if (suite !== undefined) await settle(world, repository, run, suite, causedBy);
  return run;
}

function change(world: World, run: CheckRun, changes: CheckRunChange): void {
  if (changes.name !== undefined) run.name = changes.name;
  if (changes.status !== undefined) run.status = changes.status;
  if (changes.detailsUrl !== undefined) run.detailsUrl = changes.detailsUrl;
  if (changes.externalId !== undefined) run.externalId = changes.externalId;
  if (changes.startedAt !== undefined) run.startedAt = changes.startedAt;
  if (changes.output !== undefined) run.output = { ...run.output, ...changes.output };
  run.annotations.push(...(changes.annotations ?? []));
  if (changes.conclusion !== undefined && changes.conclusion !== null) {
    // A conclusion completes the run, whatever the status says.
    run.status = 'completed';
    run.conclusion = changes.conclusion;
    run.completedAt = changes.completedAt ?? world.now();
  }
  if (run.status !== 'completed') {
    run.conclusion = null;
    run.completedAt = null;
  }
}

/** A suite follows its runs; one of Actions follows its workflow run instead, since later jobs have no check run yet. */
async function settle(
  world: World,
  repository: Repository,
  run: CheckRun,
  suite: CheckSuite,
  causedBy: Actor,
): Promise<void> {
  if (run.status === 'completed') await emitCheckRun(world, repository, run, 'completed', causedBy);
  if (suite.workflowRunId !== null) return;
  const runs = [...repository.checkRuns.values()].filter(({ suiteId }) => suiteId === suite.id);
  if (runs.some(({ status }) => status !== 'completed')) {
    suite.status = 'in_progress';
    suite.conclusion = null;
    suite.updatedAt = world.now();
    return;
  }
  await completeCheckSuite(world, repository, suite, worst(runs.map(({ conclusion }) => conclusion)), causedBy);
}

export async function completeCheckSuite(
  world: World,
  repository: Repository,
  suite: CheckSuite,
  conclusion: RunConclusion,
  causedBy: Actor,
): Promise<void> {
  suite.status = 'completed';
  suite.conclusion = conclusion;
  suite.updatedAt = world.now();
  await emitCheckSuite(world, repository, suite, 'completed', causedBy);
}

type StatusDraft = {
  sha: string;
  context: string;
  state: StatusState;
  description?: string | null | undefined;
  targetUrl?: string | null | undefined;
};

export async function createStatus(
  world: World,
  repository: Repository,
  draft: StatusDraft,
  causedBy: Actor,
): Promise<CommitStatus> {
  if ((await repository.git.type(draft.sha)) !== 'commit') {
    throw new Refused(422, `No commit found for SHA: ${draft.sha}`);
  }
  refuseStatus(repository, draft);
  const id = world.nextId();
  const status: CommitStatus = {
    id,
    nodeId: nodeId('SC', id),
    sha: draft.sha,
    context: draft.context,
    state: draft.state,
    description: draft.description ?? null,
    targetUrl: draft.targetUrl ?? null,
    creatorLogin: loginOf(causedBy),
    createdAt: world.now(),
  };
  repository.statuses.push(status);
  await emitStatus(world, repository, status, causedBy);
  return status;
}

const longestDescription = 140;
const mostStatuses = 1000;

/** Sources: GitHub docs, "REST API endpoints for commit statuses", and answers that users quote. */
function refuseStatus(repository: Repository, draft: Pick<StatusDraft, 'sha' | 'context' | 'description'>) {
  const invalid = (what: string) => new Refused(422, 'Validation Failed', `Validation failed: ${what}`);
  if ((draft.description ?? '').length > longestDescription) {
    throw invalid(`Description is too long (maximum is ${longestDescription} characters)`);
  }
  const same = repository.statuses.filter(({ sha, context }) => sha === draft.sha && context === draft.context);
  if (same.length >= mostStatuses) throw invalid('This SHA and context has reached the maximum number of statuses.');
}

function suiteFor(repository: Repository, draft: CheckRunDraft): CheckSuite | undefined {
  return suitesOf(repository, draft.headSha).findLast(({ appId }) => appId === draft.appId);
}

async function branchAt(repository: Repository, sha: string): Promise<string | null> {
  const branches = await repository.git.branches();
  return branches.find(({ oid }) => oid === sha)?.name ?? null;
}
