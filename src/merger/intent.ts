import type { VerdictToSay } from '../ports/merger-github.ts';
import type { LandingIntent } from './landing/intent.ts';
import type { OwedClose } from './view.ts';

/** One thing that the merger wants done. */
export type Intent =
  | { do: 'land'; by: LandingIntent }
  | { do: 'close lines'; closes: readonly OwedClose[] }
  /** `commentId` is the comment to edit; undefined where there is none yet. */
  | { do: 'comment'; pullRequest: number; commentId: string | undefined; text: string }
  | { do: 'say the verdict'; pullRequest: number; verdict: VerdictToSay };
