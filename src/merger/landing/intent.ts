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
      greenAt: Date;
      /** The pull request that is ready after this one. */
      next: number | undefined;
    }
  | { do: 'ask for mergeability'; pullRequest: number };
