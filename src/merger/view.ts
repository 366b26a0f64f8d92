/** What the merger decides on: the world as one look saw it, and what this sweep has tried already. */
import type { IssueId, Sha } from '../domain/ids.ts';
import type { OpenPullRequest } from '../ports/review.ts';
import type { Candidate, ReviewView } from '../review/view.ts';

export type { MergerReader, StateFile } from '../ports/merger-github.ts';
export type { ChangedFiles, Conclusion, HeadDetails, OpenPullRequest } from '../ports/review.ts';
export type { Candidate, Rules } from '../review/view.ts';

/** A pull request that names a task but gets no write at all; for the summary. */
export type Bystander = {
  pullRequest: OpenPullRequest;
  task: IssueId;
  round: number;
  because: Unfit;
};
export type Unfit =
  | 'from a fork'
  | 'branch and marker differ'
  | 'author is not trusted'
  | 'line is missing'
  | 'line is closed'
  | 'round is over';

/** A merged pull request whose line is still open. */
export type OwedClose = {
  task: IssueId;
  round: number;
  pullRequest: number;
  url: string;
  commit: Sha;
  /** From when its checks were green to its merge; where this sweep has merged it. */
  greenSeconds?: number;
};

export type View = ReviewView & {
  candidates: readonly Candidate[];
  bystanders: readonly Bystander[];
  owed: readonly OwedClose[];
  /** Set when the state branch refused the close in this sweep. */
  closeRefused: string | undefined;
  /** True if the token may not say verdicts beside the checks; the comment has to do then. */
  verdictRefused: boolean;
  /** The time of the sweep is over: it closes what is owed, and lands nothing more. */
  late: boolean;
};
