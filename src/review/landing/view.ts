/** What the way of landing decides on beside the candidates: its rules, and what this sweep has tried of it. */
import type { Sha } from '../../domain/ids.ts';
import type { MergeMethod } from '../../ports/landing.ts';

export type LandingRules = {
  method: MergeMethod;
  /** The base takes changes through a merge queue only. */
  mergeQueue: boolean;
};

/** How often this sweep tried to land a head, and how it ended last. */
export type Tried = { head: Sha; count: number; refused: string | undefined };

export type LandingSeen = {
  /** Landings tried in this sweep, by pull request number. */
  tried: ReadonlyMap<number, Tried>;
  /** How often this sweep asked for mergeability, by pull request number; reset by every landing. */
  asked: ReadonlyMap<number, number>;
};
