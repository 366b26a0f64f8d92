import type { IssueId, Sha } from '../domain/ids.ts';
import type { MergeMethod, OwedClose } from './view.ts';

/** One thing that the merger wants done. */
export type Intent =
  | {
      do: 'land';
      pullRequest: number;
      head: Sha;
      method: MergeMethod;
      task: IssueId;
      round: number;
      url: string;
      labelled: boolean;
    }
  | { do: 'ask for mergeability'; pullRequest: number }
  | { do: 'close lines'; closes: readonly OwedClose[] }
  /** `commentId` is the comment to edit; `text` is undefined when it says so already. */
  | {
      do: 'call a person';
      pullRequest: number;
      commentId: string | undefined;
      text: string | undefined;
      label: boolean;
    }
  | { do: 'call nobody'; pullRequest: number };
