/** What a worker is given: the outside as ports, and the one task that it runs. */
import type { Settings } from '../config/settings.ts';
import type { Branch, IssueId, Token } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import type { Beads } from '../ports/beads.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import type { Git } from '../ports/git.ts';
import type { PullRequests } from '../ports/github.ts';
import type { Locks, Processes } from '../ports/processes.ts';
import type { Programs } from '../ports/programs.ts';
import type { HandBackReader } from '../ports/review.ts';
import type { Reviews } from '../review/reviews.ts';
import type { Outcome } from './outcome.ts';

export type WorkerDeps = {
  beads: Pick<Beads, 'snapshot' | 'update'>;
  git: Git;
  pullRequests: PullRequests;
  reviews: Pick<Reviews, 'of'>;
  reviewed: Pick<HandBackReader, 'logEnd' | 'requestedChanges'>;
  processes: Processes;
  locks: Locks;
  clock: Clock;
  programs: Programs;
  files: Files;
  settings: Settings;
  /** The branch that work lands on. */
  base: string;
  /** The environment that agents' environments are made from. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Values that must not get into a log, an issue or a pull request. */
  secrets: readonly string[];
  /** Aborted when this process is asked to end. */
  stop: AbortSignal;
};

/** One start of a worker, as the spawner asked for it. */
export type WorkerStart = {
  task: IssueId;
  token: Token;
  round: number;
  /** The agent's name, as in `heddle.yml` or on the command line. */
  agent: string;
};

export type Job = WorkerStart & {
  issue: Issue;
  /** The snapshot that the issue comes from. */
  issues: readonly Issue[];
  attempt: number;
  branch: Branch;
  /** Run tag of everything that this worker starts. */
  tag: string;
};

/**
 * What came of a step. `replaced`: a guarded write was refused, so the task is no longer ours and nothing more is done.
 * `stopped`: this process was asked to end; the next pass of a spawner goes on.
 */
export type Result<Done extends object = object> =
  | ({ is: 'done' } & Done)
  | { is: 'failed'; outcome: Outcome }
  | { is: 'replaced' }
  | { is: 'stopped' };

export type WorkerEnd =
  | { is: 'pull request'; number: number }
  | { is: 'waiting'; reason: string; until: string }
  | { is: 'needs a person'; reason: string }
  | { is: 'replaced' }
  | { is: 'stopped' }
  /** Another worker of this task is alive on this host. */
  | { is: 'busy' };
