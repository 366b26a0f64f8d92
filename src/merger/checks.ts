/** Green means: on exactly this head, everything that was asked for has completed with success. */
import type { CheckRun, CommitStatus, HeadChecks, RequiredCheck, Rules, Suite, Workflow } from './view.ts';

export type CheckFinding =
  | { is: 'green' }
  | { is: 'failed'; checks: readonly FailedCheck[] }
  | { is: 'pending'; running: readonly string[]; missing: readonly string[]; late: boolean }
  | { is: 'none'; late: boolean };
export type FailedCheck = { name: string; conclusion: string };

/** As GitHub counts them for required checks. */
const GOOD: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped']);
export const ACTIONS_APP = 'github-actions';

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
  const gone = givenUp(checks.suites);
  const counts = (suite: Suite): boolean => !isOwn(suite, rules.ownWorkflow) && !gone.has(suite.id);
  const suites = checks.suites.filter(counts);
  const runs = checks.runs.filter((run) => counts(run.suite));
  const newest = newestRuns(runs);
  const results = [
    ...newest.map(resultOfRun),
    ...checks.statuses.map(resultOfStatus),
    ...actionsResults(suites, newest),
  ];
  const late = isOverdue(times.since, times.now, rules);
  const failed = results.filter((result) => result.is === 'failed');
  if (failed.length > 0) return { is: 'failed', checks: failed.map(({ name, conclusion }) => ({ name, conclusion })) };
  const running = results.filter((result) => result.is === 'pending').map(({ name }) => name);
  const missing = rules.required
    .filter((one) => !results.some((result) => answers(result, one)))
    .map(({ name }) => name);
  if (running.length > 0 || missing.length > 0) return { is: 'pending', running, missing, late };
  if (results.length === 0 && rules.merge.checks !== 'none') return { is: 'none', late };
  return { is: 'green' };
}

/** Whether what was to be reported since then is late enough for a person to be told. */
export function isOverdue(since: Date, now: Date, { merge }: Rules): boolean {
  return now.getTime() - since.getTime() > merge.checks_deadline_minutes * 60_000;
}

/**
 * GitHub Actions' own suites, one per workflow run. A job that needs another has no check run before that one ends,
 * so between the two every check run is good although the suite still runs. Other apps leave suites queued for ever.
 */
function actionsResults(suites: readonly Suite[], newestRuns: readonly CheckRun[]): Result[] {
  const actions = suites.filter(({ app }) => app === ACTIONS_APP);
  const newest = newestBy(actions, workflowKey, (suite) => suite.createdAt.getTime());
  // One that could not start, waits for an approval, or has two jobs of one name, has a conclusion of which no check run tells.
  const silent = newest.filter(
    (suite) =>
      suite.complete &&
      !isGood(suite.conclusion) &&
      !newestRuns.some((run) => run.suite.id === suite.id && failed(run)),
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

/** Runs that were cancelled in favour of another one of their workflow, for whatever event: their concurrency group says so. */
function givenUp(suites: readonly Suite[]): ReadonlySet<string> {
  const actions = suites.filter(({ app, workflow }) => app === ACTIONS_APP && workflow?.path !== undefined);
  const cancelled = actions.filter(({ conclusion }) => conclusion === 'cancelled');
  const replaced = cancelled.filter(({ workflow, createdAt }) =>
    actions.some(
      (other) =>
        other.workflow?.path === workflow?.path && other.conclusion !== 'cancelled' && other.createdAt >= createdAt,
    ),
  );
  return new Set(replaced.map(({ id }) => id));
}

/** The newest per (app, workflow, event, name): a re-run replaces what it repeats, and nothing else. */
function newestRuns(runs: readonly CheckRun[]): CheckRun[] {
  return newestBy(
    runs,
    (run) => JSON.stringify([run.suite.appId, workflowKey(run.suite), run.name]),
    // One that has not begun is newer than all that have.
    (run) => run.startedAt?.getTime() ?? Number.POSITIVE_INFINITY,
  );
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

function answers(result: Result, required: RequiredCheck): boolean {
  if (result.appId === NO_CHECK || result.name !== required.name) return false;
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
