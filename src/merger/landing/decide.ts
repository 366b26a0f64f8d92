/** The next steps of candidates that nothing keeps from landing. Pure: no clock, no I/O. */
import { BOUNDS } from '../../domain/bounds.ts';
import { greenSince } from '../../review/evidence.ts';
import type { Candidate, View } from '../view.ts';
import type { LandingIntent } from './intent.ts';

/**
 * The next step for the pull requests that are ready, which are given oldest first. Only one merge at a time: it moves the
 * base, so everything has to be read again after it. GitHub computes mergeability anew then, so only the next in line is
 * asked about, each as often in a row as there are waits.
 */
export function nextLanding(ready: readonly Candidate[], { rules, landing }: View): LandingIntent | undefined {
  const turns = ({ pullRequest: { number } }: Candidate) =>
    Math.floor((landing.asked.get(number) ?? 0) / BOUNDS.mergeabilityWait.value.length);
  const inLine = ready.toSorted((a, b) => turns(a) - turns(b));
  const first = ready.find(({ pullRequest }) => pullRequest.mergeable === 'yes');
  if (first === undefined) {
    const [next] = inLine;
    return next === undefined ? undefined : { do: 'ask for mergeability', pullRequest: next.pullRequest.number };
  }
  const { pullRequest, task, round } = first;
  const { number, head, url } = pullRequest;
  const next = inLine.find((one) => one !== first)?.pullRequest.number;
  const greenAt = greenSince(first, rules);
  return { do: 'merge', pullRequest: number, head, method: rules.landing.method, task, round, url, greenAt, next };
}

/** The pull requests that this step puts on the base. */
export function landsNow(step: LandingIntent): readonly number[] {
  return step.do === 'merge' ? [step.pullRequest] : [];
}
