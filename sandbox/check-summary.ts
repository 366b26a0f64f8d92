/** What the checks and statuses of a commit come to. Reads only. */
import type { CheckConclusion, CheckRun, CheckSuite, CommitStatus, Repository } from './world.ts';

/** What was skipped counts for nothing beside what ran. */
const badness: readonly CheckConclusion[] = [
  'skipped',
  'success',
  'neutral',
  'stale',
  'cancelled',
  'action_required',
  'timed_out',
  'failure',
];

export function worst(conclusions: readonly (CheckConclusion | null)[]): CheckConclusion {
  const known = conclusions.filter((conclusion) => conclusion !== null);
  if (known.length > 0 && known.every((conclusion) => conclusion === 'skipped')) return 'skipped';
  return known.reduce((bad, next) => (badness.indexOf(next) > badness.indexOf(bad) ? next : bad), 'success');
}

/** The newest run per suite and name: what GitHub lists by default (`filter=latest`). */
export function latestCheckRuns(repository: Repository, sha: string): CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of repository.checkRuns.values()) {
    if (run.headSha === sha) latest.set(`${run.suiteId} ${run.name}`, run);
  }
  return [...latest.values()];
}

/** The newest status per context. */
export function latestStatuses(repository: Repository, sha: string): CommitStatus[] {
  const latest = new Map<string, CommitStatus>();
  for (const status of repository.statuses) if (status.sha === sha) latest.set(status.context, status);
  return [...latest.values()];
}

export function suitesOf(repository: Repository, sha: string): CheckSuite[] {
  return [...repository.checkSuites.values()].filter(({ headSha }) => headSha === sha);
}

const passing: readonly CheckConclusion[] = ['success', 'neutral', 'skipped'];

type Outcome = 'success' | 'pending' | 'failure';

function outcomeOf(run: CheckRun): Outcome {
  if (run.status !== 'completed' || run.conclusion === null) return 'pending';
  return passing.includes(run.conclusion) ? 'success' : 'failure';
}

/** How a required context stands on a commit, or null when nothing has reported it. */
export function contextOutcome(repository: Repository, sha: string, context: string, appId?: number): Outcome | null {
  const runs = latestCheckRuns(repository, sha).filter(
    (run) => run.name === context && (appId === undefined || run.appId === appId),
  );
  const statuses = latestStatuses(repository, sha).filter((status) => status.context === context);
  const newest = runs.at(-1);
  const outcomes: Outcome[] = newest === undefined ? [] : [outcomeOf(newest)];
  for (const { state } of statuses) outcomes.push(state === 'error' ? 'failure' : state);
  return sum(outcomes);
}

/** Everything that was reported on a commit, as one: the rollup. Null when nothing was. */
export function rollup(repository: Repository, sha: string): Outcome | null {
  const statuses = latestStatuses(repository, sha).map(({ state }): Outcome => (state === 'error' ? 'failure' : state));
  return sum([...latestCheckRuns(repository, sha).map(outcomeOf), ...statuses]);
}

function sum(outcomes: readonly Outcome[]): Outcome | null {
  if (outcomes.length === 0) return null;
  if (outcomes.includes('failure')) return 'failure';
  return outcomes.includes('pending') ? 'pending' : 'success';
}
