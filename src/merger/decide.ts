/** What to do next, from one view. Pure: no clock, no I/O. */
import { NEEDS_PERSON_LABEL } from '../domain/marker.ts';
import { type Reason, review, type Verdict } from '../review/review.ts';
import type { Intent } from './intent.ts';
import { nextLanding } from './landing/decide.ts';
import { verdictComment } from './messages.ts';
import type { Candidate, View } from './view.ts';

export type Judged = { candidate: Candidate; verdict: Verdict };

export function judge(view: View): Judged[] {
  return [...view.candidates]
    .sort((a, b) => a.pullRequest.number - b.pullRequest.number)
    .map((candidate) => ({ candidate, verdict: review(candidate, view) }));
}

/**
 * As long as a pull request can land: one step of a landing, and nothing else. The closes come after all landings, in one
 * commit, so that they move the base only once.
 */
export function decide(view: View): Intent[] {
  const judged = judge(view);
  if (!view.late) {
    const ready = judged.flatMap(({ candidate, verdict }) => (verdict.is === 'ready' ? [candidate] : []));
    const by = nextLanding(ready, view);
    if (by !== undefined) return [{ do: 'land', by }];
  }
  const owed = view.closeRefused === undefined ? view.owed : [];
  const closes: Intent[] = owed.length === 0 ? [] : [{ do: 'close lines', closes: owed }];
  return [...closes, ...judged.flatMap(callsFor)];
}

function callsFor({ candidate, verdict }: Judged): Intent[] {
  if (verdict.is !== 'waiting') return [];
  switch (verdict.for) {
    case 'person':
      return callPerson(candidate, verdict.reasons);
    case 'time': {
      const { number, labels } = candidate.pullRequest;
      return labels?.includes(NEEDS_PERSON_LABEL) ? [{ do: 'call nobody', pullRequest: number }] : [];
    }
    // The person who made it a draft or put it on hold knows that, so nobody has to be told.
    case 'its author':
      return [];
    default:
      return verdict.for satisfies never;
  }
}

function callPerson({ pullRequest, comment, task }: Candidate, reasons: readonly Reason[]): Intent[] {
  const wanted = verdictComment({ head: pullRequest.head, task, reasons });
  const text = sameText(comment?.body, wanted) ? undefined : wanted;
  const label = !(pullRequest.labels?.includes(NEEDS_PERSON_LABEL) ?? false);
  if (text === undefined && !label) return [];
  return [{ do: 'call a person', pullRequest: pullRequest.number, commentId: comment?.id, text, label }];
}

/** GitHub may change the line ends of a text. */
function sameText(a: string | undefined, b: string): boolean {
  return a !== undefined && a.replace(/\r\n/g, '\n').trim() === b.trim();
}
