/** What a pass that only repairs would do: the decisions of any pass, of which it takes those that end something. Pure. */
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
  // Without a slot nothing is started, so what a start would have ended first is ended for its own sake.
  const { intents, kept } = decide(view, { ...settings, maxParallel: 0 });
  return { intents: intents.filter((intent) => REPAIRS.has(intent.do)), kept };
}
