/** What single checks say, whoever ran them: the one shape in which they are weighed. */
import type { CheckRun, CommitStatus, RequiredCheck, Suite } from './view.ts';

/** `job` and `workflowRun`: of GitHub Actions, the newest that failed so. */
export type FailedCheck = {
  name: string;
  conclusion: string;
  job?: number | undefined;
  workflowRun?: number | undefined;
};

/** As GitHub counts them for required checks. */
const GOOD: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped']);
export type Result = {
  name: string;
  /** Undefined: it may answer a required check of any app. `NO_CHECK`: it answers none. */
  appId: number | undefined;
  is: 'good' | 'pending' | 'failed';
  conclusion: string;
  job?: number | undefined;
  workflowRun?: number | undefined;
};
const NO_CHECK = -1;

export function resultOfRun(run: CheckRun): Result {
  const is = !run.complete ? 'pending' : failed(run) ? 'failed' : 'good';
  const { name, suite, report } = run;
  const { appId } = suite;
  // A report has no log, and is not made again with the run that GitHub shows it in.
  const [job, workflowRun] = report ? [] : [run.id, suite.runId];
  return { name, appId, is, conclusion: run.conclusion ?? 'no conclusion', job, workflowRun };
}

/** A workflow's name is not a check's name, so it never answers a required check. */
export function resultOfSuite({ workflow, runId: workflowRun, conclusion }: Suite, is: Result['is']): Result {
  const name = workflow?.name ?? 'GitHub Actions';
  return { name, appId: NO_CHECK, is, conclusion: conclusion ?? 'no conclusion', workflowRun };
}

/** GitHub does not tell which app set a status, and checks that itself when it merges. */
export function resultOfStatus({ name, state }: CommitStatus): Result {
  const is = state === 'success' ? 'good' : state === 'pending' ? 'pending' : 'failed';
  return { name, appId: undefined, is, conclusion: state };
}

export function failed(run: CheckRun): boolean {
  return run.complete && !isGood(run.conclusion);
}

export function isGood(conclusion: string | undefined): boolean {
  return conclusion !== undefined && GOOD.has(conclusion);
}

export function succeeded({ conclusion }: Result): boolean {
  return conclusion === 'success';
}

export function namesOf(results: readonly Result[]): string[] {
  return [...new Set(results.map(({ name }) => name))];
}

/** A job that failed in several runs or attempts is named once for each way in which it failed. */
export function distinct(failed: readonly Result[]): FailedCheck[] {
  const byText = new Map(
    failed.map(({ name, conclusion, job, workflowRun }) => [
      JSON.stringify([name, conclusion]),
      { name, conclusion, job, workflowRun },
    ]),
  );
  return [...byText.values()];
}

export function isCheck(result: Result, name: string): boolean {
  return result.appId !== NO_CHECK && result.name === name;
}

export function answers(result: Result, required: RequiredCheck): boolean {
  if (!isCheck(result, required.name)) return false;
  return required.appId === undefined || result.appId === undefined || result.appId === required.appId;
}
