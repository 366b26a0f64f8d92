/** The next steps of candidates that nothing keeps from landing. Pure: no clock, no I/O. */
import type { Candidate, View } from '../view.ts';
import type { LandingIntent } from './intent.ts';

/**
 * The next step for the pull requests that are ready, which are given oldest first. Only one merge at a time: it moves the
 * base, so everything has to be read again after it.
 */
export function nextLanding(ready: readonly Candidate[], { rules }: View): LandingIntent | undefined {
  const first = ready.find(({ pullRequest }) => pullRequest.mergeable === 'yes');
  if (first !== undefined) {
    const { pullRequest, task, round } = first;
    const { number, head, url } = pullRequest;
    return { do: 'merge', pullRequest: number, head, method: rules.landing.method, task, round, url };
  }
  const pullRequests = ready.map(({ pullRequest }) => pullRequest.number);
  return pullRequests.length === 0 ? undefined : { do: 'ask for mergeability', pullRequests };
}

/** The pull requests that this step puts on the base. */
export function landsNow(step: LandingIntent): readonly number[] {
  return step.do === 'merge' ? [step.pullRequest] : [];
}
