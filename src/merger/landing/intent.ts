import type { IssueId, Sha } from '../../domain/ids.ts';
import type { MergeMethod } from '../../ports/landing.ts';

/** One step of a landing. */
export type LandingIntent =
  | {
      do: 'merge';
      pullRequest: number;
      head: Sha;
      method: MergeMethod;
      task: IssueId;
      round: number;
      url: string;
    }
  | { do: 'ask for mergeability'; pullRequests: readonly number[] };
