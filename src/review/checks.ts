/** Green means: on exactly this head, everything that was asked for has been tested and has completed with success. */
import { ACTIONS_APP, evidenceIn, requiredOfOthers } from './evidence.ts';
import {
  answers,
  distinct,
  type FailedCheck,
  failed,
  isCheck,
  isGood,
  namesOf,
  type Result,
  resultOfRun,
  resultOfStatus,
  resultOfSuite,
  succeeded,
} from './results.ts';
import type { Candidate, CheckRun, HeadChecks, Rules, Suite } from './view.ts';

type CheckFinding =
  | { is: 'green' }
  | { is: 'failed'; checks: readonly FailedCheck[] }
  | ({ is: 'pending'; late: boolean } & Awaited)
  /** Nothing has tested this head; `skipped` names the checks that reported without testing it. */
  | { is: 'none'; late: boolean; skipped: readonly string[] };
/** Names of checks: those that run, and the required ones that never reported, or ended without a success. */
export type Awaited = { running: readonly string[]; missing: readonly string[]; skipped: readonly string[] };

/** The job did not run, or was ended before it had a result: such an end says nothing about the head. */
const UNTESTED: ReadonlySet<string> = new Set(['skipped', 'cancelled', 'stale']);

/** `since` is when tests of the head could begin; only the time at which a person is told depends on it. */
export function judgeChecks(checks: HeadChecks, rules: Rules, times: { now: Date; since: Date }): CheckFinding {
  const { suites, runs, statuses } = evidenceIn(checks, rules);
  const results = [
    ...standingRuns(runs.filter((run) => !isJob(run))).map(resultOfRun),
    ...statuses.map(resultOfStatus),
    ...actionsResults(suites, runs.filter(isJob)),
  ];
  const late = isOverdue(times.since, times.now, rules);
  const failed = results.filter((result) => result.is === 'failed');
  if (failed.length > 0) return { is: 'failed', checks: distinct(failed) };
  const running = namesOf(results.filter((result) => result.is === 'pending'));
  const { missing, skipped } = unanswered(results, rules);
  if (running.length > 0 || missing.length > 0 || skipped.length > 0)
    return { is: 'pending', running, missing, skipped, late };
  if (!results.some(succeeded) && rules.merge.checks !== 'none') {
    return { is: 'none', late, skipped: namesOf(results) };
  }
  return { is: 'green' };
}

/** The earliest time at which tests of the head could begin. */
export function testableSince({ checks, pullRequest }: Pick<Candidate, 'checks' | 'pullRequest'>): Date {
  return new Date(Math.max(checks.committedAt.getTime(), pullRequest.createdAt.getTime()));
}

/** True when checks that could begin at `since` are so late that a person has to be told. */
export function isOverdue(since: Date, now: Date, { merge }: Rules): boolean {
  return now.getTime() - since.getTime() > merge.checksDeadlineMs;
}

/** GitHub takes `skipped` and `neutral` for an answer to a rule of its own; a name in `merge.required` needs a success. */
function unanswered(results: readonly Result[], rules: Rules): Pick<Awaited, 'missing' | 'skipped'> {
  const { byRule, byName } = requiredOfOthers(rules);
  const missing = byRule.filter((one) => !results.some((result) => answers(result, one)));
  const wanted = byName.filter((name) => !results.some((one) => isCheck(one, name) && succeeded(one)));
  const skipped = wanted.filter((name) => results.some((one) => isCheck(one, name)));
  const silent = [...missing.map(({ name }) => name), ...wanted.filter((name) => !skipped.includes(name))];
  return { missing: [...new Set(silent)], skipped };
}

function isJob({ suite, report }: CheckRun): boolean {
  return suite.app === ACTIONS_APP && report !== true;
}

/**
 * For each check that is no job of GitHub Actions, the newest run that tested something. A run that was skipped, was
 * cancelled or became stale replaces no other run; it counts only where no other run has tested the check.
 */
function standingRuns(runs: readonly CheckRun[]): CheckRun[] {
  const telling = runs.filter(tells);
  const tested = new Set(telling.map(runKey));
  return [...newestBy(telling, runKey), ...runs.filter((run) => !tells(run) && !tested.has(runKey(run)))];
}

/**
 * One run of a workflow by GitHub Actions. `jobs` are the check runs of all its attempts, because GitHub does not tell
 * which attempt a check run belongs to; the suite's conclusion is that of the newest attempt. A job that needs another job
 * has no check run until that one has ended, and several jobs can have one name. So only the conclusion tells whether all
 * jobs were tested, and only where the newest attempt was not broken off.
 */
type WorkflowRun = { suite: Suite; jobs: readonly CheckRun[] };

/**
 * Every run of a workflow has to be good by itself, or replaced as a whole. Suites of other apps do not count, because they
 * can stay queued for ever.
 */
