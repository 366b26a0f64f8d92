/** Of all that was reported on a head, what tells something of the change: the merger's own word on it does not. */
import { CHECK_NAME } from '../domain/marker.ts';
import type { Candidate, CheckRun, HeadChecks, RequiredCheck, Rules, Suite, Workflow } from './view.ts';

export const ACTIONS_APP = 'github-actions';

/** Without the merger's workflow, and without the check in which it says its verdict: it must never wait for itself. */
export function evidenceIn(checks: HeadChecks, rules: Rules): Pick<HeadChecks, 'suites' | 'runs' | 'statuses'> {
  const { mixed, verdicts } = verdictsIn(checks.runs);
  const suites = checks.suites.filter((suite) => !isOwn(suite, rules.ownWorkflow) && !mixed.has(suite.id));
  const runs = checks.runs
    .filter((run) => !verdicts.has(run) && (run.report === true || !isOwn(run.suite, rules.ownWorkflow)))
    .map((run) => (mixed.has(run.suite.id) ? { ...run, report: true } : run));
  return { suites, runs, statuses: checks.statuses.filter(({ name }) => name !== CHECK_NAME) };
}

/** A rule may ask for the merger's own check: GitHub looks at that by itself when it merges. */
export function requiredOfOthers({ required, merge }: Rules): {
  byRule: readonly RequiredCheck[];
  byName: readonly string[];
} {
  const byRule = required.filter(({ name }) => name !== CHECK_NAME);
  return { byRule, byName: merge.required.filter((name) => name !== CHECK_NAME) };
}

/**
 * `mixed`: suites of no workflow, which hold what apps have reported by themselves. The conclusion of one that holds the
 * verdict is also the verdict's, so its other runs are judged each by itself, as reports are.
 */
function verdictsIn(runs: readonly CheckRun[]): { mixed: ReadonlySet<string>; verdicts: ReadonlySet<CheckRun> } {
  const verdicts = runs.filter(({ isVerdict }) => isVerdict);
  const mixed = verdicts.filter(({ suite }) => suite.workflow === undefined).map(({ suite }) => suite.id);
  return { mixed: new Set(mixed), verdicts: new Set(verdicts) };
}

export function isOwn(suite: Suite, own: Workflow): boolean {
  if (suite.app !== ACTIONS_APP || suite.workflow === undefined) return false;
  // The name decides only where GitHub does not tell the file.
  return suite.workflow.path === undefined ? suite.workflow.name === own.name : suite.workflow.path === own.path;
}

/** When the last of what was reported on its head came, of one that is green; no earlier than it was there. */
export function greenSince({ checks, pullRequest }: Candidate, rules: Rules): Date {
  const { runs, statuses } = evidenceIn(checks, rules);
  const times = [...runs.map(({ completedAt }) => completedAt), ...statuses.map(({ at }) => at)];
  const known = times.flatMap((time) => (time === undefined ? [] : [time.getTime()]));
  return new Date(Math.max(pullRequest.createdAt.getTime(), checks.committedAt.getTime(), ...known));
}
