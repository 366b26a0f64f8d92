/** What a runner and its runs are made of. */
import type PQueue from 'p-queue';
import type { CheckConclusion, Repository, World } from '../world.ts';
import type { Groups } from './groups.ts';
import type { RunRecord } from './records.ts';
import type { Start } from './routing.ts';

type RunJob = {
  /** As its check run is called. */
  name: string;
  conclusion: CheckConclusion;
  /** Of its last step. */
  exitCode: number | null;
  /** Of all its steps, by their names. */
  outputs: Readonly<Record<string, string>>;
  summary: string;
  log: string;
};

/** A workflow run as tests and the demo look at it. */
export type Run = {
  id: number;
  /** A re-run is a further one of these, with the same id. */
  attempt: number;
  /** `owner/name` */
  repository: string;
  /** Name and file of the workflow. */
  workflow: string;
  path: string;
  /** `GITHUB_EVENT_NAME`, and the event's action where it has one. */
  event: string;
  action: string | undefined;
  headSha: string;
  status: 'queued' | 'pending' | 'in_progress' | 'completed';
  conclusion: CheckConclusion | null;
  jobs: RunJob[];
};

export type RunTools = {
  world: World;
  groups: Groups;
  /** How many jobs run at once. */
  slots: PQueue;
  node: string;
  actions: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
  variables: Readonly<Record<string, string>>;
  path: string;
  folder: string;
  /** A job has its check run, and is queued, until this resolves. */
  beforeJob: (run: Run, job: string) => Promise<void>;
  onLine: (run: Run, line: string) => void;
};

/** How one job ended, or one combination of a job's matrix. */
export type Ended = { jobId: string; result: CheckConclusion; outputs: Record<string, string> };

export type RunOf = {
  start: Start;
  repository: Repository;
  record: RunRecord;
  run: Run;
  /** By the name of the check run. In a re-run those that do not run again are there from the beginning. */
  ended: Map<string, Ended>;
};
