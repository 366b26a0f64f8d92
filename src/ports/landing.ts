/** What the way of landing asks of GitHub: a merge of one pull request, as far as its head is the one that was looked at. */
import type { Sha } from '../domain/ids.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export type MergeOutcome =
  | { is: 'merged'; commit: Sha }
  | { is: 'head moved' }
  | { is: 'base moved' }
  /** A conflict, or mergeability that is being computed anew; a look tells which. */
  | { is: 'not mergeable' }
  /** GitHub says no, in its own words; the same request would get the same answer. */
  | { is: 'refused'; why: string }
  /** The answer was lost: it may have been merged. */
  | { is: 'unclear'; why: string };

export interface LandingWriter {
  /** Makes GitHub compute whether it can be merged; the answer is in a later read. */
  askMergeability(number: number): Promise<void>;
  merge(pullRequest: { number: number; head: Sha; method: MergeMethod }): Promise<MergeOutcome>;
}
