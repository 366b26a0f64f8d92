/** The effects of the way of landing; the merger's table takes them over. */
import type { LandingWriter } from '../../ports/landing.ts';

export const landingEffects = {
  'ask for mergeability': (github: LandingWriter, number: number) => github.askMergeability(number),
  land: (github: LandingWriter, pullRequest: Parameters<LandingWriter['merge']>[0]) => github.merge(pullRequest),
} as const;
