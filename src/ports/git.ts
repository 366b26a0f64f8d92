import type { Branch, IssueId, Sha } from '../domain/ids.ts';

/** A worktree of ours, as git's own list shows it. */
export type Worktree = {
  /** Absolute, real path. */
  path: string;
  task: IssueId;
  round: number;
  branch: Branch;
  /** The branch that is checked out, or undefined when none is. */
  checkedOut: string | undefined;
  /** Undefined when git cannot tell: the worktree is torn. */
  head: Sha | undefined;
  /** Its folder is gone; only git's entry is left. */
  missing: boolean;
  locked: boolean;
};

/** What keeps a worktree from being removed without loss. */
export type WorktreeState = {
  head: Sha;
  /** Lines of `git status --porcelain`, untracked files included; empty when clean. */
  changes: readonly string[];
};

/** `rescued`: the refs that were made for what nothing else holds. `kept`: it stays where it is, because something in it cannot be rescued. */
export type Removal = { is: 'removed'; rescued: readonly string[] } | { is: 'kept'; why: string };

/** Work that was rescued when its worktree or branch was removed. */
export type Rescue = {
  task: IssueId;
  round: number;
  /** Tells it from others of the same round. */
  name: string;
  ref: string;
  commit: Sha;
  /** ISO 8601: when uncommitted work was rescued, or when the last commit was made. */
  at: string;
  /** Uncommitted files; 0 if all of it was committed. */
  files: number;
  /** Commits that no branch of the remote has. */
  commits: number;
};

export type PublishOutcome =
  | { is: 'published'; commit: Sha }
  | { is: 'lost the race' }
  | { is: 'refused'; why: string };

/**
 * `rejected`: the remote branch is not where we last saw it; look at what is there.
 * `refused`: the other side will not take it (a ruleset, a hook, missing rights); the text is its own.
 */
export type PushOutcome = { is: 'pushed' } | { is: 'rejected' } | { is: 'refused'; why: string };

export type MergeIn =
  | { is: 'merged'; head: Sha }
  /** The branch contains it already. */
  | { is: 'nothing' }
  | { is: 'conflicts'; paths: readonly string[] }
  | { is: 'refused'; why: string };

/** Reads of the one repository that Heddle runs in. Every path is absolute; refs of the remote are as of the last fetch. */
export interface GitReader {
  /** The user's own checkout; nothing in it is ever changed. */
  readonly mainWorktree: string;
  /** Short and stable: names this repository in locks and run tags. */
  readonly repositoryKey: string;
  /** Folder of the worktrees; need not exist yet. */
  readonly worktreeRoot: string;
  /** Folder for what may be deleted at any time, such as logs; inside the shared git folder, so that nothing of it is ever committed. */
  readonly stateFolder: string;
  remoteUrl(): Promise<string>;
  /** A branch of the remote, or undefined if it was not there at the last fetch. */
  remoteBranch(name: string): Promise<Sha | undefined>;
  /**
   * All `heddle/` branches of the remote as of the last fetch. Throws a UserError, as the next one does, where a branch
   * `heddle` keeps git from having any.
   */
  remoteTaskBranches(): Promise<ReadonlyMap<Branch, Sha>>;
  localTaskBranches(): Promise<ReadonlyMap<Branch, Sha>>;
  worktrees(): Promise<readonly Worktree[]>;
  /** Throws WorktreeLost, as all do that are given a worktree's path, when that is not the worktree any more. */
  requireWorktree(path: string): Promise<void>;
  worktreeState(path: string): Promise<WorktreeState>;
  isAncestor(older: Sha, newer: Sha): Promise<boolean>;
  mergeBase(a: Sha, b: Sha): Promise<Sha | undefined>;
  /** A file as committed, or undefined if the commit has none of that path. */
  fileAt(commit: Sha, path: string): Promise<string | undefined>;
  /** Paths that differ between two commits, both sides of a rename. */
  changedPaths(from: Sha, to: Sha): Promise<readonly string[]>;
  /**
   * Folders that since `from` are repositories of their own, and no submodules of `to`: of such a one git keeps the name of
   * a commit, and none of its files.
   */
  nestedRepositories(from: Sha, to: Sha): Promise<readonly string[]>;
  /** Files in which `to` has the marks of a conflict that `from` does not have. */
  conflictsLeft(from: Sha, to: Sha): Promise<readonly string[]>;
  /** Commits of `to` that `from` does not contain. */
  countCommits(from: Sha, to: Sha): Promise<number>;
  /** The rescues of one task or of all, ordered by task, round and time. */
  rescues(task?: IssueId): Promise<readonly Rescue[]>;
  /** Free disk where worktrees are made, in MiB, and how many folders there are. */
  room(): Promise<{ freeMb: number; worktrees: number }>;
}

