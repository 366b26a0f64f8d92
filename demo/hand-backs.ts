/** What does not land as it is in the demo, by whose doing, and whether it came back for that and nothing else. */
import type { HandBacks } from '../src/domain/issue.ts';
import type { AgentSettings } from './agent-script.ts';

/** Its agent makes a mistake that only the CI finds. */
const RED = 2;
/** Both begin a file with a line of their own: whichever lands second conflicts. */
const SIBLINGS = [3, 4] as const;
/** A reviewer asks for more. */
const REVIEWED = 6;

export const DEMO_MODES: NonNullable<AgentSettings['modes']> = {
  [RED]: 'hasty',
  [SIBLINGS[0]]: 'notes',
  [SIBLINGS[1]]: 'notes',
};
export const REVIEWED_TASK = REVIEWED;

/** Such as `red 1, conflict 1`; empty where it landed as it was. */
export function handBackText(handedBack: HandBacks): string {
  return Object.entries(handedBack)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}

/** @param handedBack of each task, in their order */
export function checkHandBacks(handedBack: readonly HandBacks[]): string[] {
  const texts = handedBack.map(handBackText);
  const conflicts = SIBLINGS.map((number) => texts[number - 1]).filter((text) => text !== '');
  const wanted = (number: number): readonly string[] => {
    if (number === RED) return ['red 1'];
    if (number === REVIEWED) return ['changes 1'];
    return SIBLINGS.some((one) => one === number) ? ['', 'conflict 1'] : [''];
  };
  return [
    ...texts.flatMap((text, index) =>
      wanted(index + 1).includes(text) ? [] : [`task ${index + 1} was handed back so: ${text || 'not at all'}`],
    ),
    ...(conflicts.length === 1 ? [] : [`of tasks ${SIBLINGS.join(' and ')} ${conflicts.length} conflicted, not one`]),
  ];
}
