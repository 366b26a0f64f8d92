import type { Branch, IssueId, Sha, Token } from '../domain/ids.ts';
import type { HandBackKind, Waits } from '../domain/issue.ts';
import type { Guard } from '../ports/beads.ts';
import type { HandBack } from '../review/hand-back.ts';
import type { KnownWorktree } from './view.ts';

/** What the state branch shall say of an issue. `reason` is what Beads has; empty where whoever closed it gave none. */
export type LineChange =
  | { task: IssueId; round: number; say: 'open' }
  | { task: IssueId; round: number; say: 'closed'; reason: string };

/** Why processes of a task must not go on. */
export type WhyEnd =
  | { is: 'taken over' }
  | { is: 'not in progress'; status: string }
  /** By somebody's SIGSTOP, for longer than a worker may take. */
  | { is: 'stopped for too long' }
  | { is: 'orphaned' };

/** All attempts of the task are used up. `last` is its last reason, empty where its worker died without one. */
export type GaveUp = { is: 'gave up'; last: string; attempts: number };

/** One thing that a pass wants done. At most one per task per pass; performed in this order. */
export type Intent =
  | { do: 'publish'; lines: readonly LineChange[]; parent: Sha; branch: string }
  | { do: 'end workers'; task: IssueId; tokens: readonly Token[]; why: WhyEnd }
  /** `reason` is the published line's, and may be empty, here and with `finish close`. */
  | { do: 'record close'; task: IssueId; guard: Guard; pullRequest: number; reason: string }
  | { do: 'finish close'; task: IssueId; pullRequest: number | undefined; reason: string }
  /** `abandon`: pull requests of the old round that are still open. `from`: what the new round's branch starts at. */
  | {
      do: 'open round';
      task: IssueId;
      round: number;
      guard: Guard;
      abandon: readonly number[];
      from: 'base' | 'old head';
    }
  /** Pull requests of earlier rounds of the task: nobody else closes them, and none of them may land. */
  | { do: 'close old pull requests'; task: IssueId; numbers: readonly number[] }
  | { do: 'give up'; task: IssueId; guard: Guard; why: GaveUp }
  | {
      do: 'start worker';
      task: IssueId;
      how: 'claim' | 'take over' | 'hand back';
      round: number;
      attempt: number;
      guard: Guard;
      token: Token;
      /** What else a hand-back writes. */
      handBack?: HandBack;
    }
  /** `workflowRuns`: their failed jobs, of a pull request whose head may be good all the same. */
  | { do: 're-run checks'; task: IssueId; workflowRuns: readonly number[] }
  /** For people and for `bd list`: why it waits, and who moves next. */
  | { do: 'tell why'; task: IssueId; guard: Guard; waits: Waits; waitsFor: string }
  | {
      do: 'clean up';
      task: IssueId;
      worktrees: readonly KnownWorktree[];
      localBranches: readonly { name: Branch; head: Sha }[];
      remoteBranches: readonly { name: Branch; head: Sha }[];
      /** Commits that stay reachable: what they contain is not lost when a branch is removed. */
      safe: readonly Sha[];
      /** What has neither landed nor been pushed, and is rescued: uncommitted files, heads of commits. */
      rescue: { files: number; heads: number };
    }
  | { do: 'close container'; task: IssueId }
  | { do: 'reopen container'; task: IssueId };

/** Why nobody but a person can move a task. */
export type WhyPerson =
  | { is: 'not nameable' }
  /** `halfClosed`: it has landed, and its close has arrived half. */
  | { is: 'owned by a person'; name: string; halfClosed: boolean }
  | { is: 'in progress without an owner' }
  | { is: 'in another status'; status: string }
  /** `reason` is the text of whoever has left the task to a person. */
  | { is: 'left to a person'; reason: string }
  | GaveUp
  | { is: 'pull request gone' }
  | { is: 'pull request closed'; number: number }
  | { is: 'merged into another base'; number: number; into: string; base: string }
  | { is: 'draft'; number: number }
  | { is: 'on hold'; number: number }
  /** `after`: kinds that its worker had back as often as it may. */
  | { is: 'not mergeable as it is'; url: string; number: number; why: string; after: readonly HandBackKind[] };

/** Why no worktree more can be made. */
export type WhyNoRoom =
  | { is: 'disk full'; freeMb: number; minFreeMb: number }
  | { is: 'too many worktrees'; worktrees: number; maxWorktrees: number };

/** Where a task stands, for people: what it is doing or why it waits. */
export type Standing =
  | { is: 'closed' }
  | { is: 'closing' }
  /** `stopped`: by somebody's SIGSTOP. */
  | { is: 'running'; pid: number; token: Token; stopped?: true }
  | { is: 'running elsewhere'; host: string }
  | { is: 'in review'; pullRequest: number; url: string; waits: Waits }
  | { is: 'merged, close owed'; pullRequest: number; url: string }
  | { is: 'retry later'; at: string; reason: string }
  | { is: 'blocked'; by: readonly IssueId[] }
  | { is: 'ready' }
  | { is: 'waiting for a slot' }
  | { is: 'no room'; why: WhyNoRoom }
  | { is: 'needs a person'; why: WhyPerson };

export type TaskStanding = { task: IssueId; title: string; standing: Standing };

/** Why a worktree stays. */
export type WhyKept =
  | { is: 'locked' }
  | { is: 'visited'; pid: number }
  | { is: 'unreadable' }
  /** Something else is in its place; `says` is a sentence of the adapter. */
  | { is: 'lost'; says: string }
  | { is: 'task unknown' }
  | { is: 'task not closed'; status: string }
  | { is: 'worker alive'; pid: number };
export type Kept = { task: IssueId; path: string; why: WhyKept };

export type Decision = {
  intents: readonly Intent[];
  standings: readonly TaskStanding[];
  /** Worktrees of closed tasks that stay. */
  kept: readonly Kept[];
  /** `done`: every task is closed and nothing is left. `people`: only people can move what is left. */
  outlook: 'done' | 'people' | 'going on';
};

/** Why an intent was not carried out. `says` is what git or the remote says itself. */
export type WhyNotDone =
  | { is: 'visited'; pid: number }
  | { is: 'not ending'; pids: readonly number[] }
  | { is: 'earlier start not ending'; pids: readonly number[] }
  | { is: 'kept by git'; says: string }
  | { is: 'kept by the remote'; branch: Branch; says: string };

/**
 * `done`: the world has changed. `moved on`: somebody else was faster, so look again. `not done`: something was in the way,
 * or would have been lost.
 */
export type Performed =
  | { is: 'done'; intent: Intent; pid?: number }
  | { is: 'moved on'; intent: Intent }
  | { is: 'not done'; intent: Intent; why: WhyNotDone };
