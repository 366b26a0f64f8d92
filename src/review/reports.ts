/**
 * Which check runs are no jobs of the run that they are in. A step can make one with the token of its workflow, as reporters
 * of tests do, and GitHub then puts it into some suite of GitHub Actions of that head, the merger's own among them.
 */
import { ACTIONS_APP, isOwn } from './evidence.ts';
import type { CheckRun, HeadChecks, Rules, Suite } from './view.ts';

/** What the jobs of the suite's workflow are called; undefined where GitHub does not tell. Need not be asked of GitHub if all of `names` are. */
type JobNames = (suite: Suite, names: readonly string[]) => Promise<ReadonlySet<string> | undefined>;

/**
 * With the reports marked, as far as that changes anything: elsewhere a report that is red, or not done, speaks for the
 * head just as a job does. Costs a request for each workflow whose jobs are not known yet.
 */
export async function markReports(checks: HeadChecks, rules: Rules, jobNames: JobNames): Promise<HeadChecks> {
  const reports = new Set<CheckRun>();
  for (const suite of checks.suites) {
    const doubtful = doubtfulIn(suite, checks.runs, rules);
    const jobs = doubtful.length === 0 ? undefined : await jobNames(suite, namesOf(doubtful));
    if (jobs !== undefined) for (const run of doubtful) if (!jobs.has(run.name)) reports.add(run);
  }
  if (reports.size === 0) return checks;
  return { ...checks, runs: checks.runs.map((run) => (reports.has(run) ? { ...run, report: true } : run)) };
}

/** The merger's own jobs and its verdict are left out, and a run that was skipped as a whole may have no job that was not. */
function doubtfulIn(suite: Suite, runs: readonly CheckRun[], { ownWorkflow }: Rules): readonly CheckRun[] {
  const inside = runs.filter((run) => run.suite.id === suite.id && !run.isVerdict);
  if (isOwn(suite, ownWorkflow)) return inside;
  if (suite.app !== ACTIONS_APP || suite.conclusion !== 'skipped') return [];
  return inside.filter(({ conclusion }) => conclusion !== 'skipped');
}

function namesOf(runs: readonly CheckRun[]): readonly string[] {
  return runs.map(({ name }) => name);
}
