/** Green means: on exactly this head, everything that was asked for has been tested and has completed with success. */
import type { Candidate, CheckRun, CommitStatus, HeadChecks, RequiredCheck, Rules, Suite, Workflow } from './view.ts';

type CheckFinding =
  | { is: 'green' }
  | { is: 'failed'; checks: readonly FailedCheck[] }
  | ({ is: 'pending'; late: boolean } & Awaited)
  /** Nothing has tested this head; `skipped` names what reported all the same. */
  | { is: 'none'; late: boolean; skipped: readonly string[] };
export type FailedCheck = { name: string; conclusion: string };
/** Names of checks: those that run, and the required ones that never reported, or ended without a success. */
export type Awaited = { running: readonly string[]; missing: readonly string[]; skipped: readonly string[] };

/** As GitHub counts them for required checks. */
const GOOD: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped']);
/** The job did not run, or was ended before it had a result: such an end says nothing about the head. */
const UNTESTED: ReadonlySet<string> = new Set(['skipped', 'cancelled', 'stale']);
const ACTIONS_APP = 'github-actions';

type Result = {
  name: string;
  /** Undefined: it may answer a required check of any app. `NO_CHECK`: it answers none. */
  appId: number | undefined;
  is: 'good' | 'pending' | 'failed';
  conclusion: string;
};
const NO_CHECK = -1;

/** `since` is when the head could have begun to be tested; only how long to wait before a person is told hangs on it. */
export function judgeChecks(checks: HeadChecks, rules: Rules, times: { now: Date; since: Date }): CheckFinding {
  const suites = checks.suites.filter((suite) => !isOwn(suite, rules.ownWorkflow));
  const runs = checks.runs.filter((run) => !isOwn(run.suite, rules.ownWorkflow));
  const standing = standingRuns(runs);
  const results = [
    ...standing.map(resultOfRun),
    ...checks.statuses.map(resultOfStatus),
    ...actionsResults(suites, runs, standing),
  ];
  const late = isOverdue(times.since, times.now, rules);
  const failed = results.filter((result) => result.is === 'failed');
  if (failed.length > 0) return { is: 'failed', checks: failed.map(({ name, conclusion }) => ({ name, conclusion })) };
  const running = results.filter((result) => result.is === 'pending').map(({ name }) => name);
  const { missing, skipped } = unanswered(results, rules);
  if (running.length > 0 || missing.length > 0 || skipped.length > 0) {
    return { is: 'pending', running, missing, skipped, late };
  }
  if (!results.some(succeeded) && rules.merge.checks !== 'none') {
    return { is: 'none', late, skipped: results.map(({ name }) => name) };
  }
  return { is: 'green' };
}

/** When the head could have begun to be tested. */
export function testableSince({ checks, pullRequest }: Pick<Candidate, 'checks' | 'pullRequest'>): Date {
  return new Date(Math.max(checks.committedAt.getTime(), pullRequest.createdAt.getTime()));
}

/** Whether what was to be reported since then is late enough for a person to be told. */
export function isOverdue(since: Date, now: Date, { merge }: Rules): boolean {
  return now.getTime() - since.getTime() > merge.checksDeadlineMs;
}

/** GitHub takes `skipped` and `neutral` for an answer to a rule of its own; a name in `merge.required` needs a success. */
function unanswered(results: readonly Result[], rules: Rules): Pick<Awaited, 'missing' | 'skipped'> {
  const missing = rules.required.filter((one) => !results.some((result) => answers(result, one)));
  const wanted = rules.merge.required.filter((name) => !results.some((one) => isCheck(one, name) && succeeded(one)));
  const skipped = wanted.filter((name) => results.some((one) => isCheck(one, name)));
  const silent = wanted.filter((name) => !skipped.includes(name));
  return { missing: [...new Set([...missing.map(({ name }) => name), ...silent])], skipped };
}

/**
 * Of each job the newest run that tested it. One that was skipped, cancelled or became stale replaces none of those: a
 * label, an edit of the title or a newer run in the same concurrency group would hide a failure. It stands where
 * nothing else has tested the job.
 */
function standingRuns(runs: readonly CheckRun[]): CheckRun[] {
  const telling = runs.filter(tells);
  const newest = newestBy(
    telling,
    runKey,
    // One that has not begun is newer than all that have.
    (run) => run.startedAt?.getTime() ?? Number.POSITIVE_INFINITY,
  );
  return [...newest, ...runs.filter((run) => !tells(run) && !telling.some((other) => testsInstead(other, run)))];
}

/** Whether `other` tests the job of a run that tested nothing: for the same event, or for another one that came later. */
function testsInstead(other: CheckRun, run: CheckRun): boolean {
  if (runKey(other) === runKey(run)) return true;
  return other.name === run.name && isSameWorkflow(other.suite, run.suite) && isNoOlder(other.suite, run.suite);
}

/**
 * GitHub Actions' own suites, one per workflow run. A job that needs another has no check run before that one ends,
 * so between the two every check run is good although the suite still runs. Other apps leave suites queued for ever.
 */
