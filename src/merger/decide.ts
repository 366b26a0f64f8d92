/** What to do next, from one view. Pure: no clock, no I/O. */
import { review, type Verdict } from '../review/review.ts';
import type { Intent } from './intent.ts';
import { landsNow, nextLanding } from './landing/decide.ts';
import { settledComment, verdictComment } from './messages.ts';
import { verdictCheck } from './verdict-check.ts';
import type { Candidate, View } from './view.ts';

export type Judged = { candidate: Candidate; verdict: Verdict };

export function judge(view: View): Judged[] {
  return [...view.candidates]
    .sort((a, b) => a.pullRequest.number - b.pullRequest.number)
    .map((candidate) => ({ candidate, verdict: review(candidate, view) }));
}

/**
 * As long as a pull request can land: one step of a landing, after what is said of the one that lands, and nothing else.
 * The closes come after all landings, in one commit, so that they move the base only once.
 */
export function decide(view: View): Intent[] {
  const judged = judge(view);
  if (!view.late) {
    const ready = judged.flatMap(({ candidate, verdict }) => (verdict.is === 'ready' ? [candidate] : []));
    const by = nextLanding(ready, view);
    if (by !== undefined) {
      // What is said of a pull request is true before it lands: nobody looks at it later.
      const now = landsNow(by);
      const landing = judged.filter(({ candidate }) => now.includes(candidate.pullRequest.number));
      return [...landing.flatMap((one) => wordsOn(one, view)), { do: 'land', by }];
    }
  }
  const owed = view.closeRefused === undefined ? view.owed : [];
  const closes: Intent[] = owed.length === 0 ? [] : [{ do: 'close lines', closes: owed }];
  return [...closes, ...judged.flatMap((one) => wordsOn(one, view))];
}

function wordsOn(judged: Judged, view: View): Intent[] {
  return [...commentOn(judged), ...checkOn(judged, view)];
}

/** Whatever the verdict, said once: it is changed only when the verdict is another. */
function checkOn({ candidate, verdict }: Judged, view: View): Intent[] {
  if (view.verdictRefused) return [];
  const { pullRequest, said: known } = candidate;
  const { number, head, url } = pullRequest;
  const check = verdictCheck(candidate, verdict, view);
  if (check === undefined || (known?.conclusion === check.conclusion && known.title === check.title)) return [];
  const as = view.rules.appToken ? 'check run' : 'commit status';
  return [{ do: 'say the verdict', pullRequest: number, verdict: { head, as, known, url, ...check } }];
}

/** Only a verdict that needs a person begins a comment; one that is there follows the verdict. */
function commentOn({ candidate, verdict }: Judged): Intent[] {
  const { pullRequest, comment, task } = candidate;
  const needsPerson = verdict.is === 'waiting' && verdict.for === 'person';
  if (!needsPerson && comment === undefined) return [];
  const text = needsPerson
    ? verdictComment({ head: pullRequest.head, task, reasons: verdict.reasons })
    : settledComment(verdict);
  if (sameText(comment?.body, text)) return [];
  return [{ do: 'comment', pullRequest: pullRequest.number, commentId: comment?.id, text }];
}

/** GitHub may change the line ends of a text. */
function sameText(a: string | undefined, b: string): boolean {
  return a !== undefined && a.replace(/\r\n/g, '\n').trim() === b.trim();
}
