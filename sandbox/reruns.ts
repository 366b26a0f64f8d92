/**
 * Workflow runs that are done again: the same run and suite, a new attempt, new check runs for the jobs that run again.
 * Source: GitHub docs, "Re-running workflows and jobs"; the refusals as users quote them.
 */
import { Refused } from './refused.ts';
import { jobsAsOf } from './workflow-jobs.ts';
import type { CheckRun, Repository, Rerun, WorkflowRun, World } from './world.ts';

const maxAgeMs = 30 * 24 * 3_600_000;
const maxReruns = 50;

export function rerunAll(world: World, repository: Repository, run: WorkflowRun, login: string): void {
  refuseUnfinished(run, 'This workflow is already running');
  again(world, { repository, run, jobs: 'all' }, login);
}

/** The jobs that failed and those that need them. */
export function rerunFailed(world: World, repository: Repository, run: WorkflowRun, login: string): void {
  refuseUnfinished(run, 'This workflow is already running');
  const failed = jobsAsOf(repository, run, run.runAttempt).filter(({ conclusion }) => !passing.includes(conclusion));
  // Which words GitHub has for this is not known for sure.
  if (failed.length === 0) throw new Refused(403, 'This workflow run cannot be retried');
  again(world, { repository, run, jobs: failed.map(({ name }) => name) }, login);
}

/** The job, whatever it came to, and those that need it. */
export function rerunJob(world: World, repository: Repository, check: CheckRun, login: string): void {
  const job = repository.jobs.get(check.id);
  const run = repository.workflowRuns.get(job?.runId ?? 0);
  if (job === undefined || run === undefined) throw new Error(`check run ${check.id} is no job`);
  refuseUnfinished(run, 'The workflow run containing this job is already running');
  if (job.attempt !== run.runAttempt) throw new Refused(403, 'Only jobs from the current attempt can be re-run');
  again(world, { repository, run, jobs: [check.name] }, login);
}

const passing: readonly CheckRun['conclusion'][] = ['success', 'neutral', 'skipped'];

function refuseUnfinished(run: WorkflowRun, message: string): void {
  if (run.status !== 'completed') throw new Refused(403, message);
}

function again(world: World, rerun: Rerun, login: string): void {
  const { repository, run } = rerun;
  if (Date.parse(world.now()) - Date.parse(run.createdAt) > maxAgeMs) {
    throw new Refused(403, 'Unable to retry this workflow run because it was created over a month ago');
  }
  if (run.runAttempt > maxReruns) throw new Refused(403, 'This workflow run cannot be retried');
  const { conclusion, triggeringLogin, startedAt, updatedAt } = run;
  run.earlierAttempts.push({ conclusion, triggeringLogin, startedAt, updatedAt });
  run.runAttempt += 1;
  run.triggeringLogin = login;
  const now = world.now();
  const open = { status: 'queued', conclusion: null, updatedAt: now } as const;
  Object.assign(run, open, { startedAt: now });
  const suite = repository.checkSuites.get(run.suiteId);
  if (suite !== undefined) Object.assign(suite, open);
  for (const listener of world.rerunListeners) listener(rerun);
}
