/** What keeps a green candidate from landing. Pure: no clock, no I/O. */
import { BOUNDS } from '../../domain/bounds.ts';
import { isOverdue, testableSince } from '../checks.ts';
import type { Candidate, ReviewView } from '../view.ts';

export type LandingReason =
  | { is: 'merge queue' }
  | { is: 'conflict' }
  | { is: 'mergeability unknown' }
  | { is: 'behind' }
  | { is: 'refused'; why: string; overdue: boolean }
  | { is: 'base busy' };

export function reasonsAgainstLanding(candidate: Candidate, { rules, landing, now }: ReviewView): LandingReason[] {
  const { pullRequest } = candidate;
  const reasons: LandingReason[] = [];
  if (rules.landing.mergeQueue) reasons.push({ is: 'merge queue' });
  if (pullRequest.mergeable === 'conflict') reasons.push({ is: 'conflict' });
  else if (pullRequest.behind) reasons.push({ is: 'behind' });
  const asked = landing.asked.get(pullRequest.number) ?? 0;
  if (pullRequest.mergeable === 'unknown' && asked >= BOUNDS.mergeabilityQuestions.value) {
    reasons.push({ is: 'mergeability unknown' });
  }
  const tried = landing.tried.get(pullRequest.number);
  if (tried === undefined || tried.head !== pullRequest.head || pullRequest.behind) return reasons;
  if (tried.refused !== undefined) {
    const overdue = isOverdue(testableSince(candidate), now, rules);
    reasons.push({ is: 'refused', why: tried.refused, overdue });
  } else if (tried.count >= BOUNDS.landings.value) {
    reasons.push({ is: 'base busy' });
  }
  return reasons;
}

/** Whether time alone removes the reason, or a person has to. */
export function landingWaitsFor(reason: LandingReason): 'time' | 'person' {
  switch (reason.is) {
    case 'mergeability unknown':
    case 'base busy':
    case 'behind':
      return 'time';
    case 'refused':
      // For a moment, GitHub can refuse a merge for want of a required check that it has already reported as a success.
      return /status check/i.test(reason.why) && !reason.overdue ? 'time' : 'person';
    case 'merge queue':
    case 'conflict':
      return 'person';
    default:
      return reason satisfies never;
  }
}
