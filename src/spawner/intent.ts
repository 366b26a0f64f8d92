import type { Branch, IssueId, Sha, Token } from '../domain/ids.ts';
import type { Guard } from '../ports/beads.ts';
import type { KnownWorktree } from './view.ts';

/** What the state branch shall say of an issue. */
export type LineChange =
  | { task: IssueId; round: number; say: 'open' }
  | { task: IssueId; round: number; say: 'closed'; reason: string };

/** One thing that a pass wants done. At most one per task per pass; performed in this order. */
export type Intent =
  | { do: 'publish'; lines: readonly LineChange[]; parent: Sha; branch: string }
  | { do: 'end workers'; task: IssueId; tokens: readonly Token[]; why: string }
  | { do: 'record close'; task: IssueId; guard: Guard; pullRequest: number; reason: string }
  | { do: 'finish close'; task: IssueId; reason: string }
  /** `abandon`: pull requests of the old round that are still open. `from`: what the new round's branch starts at. */
  | {
      do: 'open round';
      task: IssueId;
      round: number;
      guard: Guard;
      abandon: readonly number[];
      from: 'base' | 'old head';
    }
  /** Those of rounds before the one that the task is in: nobody else closes them, and nothing may land from them. */
  | { do: 'close old pull requests'; task: IssueId; numbers: readonly number[] }
  | { do: 'give up'; task: IssueId; guard: Guard; reason: string }
  | {
      do: 'start worker';
      task: IssueId;
      how: 'claim' | 'take over';
      round: number;
      attempt: number;
      guard: Guard;
      token: Token;
    }
  | {
      do: 'clean up';
      task: IssueId;
      worktrees: readonly KnownWorktree[];
      localBranches: readonly { name: Branch; head: Sha }[];
      remoteBranches: readonly { name: Branch; head: Sha }[];
      /** Commits that are kept for ever: what they contain is not lost with a branch. */
      safe: readonly Sha[];
      /** What has neither landed nor been pushed, and is kept under rescue refs: uncommitted files, heads of commits. */
      rescue: { files: number; heads: number };
    }
  | { do: 'close container'; task: IssueId }
  | { do: 'reopen container'; task: IssueId };

/** Where a task stands, for people: what it is doing or why it waits. */
export type Standing =
  | { is: 'closed' }
  | { is: 'closing' }
  /** `stopped`: by somebody's SIGSTOP. */
  | { is: 'running'; pid: number; token: Token; stopped?: true }
  /** `type` is for where that host is gone, which cannot be seen from here. */
  | { is: 'running elsewhere'; host: string; type: string }
  /** `awaitsReview`: whatever the merger says, somebody has to approve it. */
  | { is: 'in review'; pullRequest: number; url: string; awaitsReview?: true }
  | { is: 'merged, close owed'; pullRequest: number; url: string }
  | { is: 'retry later'; at: string; reason: string }
  | { is: 'blocked'; by: readonly IssueId[] }
  | { is: 'ready' }
  | { is: 'waiting for a slot' }
  | { is: 'no room'; why: string }
  | { is: 'needs a person'; why: string; type: string };

export type TaskStanding = { task: IssueId; title: string; standing: Standing };

export type Decision = {
  intents: readonly Intent[];
  standings: readonly TaskStanding[];
  /** A worktree or branch of a closed task that stays, and why. */
  kept: readonly { task: IssueId; path: string; why: string }[];
  /** `done`: every task is closed and nothing is left. `people`: only people can move what is left. */
  outlook: 'done' | 'people' | 'going on';
};

/**
 * `done`: the world has changed. `moved on`: somebody else was faster, so look again. `kept`: it was refused rather than lose something.
 */
export type Performed =
  | { is: 'done'; intent: Intent; pid?: number }
  | { is: 'moved on'; intent: Intent }
  | { is: 'kept'; intent: Intent; why: string };