/** What changes only our own picture of the repository, or repairs what could not be looked at otherwise. */
export interface GitRefresher {
  /** Base, state branch and all `heddle/` branches; remote-tracking refs of branches that are gone are pruned. */
  fetch(branches: readonly string[]): Promise<void>;
  /** Repairs torn worktrees and removes locks that dead gits have left; says what it did (or would do), one sentence each. */
  repair(options?: { dryRun: boolean }): Promise<readonly string[]>;
  /**
   * Puts back `core.bare` and `core.worktree` where a hook or another program has set them since this process began: with
   * them git finds no checkout here. Nothing else in the configuration is touched. Says what it did, one sentence each.
   */
  repairConfig(): Promise<readonly string[]>;
}

/** Writes. Those that touch the repository's shared parts run under the host lock, which the adapter takes. */
interface GitWriter {
  /**
   * The task's worktree, on its branch, populated; made where it is missing, and with all its contents as they are where it is there.
   * A new branch starts at the remote branch of the same name if there is one, else at `start`; one that is there, with
   * nothing uncommitted, is brought forward to it.
   */
  ensureWorktree(want: { task: IssueId; round: number; start: Sha }): Promise<Worktree>;
  /**
   * Removes the worktree and its local branch. What is uncommitted or untracked, and commits that none of the `safe` ones
   * contains, are rescued first; what cannot be rescued (a repository of its own inside) is a reason to keep the worktree.
   */
  removeWorktree(worktree: Worktree, safe: readonly Sha[]): Promise<Removal>;
  /** Deletes a local task branch if it is still at `expected`; what none of the `safe` commits contains is rescued first. */
  deleteLocalBranch(name: Branch, expected: Sha, safe: readonly Sha[]): Promise<Removal>;
  /** Brings a rescued commit back, into a branch or a worktree that is not there yet. Throws a UserError if it holds something else. */
  restoreRescue(
    commit: Sha,
    where: { branch: string } | { folder: string },
  ): Promise<{ is: 'restored' } | { is: 'there already' }>;
  /** Deletes the remote branch if it is still where it was seen. Being gone already is fine. */
  deleteRemoteBranch(name: Branch, expected: Sha): Promise<PushOutcome>;
  /** Commits everything in the worktree (untracked files included) with the user's own identity and hooks; undefined if there was nothing. */
  commitAll(
    path: string,
    message: string,
  ): Promise<{ is: 'committed'; head: Sha } | { is: 'nothing' } | { is: 'refused'; why: string }>;
  /**
   * Merges a commit into the worktree's branch by a merge commit, after what is uncommitted was committed. A merge that
   * conflicts is left open, also one that was begun before: whoever resolves it leaves the rest to `commitAll`.
   */
  mergeIn(path: string, commit: Sha, messages: { merge: string; leftovers: string }): Promise<MergeIn>;
  /** Puts `folder` back to what it is in `commit`, by one extra commit, if it differs; gives the new head. */
  restoreFolder(path: string, folder: string, commit: Sha, message: string): Promise<Sha>;
  /**
   * Pushes the worktree's head to its branch. `expected` undefined: the remote branch must not be there yet.
   * Pushed commits that it replaces are rescued first.
   */
  push(path: string, name: Branch, expected: Sha | undefined): Promise<PushOutcome>;
  /** One commit on top of `parent` that changes one file, pushed as a fast-forward; touches no checkout. */
  publishFile(want: {
    branch: string;
    parent: Sha;
    path: string;
    text: string;
    message: string;
  }): Promise<PublishOutcome>;
}

export type Git = GitReader & GitRefresher & GitWriter;
