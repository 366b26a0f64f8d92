/** What the way of landing says to people. */
import type { Problem } from '../../domain/errors.ts';
import type { LandingReason } from './reasons.ts';

export function landingAdvice(reason: LandingReason): Problem {
  switch (reason.is) {
    case 'merge queue':
      return { problem: 'the base takes changes through a merge queue only', hint: 'Add it to the queue.' };
    case 'conflict':
      return { problem: 'it conflicts with the base', hint: 'Merge the base into the branch and push.' };
    case 'mergeability unknown':
      return {
        problem: 'GitHub has not computed whether it merges',
        hint: 'Nothing to do: the next sweep asks again.',
      };
    case 'behind':
      return {
        problem: 'its branch is behind the base, which takes only branches that are up to date',
        hint: 'Press “Update branch”, or merge the base into the branch and push.',
      };
    case 'refused':
      return {
        problem: `GitHub refuses the merge: ${reason.why}`,
        hint: 'Do what it asks for; the next sweep tries again.',
      };
    case 'base busy':
      return {
        problem: 'GitHub was not ready to land it at any try',
        hint: 'Nothing to do: the next sweep tries again.',
      };
    default:
      return reason satisfies never;
  }
}
