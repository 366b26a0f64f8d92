/** The effects of a landing; the merger's table of effects includes them. */
import type { LandingWriter } from '../../ports/landing.ts';

export const landingEffects = {
  'ask for mergeability': (github: LandingWriter, number: number) => github.askMergeability(number),
  land: (github: LandingWriter, pullRequest: Parameters<LandingWriter['merge']>[0]) => github.merge(pullRequest),
} as const;
