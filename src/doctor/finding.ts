/** What `heddle doctor` says of one thing: fine, wrong, or worth knowing. */
import { clauseOf, type ExitName, type Problem, TransientError, UserError } from '../domain/errors.ts';

export type Finding =
  | { is: 'ok'; check: string; says: string }
  /** Something works less well, or only part of what Heddle does needs it. */
  | ({ is: 'warning'; check: string } & Problem)
  | ({ is: 'problem'; check: string; exit: ExitName } & Problem);

const ORDER: readonly Finding['is'][] = ['problem', 'warning', 'ok'];

/** What needs attention first. */
export function byUrgency(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => ORDER.indexOf(a.is) - ORDER.indexOf(b.is));
}

/** Of the first problem, in the order of the checks: the later ones may come from it. */
export function exitOf(findings: readonly Finding[]): ExitName {
  const first = findings.find((finding) => finding.is === 'problem');
  return first?.is === 'problem' ? first.exit : 'done';
}

/** A check that failed is a finding too, so that everything is checked. */
export function findingOf(check: string, error: unknown): Finding {
  const problem = error instanceof Error ? clauseOf(error) : String(error);
  if (error instanceof UserError) return { is: 'problem', check, problem, hint: error.hint, exit: error.exit };
  if (error instanceof TransientError) {
    return { is: 'problem', check, problem, hint: 'Try again in a while.', exit: 'transient' };
  }
  return { is: 'problem', check, problem, hint: 'This was not expected: please report it.', exit: 'bug' };
}

export function notLookedAt(check: string, because: string): Finding {
  return { is: 'warning', check, problem: `not looked at, because ${because}`, hint: 'Fix that first.' };
}
