/** What `heddle doctor` says of one thing: fine, wrong, or worth knowing. */
import { type ExitName, TransientError, UserError } from '../domain/errors.ts';

export type Finding =
  | { is: 'ok'; check: string; says: string }
  /** Something works less well, or only part of what Heddle does needs it. */
  | { is: 'hint'; check: string; says: string; mend: string }
  | { is: 'problem'; check: string; says: string; mend: string; exit: ExitName };

const ORDER: readonly Finding['is'][] = ['problem', 'hint', 'ok'];

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
  if (error instanceof UserError)
    return { is: 'problem', check, says: plain(error.message), mend: error.hint, exit: error.exit };
  if (error instanceof TransientError) {
    return { is: 'problem', check, says: plain(error.message), mend: 'Try again in a while.', exit: 'transient' };
  }
  const says = error instanceof Error ? plain(error.message) : String(error);
  return { is: 'problem', check, says, mend: 'This was not expected: please report it.', exit: 'bug' };
}

export function notLookedAt(check: string, because: string): Finding {
  return { is: 'hint', check, says: `not looked at, because ${because}`, mend: 'Mend that first.' };
}

function plain(message: string): string {
  return message.replace(/\.$/, '');
}
