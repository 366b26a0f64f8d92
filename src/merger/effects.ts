/**
 * Every effect of the merger, by name: the one gate through which a sweep writes to GitHub.
 * The crash sweep kills the merger before and after each of them, so one that is not here cannot be made.
 */
import type { FileCommit, MergerGitHub, VerdictToSay } from '../ports/merger-github.ts';
import { landingEffects } from './landing/effects.ts';

export const effects = {
  ...landingEffects,
  'close lines': (github: MergerGitHub, commit: FileCommit) => github.commitFile(commit),
  comment: (github: MergerGitHub, number: number, comment: { id: string | undefined; body: string }) =>
    github.comment(number, comment),
  'say the verdict': (github: MergerGitHub, verdict: VerdictToSay) => github.sayVerdict(verdict),
} as const;

export type EffectName = keyof typeof effects;
