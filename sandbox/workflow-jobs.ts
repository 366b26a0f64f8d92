/**
 * Jobs of workflow runs: each is a check run of its run's suite, under one id, with a log and the steps that it has taken.
 * The runner reports the jobs that it runs by these; a test, those of a CI that it makes up. The caller holds the
 * repository's turn.
 */
import { createCheckRun, updateCheckRun } from './checks.ts';
import { actionsApp } from './workflow-runs.ts';
import {
  ACTIONS_APP_ID,
  type Annotation,
  type CheckConclusion,
  type CheckRun,
  type JobStep,
  type Repository,
  type WorkflowRun,
  type World,
} from './world.ts';

/** A job that has all that it needs and waits for a machine. */
export async function queueJob(
  world: World,
  repository: Repository,
  run: WorkflowRun,
  name: string,
): Promise<CheckRun> {
  const { headSha, suiteId } = run;
  const job = { runId: run.id, attempt: run.runAttempt };
  return createCheckRun(world, repository, { appId: ACTIONS_APP_ID, name, headSha, suiteId, job }, actionsApp);
}

export async function beginJob(world: World, repository: Repository, check: CheckRun): Promise<void> {
  await updateCheckRun(world, repository, check, { status: 'in_progress', startedAt: world.now() }, actionsApp);
}

type JobEnd = {
  conclusion: CheckConclusion;
  /** Plain text, without times; null of a job that never began. */
  log: string | null;
  steps?: readonly JobStep[] | undefined;
  annotations?: readonly Annotation[] | undefined;
};

export async function endJob(world: World, repository: Repository, check: CheckRun, end: JobEnd): Promise<void> {
  const { conclusion, annotations } = end;
  const job = repository.jobs.get(check.id);
  if (job === undefined) throw new Error(`check run ${check.id} is no job`);
  job.log = end.log === null ? null : stamped(end.log, check.startedAt);
  job.steps = [...(end.steps ?? [])];
  await updateCheckRun(world, repository, check, { conclusion, annotations }, actionsApp);
}

/** A log as GitHub keeps it: a byte order mark, and a time before each line. Here it is the job's start, on every line. */
function stamped(log: string, startedAt: string): string {
  const time = startedAt.replace(/Z$/, '.0000000Z');
  const lines = log.replace(/\n$/, '').split('\n');
  return `\uFEFF${lines.map((line) => `${time} ${line}\n`).join('')}`;
}

/** The check runs of a run's jobs, oldest first: of one attempt, or of all. */
export function jobsOf(repository: Repository, run: WorkflowRun, attempt?: number): CheckRun[] {
  return [...repository.checkRuns.values()].filter(({ id }) => {
    const job = repository.jobs.get(id);
    return job?.runId === run.id && (attempt === undefined || job.attempt === attempt);
  });
}

/** How the run stood in an attempt: the newest job of each name, which an attempt that ran only some has from earlier ones. */
export function jobsAsOf(repository: Repository, run: WorkflowRun, attempt: number): CheckRun[] {
  const newest = new Map<string, CheckRun>();
  for (const check of jobsOf(repository, run)) {
    if ((repository.jobs.get(check.id)?.attempt ?? 0) <= attempt) newest.set(check.name, check);
  }
  return [...newest.values()];
}
