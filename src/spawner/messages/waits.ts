/** Why a task in progress waits, and who moves next, as Beads is told: one sentence, the same for all that wait alike. */
import { USAGE_LIMIT, type Waits } from '../../domain/issue.ts';
import type { Standing } from '../intent.ts';
import { nextCommand, SENTENCES, whyPerson } from './standings.ts';

export const HANDED_BACK = 'Its worker has its pull request back.';

/** Undefined where nothing is to be told: it moves by itself, or Beads shows why. */
export function waitsOf(of: {
  task: Parameters<typeof nextCommand>[0]['task'];
  standing: Standing;
}): { waits: Waits; waitsFor: string } | undefined {
  const { standing } = of;
  const told = (waits: Waits) => ({ waits, waitsFor: SENTENCES[waits] });
  switch (standing.is) {
    case 'in review':
      return told(standing.waits);
    case 'merged, close owed':
      return told('close');
    case 'retry later':
      return told(standing.reason.startsWith(USAGE_LIMIT) ? 'limit' : 'retry');
    case 'needs a person': {
      if (standing.why.is === 'draft') return told('draft');
      if (standing.why.is === 'on hold') return told('hold');
      const next = nextCommand(of);
      return { waits: 'person', waitsFor: `${whyPerson(standing.why)}${next === undefined ? '' : `. Next: ${next}`}` };
    }
    default:
      return undefined;
  }
}