function actionsResults(suites: readonly Suite[], runs: readonly CheckRun[]): Result[] {
  const all = suites
    .filter(({ app }) => app === ACTIONS_APP)
    .map((suite) => ({ suite, jobs: runs.filter((run) => run.suite.id === suite.id) }));
  return all.flatMap((one) => {
    const { suite, jobs } = one;
    if (suite.complete && all.some((other) => replaces(other, one)))
      return jobs.filter((job) => !failed(job)).map(resultOfRun);
    const standing = jobs.filter((job) => !failed(job) || !isRetried(job, jobs));
    const results = standing.map(resultOfRun);
    if (!suite.complete) return [...results, resultOfSuite(suite, 'pending')];
    // A run that was broken off, could not start or waits for an approval has failed, even where none of its check runs has.
    return isFine(one) || standing.some(failed) ? results : [...results, resultOfSuite(suite, 'failed')];
  });
}

/** True when a later attempt has run the job again, so far without a failure. Skipped or broken off, it has not run. */
function isRetried({ name }: CheckRun, jobs: readonly CheckRun[]): boolean {
  return newestOf(name, jobs).every((job) => tells(job) && !failed(job));
}

/** An attempt that skipped every job tells nothing about what an earlier attempt has left undone. */
function isFine({ suite, jobs }: WorkflowRun): boolean {
  if (suite.conclusion === 'skipped') return jobs.every(({ conclusion }) => conclusion === 'skipped');
  return isGood(suite.conclusion);
}

/**
 * True when another run of the workflow tells all that this one should have told. The other run ended by itself, the newest
 * check of each of its jobs has tested something, and each job that this one shows without a success is among them. So two
 * runs never replace each other: the one that replaces is good, or has a failure that only a newer run replaces. A run that
 * is not complete may replace this one, too; it replaces a failure only once it tests the same job.
 */
function replaces(other: WorkflowRun, one: WorkflowRun): boolean {
  if (other.suite.id === one.suite.id || !tells(other.suite) || !isInTime(other, one)) return false;
  const asked = other.suite.complete
    ? [...other.jobs, ...one.jobs.filter(({ conclusion }) => conclusion !== 'success')]
    : one.jobs.filter((job) => tells(job) && failed(job));
  return asked.every(({ name }) => {
    const newest = newestOf(name, other.jobs);
    return newest.length > 0 && newest.every(tells);
  });
}

/**
 * True when the other run may replace this one by its event and age. A run with a failure is replaced by a run for the same
 * event that was created after the failed job began. A run that was broken off without a failure tells nothing: a run for the
 * same event replaces it at any age, and a run for another event when it is not older, because GitHub can cancel a run for
 * one of another event in the same concurrency group.
 */
function isInTime({ suite: other }: WorkflowRun, { suite, jobs }: WorkflowRun): boolean {
  const sameEvent = workflowKey(other) === workflowKey(suite);
  const failures = jobs.filter((job) => tells(job) && failed(job));
  if (failures.length > 0 || (tells(suite) && !isGood(suite.conclusion))) {
    return sameEvent && [suite.createdAt.getTime(), ...failures.map(age)].every((at) => other.createdAt.getTime() > at);
  }
  return sameEvent || (isSameWorkflow(other, suite) && other.createdAt >= suite.createdAt);
}

/** True for a run that is not complete, and for one that has ended with a result of its own. */
function tells({ complete, conclusion }: Pick<CheckRun, 'complete' | 'conclusion'>): boolean {
  return !complete || conclusion === undefined || !UNTESTED.has(conclusion);
}

function isSameWorkflow(one: Suite, other: Suite): boolean {
  return one.workflow?.path !== undefined && one.workflow.path === other.workflow?.path;
}

/** The same check of the same app: a later run of it repeats it, and nothing else. */
function runKey({ suite, name }: CheckRun): string {
  return JSON.stringify([suite.appId, name]);
}

function newestOf(name: string, jobs: readonly CheckRun[]): CheckRun[] {
  return newestBy(
    jobs.filter((job) => job.name === name),
    (job) => job.name,
  );
}

/** The newest runs of each key. Of several that are equally new all are given, so that no failure is overlooked. */
function newestBy(runs: readonly CheckRun[], key: (run: CheckRun) => string): CheckRun[] {
  const newest = new Map<string, number>();
  for (const run of runs) newest.set(key(run), Math.max(age(run), newest.get(key(run)) ?? Number.NEGATIVE_INFINITY));
  return runs.filter((run) => age(run) === newest.get(key(run)));
}

/** A run that has not begun is newer than all that have. */
function age({ startedAt }: CheckRun): number {
  return startedAt?.getTime() ?? Number.POSITIVE_INFINITY;
}

/** One workflow tests a different tree for each event: for a push the head, for a pull request the head merged with the base. */
function workflowKey({ workflow, event }: Suite): string {
  return JSON.stringify([workflow?.path ?? workflow?.name, event]);
}
