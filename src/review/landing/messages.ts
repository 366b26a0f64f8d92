/** What the way of landing says to people. */
import type { Problem } from '../../domain/errors.ts';
import type { OpenPullRequest, Rules } from '../view.ts';
import type { LandingReason } from './reasons.ts';

const MERGEABLE = { yes: 'no conflict', conflict: 'a conflict', unknown: 'GitHub has not computed conflicts' } as const;

/** What was looked at to tell whether the base takes it. */
export function landingLooked({ mergeable, behind }: OpenPullRequest, { landing }: Rules): string {
  const queue = landing.mergeQueue ? '; the base has a merge queue' : '';
  return `${MERGEABLE[mergeable]}; ${behind ? 'behind the base' : 'not held up by its age'}${queue}; method: ${landing.method}`;
}

export function landingAdvice(reason: LandingReason): Problem {
  switch (reason.is) {
    case 'merge queue':
      return {
        problem: 'the base takes changes through a merge queue only',
        hint: 'Add the pull request to the merge queue.',
      };
    case 'conflict':
      return { problem: 'it conflicts with the base', hint: 'Merge the base into the branch and push.' };
    case 'mergeability unknown':
      return {
        problem: 'GitHub has not computed whether it can be merged',
        hint: 'Nothing to do: the next sweep asks GitHub again.',
      };
    case 'behind':
      return {
        problem: 'its branch is behind the base, which takes only branches that are up to date',
        hint: 'Nothing to do while `heddle spawn` runs: its worker merges the base. Else press “Update branch”.',
      };
    case 'refused':
      return {
        problem: `GitHub refuses the merge: ${reason.why}`,
        hint: 'Do what GitHub asks for; the next sweep tries to merge again.',
      };
    case 'base busy':
      return {
        problem: 'GitHub was not ready to merge it at any try of this sweep',
        hint: 'Nothing to do: the next sweep tries to merge again.',
      };
    default:
      return reason satisfies never;
  }
}
