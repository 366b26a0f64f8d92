/** The verdict on a head as a check that people see beside all others. Pure: no clock, no I/O. */
import { type Reason, reasonsAgainst, type Verdict } from '../review/review.ts';
import { checkSummary, checkTitle, forbiddenPathNote } from './messages.ts';
import type { Candidate, Conclusion, View } from './view.ts';

type VerdictCheck = {
  conclusion: Conclusion;
  /** Short, and the same as long as the verdict is: what was said is told from it. */
  title: string;
  summary: string;
  annotations: readonly { path: string; message: string }[];
};

export function verdictCheck(candidate: Candidate, verdict: Verdict, view: View): VerdictCheck | undefined {
  if (verdict.is === 'undecided') return undefined;
  const reasons = reasonsAgainst(candidate, view);
  return {
    conclusion: conclusionOf(verdict),
    title: checkTitle(verdict),
    summary: checkSummary(candidate, reasons, view.rules),
    annotations: reasons.flatMap(annotationsOf),
  };
}

function conclusionOf(verdict: Exclude<Verdict, { is: 'undecided' }>): Conclusion {
  if (verdict.is === 'ready') return 'success';
  return verdict.for === 'person' ? 'failure' : 'neutral';
}

function annotationsOf(reason: Reason): { path: string; message: string }[] {
  return reason.is === 'forbidden paths' ? reason.paths.map((path) => ({ path, message: forbiddenPathNote })) : [];
}
