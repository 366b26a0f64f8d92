/** The intents of a pass that only repairs: of those that any pass decides on, the ones that end something. Pure. */
import { decide } from './decide.ts';
import type { Decision, Intent } from './intent.ts';
import type { PassSettings, View } from './view.ts';

const REPAIRS: ReadonlySet<Intent['do']> = new Set([
  'end workers',
  'record close',
  'finish close',
  'close old pull requests',
  'give up',
  'clean up',
]);

export function decideRepairs(view: View, settings: PassSettings): Pick<Decision, 'intents' | 'kept'> {
  // Without a slot no worker is started, so there is an intent of its own to end what a start would end first.
  const { intents, kept } = decide(view, { ...settings, maxParallel: 0 });
  return { intents: intents.filter((intent) => REPAIRS.has(intent.do)), kept };
}
