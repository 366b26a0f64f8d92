/** What is reported on commits: check suites and runs, statuses, and the workflow runs of GitHub Actions with their jobs. */

export type CheckStatus = 'queued' | 'in_progress' | 'completed';

export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required'
  | 'stale';
/** A workflow's run that could not start has no job, so this is no conclusion of a check run. */
export type RunConclusion = CheckConclusion | 'startup_failure';

export type CheckSuite = {
  id: number;
  nodeId: string;
  appId: number;
  headSha: string;
  headBranch: string | null;
  status: CheckStatus;
  conclusion: RunConclusion | null;
  /** Only of a suite made by GitHub Actions: one per workflow run. */
  workflowRunId: number | null;
  createdAt: string;
  updatedAt: string;
};

export type CheckOutput = { title: string | null; summary: string | null; text: string | null };

/** A remark on lines of a file. Columns are given only where it stands on a single line. */
export type Annotation = {
  path: string;
  startLine: number;
  endLine: number;
  startColumn: number | null;
  endColumn: number | null;
  level: 'notice' | 'warning' | 'failure';
  title: string | null;
  message: string;
  rawDetails: string | null;
};

export type CheckRun = {
  id: number;
  nodeId: string;
  suiteId: number;
  appId: number;
  name: string;
  headSha: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  output: CheckOutput;
  annotations: Annotation[];
  detailsUrl: string | null;
  externalId: string;
  startedAt: string;
  completedAt: string | null;
};

export type StatusState = 'error' | 'failure' | 'pending' | 'success';

export type CommitStatus = {
  id: number;
  nodeId: string;
  sha: string;
  context: string;
  state: StatusState;
  description: string | null;
  targetUrl: string | null;
  creatorLogin: string;
  createdAt: string;
};

export type Workflow = { id: number; nodeId: string; name: string; path: string; createdAt: string };

export type WorkflowRun = {
  id: number;
  nodeId: string;
  workflowId: number;
  event: string;
  headSha: string;
  headBranch: string | null;
  status: CheckStatus;
  conclusion: RunConclusion | null;
  runNumber: number;
  /** From 1; each re-run makes the next one, of the same run. */
  runAttempt: number;
  /** What earlier attempts came to, the first one first. */
  earlierAttempts: RunAttempt[];
  suiteId: number;
  /** Who caused the first attempt: a re-run has this one's rights. */
  actorLogin: string;
  /** Who asked for the current attempt. */
  triggeringLogin: string;
  pullNumbers: number[];
  createdAt: string;
  /** Of the current attempt. */
  startedAt: string;
  updatedAt: string;
};

type RunAttempt = Pick<WorkflowRun, 'conclusion' | 'triggeringLogin' | 'startedAt' | 'updatedAt'>;

export type JobStep = {
  name: string;
  /** From 1. */
  number: number;
  conclusion: 'success' | 'failure' | 'skipped' | 'cancelled';
  startedAt: string;
  completedAt: string;
};

/** What a job has besides its check run, which has its name and state, and whose id is the job's. */
export type WorkflowJob = {
  runId: number;
  /** Of the run when the job ran. */
  attempt: number;
  createdAt: string;
  steps: JobStep[];
  /** Null as long as the job has not ended, and for ever when it has not begun. */
  log: string | null;
};
