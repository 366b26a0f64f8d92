import type { LandingIntent } from './landing/intent.ts';
import type { OwedClose } from './view.ts';

/** One thing that the merger wants done. */
export type Intent =
  | { do: 'land'; by: LandingIntent }
  | { do: 'close lines'; closes: readonly OwedClose[] }
  /** `commentId` is the comment to edit; `text` is undefined when that comment has the text already. */
  | {
      do: 'call a person';
      pullRequest: number;
      commentId: string | undefined;
      text: string | undefined;
      label: boolean;
    }
  | { do: 'call nobody'; pullRequest: number };