function actionsResults(suites: readonly Suite[], runs: readonly CheckRun[], standing: readonly CheckRun[]): Result[] {
  const actions = suites.filter(({ app }) => app === ACTIONS_APP);
  // One that could not start, waits for an approval, or has two jobs of one name, has a conclusion of which no check run tells.
  const silent = actions.filter(
    (suite) =>
      suite.complete &&
      !isGood(suite.conclusion) &&
      !standing.some((run) => run.suite.id === suite.id && failed(run)) &&
      !isTestedBefore(suite, runs) &&
      !actions.some((other) => replaces(other, suite, runs)),
  );
  const resultOf = (suite: Suite, is: Result['is']): Result => ({
    name: suite.workflow?.name ?? 'GitHub Actions',
    // A workflow's name is not a check's name, so it never answers a required check.
    appId: NO_CHECK,
    is,
    conclusion: suite.conclusion ?? 'no conclusion',
  });
  const running = actions.filter(({ complete }) => !complete);
  return [...running.map((suite) => resultOf(suite, 'pending')), ...silent.map((suite) => resultOf(suite, 'failed'))];
}

/** Started once more and broken off, when the attempt before had tested every job that it shows. */
function isTestedBefore(suite: Suite, runs: readonly CheckRun[]): boolean {
  const { all, untested } = jobsOf(suite, runs);
  return !tells(suite) && untested.size === 0 && all.some((run) => !tells(run));
}

/**
 * Whether a run of a workflow speaks for another run of it. A run that was broken off may not show all of its jobs: what
 * the other one has not tested either has to be among those that it shows, where each job is judged by itself.
 */
function replaces(other: Suite, suite: Suite, runs: readonly CheckRun[]): boolean {
  const { all, untested } = jobsOf(other, runs);
  if (other.id === suite.id || !(tells(other) || all.some(tells))) return false;
  const shown = new Set(jobsOf(suite, runs).all.map(({ name }) => name));
  if ([...untested].some((name) => !shown.has(name))) return false;
  const sameEvent = workflowKey(other) === workflowKey(suite);
  if (tells(suite)) return sameEvent && other.createdAt > suite.createdAt;
  return sameEvent || (isSameWorkflow(other, suite) && isNoOlder(other, suite));
}

/** The check runs of all attempts of one run of a workflow, and the names of those that no attempt has tested. */
function jobsOf({ id }: Suite, runs: readonly CheckRun[]): { all: CheckRun[]; untested: Set<string> } {
  const all = runs.filter((run) => run.suite.id === id);
  const untested = new Set(all.map(({ name }) => name));
  for (const run of all) if (tells(run)) untested.delete(run.name);
  return { all, untested };
}

/** True for what runs, and for what has ended with a result of its own. */
function tells({ complete, conclusion }: Pick<CheckRun, 'complete' | 'conclusion'>): boolean {
  return !complete || conclusion === undefined || !UNTESTED.has(conclusion);
}

/** A run is for one event; in its concurrency group it can be cancelled for a run of another event. */
function isSameWorkflow(one: Suite, other: Suite): boolean {
  if (one.app !== ACTIONS_APP || other.app !== ACTIONS_APP) return false;
  return one.workflow?.path !== undefined && one.workflow.path === other.workflow?.path;
}

function isNoOlder(one: Suite, other: Suite): boolean {
  return one.createdAt >= other.createdAt;
}

/** The same job for the same event: a later run of it repeats it, and nothing else. */
function runKey({ suite, name }: CheckRun): string {
  return JSON.stringify([suite.appId, workflowKey(suite), name]);
}

/** Of those that are equally new all stay, so that none of them is overlooked. */
function newestBy<Item>(items: readonly Item[], key: (item: Item) => string, age: (item: Item) => number): Item[] {
  const newest = new Map<string, Item[]>();
  for (const item of items) {
    const known = newest.get(key(item));
    const [first] = known ?? [];
    if (known === undefined || first === undefined || age(item) > age(first)) newest.set(key(item), [item]);
    else if (age(item) === age(first)) known.push(item);
  }
  return [...newest.values()].flat();
}

function resultOfRun(run: CheckRun): Result {
  const is = !run.complete ? 'pending' : failed(run) ? 'failed' : 'good';
  return { name: run.name, appId: run.suite.appId, is, conclusion: run.conclusion ?? 'no conclusion' };
}

/** GitHub does not tell which app set a status, and checks that itself when it merges. */
function resultOfStatus({ name, state }: CommitStatus): Result {
  const is = state === 'success' ? 'good' : state === 'pending' ? 'pending' : 'failed';
  return { name, appId: undefined, is, conclusion: state };
}

function failed(run: CheckRun): boolean {
  return run.complete && !isGood(run.conclusion);
}

function isGood(conclusion: string | undefined): boolean {
  return conclusion !== undefined && GOOD.has(conclusion);
}

function succeeded({ conclusion }: Result): boolean {
  return conclusion === 'success';
}

function isCheck(result: Result, name: string): boolean {
  return result.appId !== NO_CHECK && result.name === name;
}

function answers(result: Result, required: RequiredCheck): boolean {
  if (!isCheck(result, required.name)) return false;
  return required.appId === undefined || result.appId === undefined || result.appId === required.appId;
}

function isOwn(suite: Suite, own: Workflow): boolean {
  if (suite.app !== ACTIONS_APP || suite.workflow === undefined) return false;
  // The name decides only where GitHub does not tell the file.
  return suite.workflow.path === undefined ? suite.workflow.name === own.name : suite.workflow.path === own.path;
}

/** The same workflow tests another tree for another event: a push its head, a pull request that merged with the base. */
function workflowKey({ workflow, event }: Suite): string {
  return JSON.stringify([workflow?.path ?? workflow?.name, event]);
}
