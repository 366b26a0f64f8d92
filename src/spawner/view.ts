import type { Epic } from '../domain/epic.ts';
import type { Branch, IssueId, Sha, Token } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import type { Line } from '../domain/lines.ts';
import type { Worktree, WorktreeState } from '../ports/git.ts';
import type { PullRequest } from '../ports/github.ts';
import type { TaggedProcess } from '../ports/processes.ts';
import type { Reviewed } from '../review/reviews.ts';

export type { PullRequest } from '../ports/github.ts';

/** Everything that a pass of the spawner decides on, read at one time: Beads first, then git, the process table and GitHub. */
export type View = {
  now: Date;
  host: string;
  /** Of a pass that only repairs: all tasks of the repository, without any container. */
  epic: Omit<Epic, 'root'>;
  /** Every issue of the snapshot, since a blocker may be outside the epic. */
  known: ReadonlyMap<IssueId, Issue>;
  base: { branch: string; head: Sha };
  /** Head of the state branch; undefined if the remote does not have it yet. */
  state: { branch: string; head: Sha | undefined };
  /** The lines of the epic's issues on the state branch. */
  lines: ReadonlyMap<IssueId, Line>;
  /** Living processes with a run tag of this repository. */
  processes: readonly TaggedProcess[];
  worktrees: readonly KnownWorktree[];
  localBranches: ReadonlyMap<Branch, Sha>;
  remoteBranches: ReadonlyMap<Branch, Sha>;
  pullRequests: ReadonlyMap<Branch, readonly PullRequest[]>;
  /** Of tasks whose pull request is open and waits. */
  reviews: ReadonlyMap<IssueId, Reviewed>;
  /** Heads of closed tasks' worktrees and branches that no other ref contains: a clean-up rescues them. */
  stranded: ReadonlySet<Sha>;
  room: { freeMb: number; worktrees: number };
};

/**
 * `state` and `visitors` are read only where a removal may be decided; a `state` that git cannot read is undefined as well.
 * `lost`: why what is at its path is not the worktree.
 */
export type KnownWorktree = Worktree & {
  state: WorktreeState | { lost: string } | undefined;
  /** Pids of living processes whose working directory is inside. */
  visitors: readonly number[];
};

/** Bounds that come from `heddle.yml` and the command line. */
export type Limits = {
  maxParallel: number;
  maxAttempts: number;
  maxWorktrees: number;
  minFreeMb: number;
  /** The longest that a worker can take, all its limits together. */
  workerMs: number;
};
/** `token` is what a claim or takeover of this pass writes as assignee. */
export type PassSettings = Limits & { token: Token };
