/** What the way of landing keeps between the looks of one sweep. */
import type { LandingSeen, Tried } from '../../review/landing/view.ts';

export type LandingState = { tried: Map<number, Tried>; asked: Map<number, number> };

export function newLandingState(): LandingState {
  return { tried: new Map(), asked: new Map() };
}

/** True if this sweep tried to land it: it may have landed although the answer was lost. */
export function mayHaveLanded({ tried }: LandingSeen, pullRequest: number): boolean {
  return tried.has(pullRequest);
}
