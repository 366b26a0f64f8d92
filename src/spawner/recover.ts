/** `heddle recover`: what earlier runs have left half done is ended, closed or cleaned up; nothing is started. */

import { tasksOf } from '../domain/epic.ts';
import { TransientError } from '../domain/errors.ts';
import { tokenOf } from '../domain/ids.ts';
import type { Lock, Locks } from '../ports/processes.ts';
import { decideRepairs } from './decide-repairs.ts';
import type { Decision, Intent, Performed } from './intent.ts';
import { anotherSpawner } from './messages/errors.ts';
import { type Eyes, lookAtBeads, type Names, observeTasks } from './observe.ts';
import { type Hands, type MayBegin, perform } from './perform.ts';
import { decideEndings } from './stale-workers.ts';
import type { Settings } from './view.ts';

type RecoverDeps = { eyes: Eyes; hands: Hands; locks: Locks; names: Names };
export type RecoverOptions = {
  /** All tasks of the repository without it. */
  epic: string | undefined;
  limits: Omit<Settings, 'token'>;
  dryRun: boolean;
};
/** What happens, as it happens. `hidden`: in a dry run, what is torn keeps the rest from being seen. */
export type RecoverEvent =
  | { event: 'repaired'; what: string }
  | { event: 'intended'; intent: Intent }
  | { event: 'performed'; performed: Performed }
  | { event: 'kept'; kept: Decision['kept'][number] }
  | { event: 'hidden'; error: TransientError };

/** A close that is recorded is cleaned up after with the next look; nothing takes more looks than this. */
const MAX_LOOKS = 5;

/** Throws a UserError (`busy`) while a spawner is running here: its passes do all of this. */
export async function recover(
  deps: RecoverDeps,
  options: RecoverOptions,
  tell: (event: RecoverEvent) => void,
): Promise<void> {
  if (options.dryRun) return await foresee(deps, options, tell);
  const lock = await lockSpawner(deps);
  try {
    for await (const performed of endLost(deps, options.limits)) tell({ event: 'performed', performed });
    for (const what of await deps.hands.git.repair()) tell({ event: 'repaired', what });
    const mending = mend(deps, options.limits, { epic: options.epic });
    for (;;) {
      const step = await mending.next();
      if (step.done) {
        for (const kept of step.value) tell({ event: 'kept', kept });
        return;
      }
      tell({ event: 'performed', performed: step.value });
    }
  } finally {
    await lock.release();
  }
}

/** Ends, before git is asked anything, whoever must not go on. */
export async function* endLost(
  deps: Pick<RecoverDeps, 'eyes' | 'hands'>,
  limits: RecoverOptions['limits'],
  mayBegin?: MayBegin,
): AsyncGenerator<Performed> {
  const look = await lookAtBeads(deps.eyes);
  yield* perform(deps.hands, decideEndings(look, limits, tasksOf(look.issues)), mayBegin);
}

/** Looks and repairs until there is nothing left to repair; gives what stays, and why. */
export async function* mend(
  deps: Pick<RecoverDeps, 'eyes' | 'hands' | 'names'>,
  limits: RecoverOptions['limits'],
  { epic, mayBegin }: { epic?: string | undefined; mayBegin?: MayBegin } = {},
): AsyncGenerator<Performed, Decision['kept']> {
  for (let looks = 1; ; looks += 1) {
    const { intents, kept } = await decideNow(deps, limits, epic);
    let changed = false;
    for await (const performed of perform(deps.hands, intents, mayBegin)) {
      changed ||= performed.is !== 'kept';
      yield performed;
    }
    if (!changed || looks === MAX_LOOKS) return kept;
  }
}

async function foresee(deps: RecoverDeps, options: RecoverOptions, tell: (event: RecoverEvent) => void): Promise<void> {
  const torn = await deps.hands.git.repair({ dryRun: true });
  for (const what of torn) tell({ event: 'repaired', what });
  try {
    const { intents, kept } = await decideNow(deps, options.limits, options.epic);
    for (const intent of intents) tell({ event: 'intended', intent });
    for (const one of kept) tell({ event: 'kept', kept: one });
  } catch (error) {
    if (torn.length === 0 || !(error instanceof TransientError)) throw error;
    tell({ event: 'hidden', error });
  }
}

async function decideNow(
  deps: Pick<RecoverDeps, 'eyes' | 'names'>,
  limits: RecoverOptions['limits'],
  epic: string | undefined,
): Promise<Pick<Decision, 'intents' | 'kept'>> {
  const view = await observeTasks(deps.eyes, deps.names, epic);
  return decideRepairs(view, { ...limits, token: tokenOf(view.host, deps.eyes.clock.nonce()) });
}

/** One spawner per repository and host; the lock dies with its holder. */
export async function lockSpawner(deps: Pick<RecoverDeps, 'hands' | 'locks'>): Promise<Lock> {
  const lock = await deps.locks.tryAcquire(`spawner-${deps.hands.git.repositoryKey}`);
  if (lock !== undefined) return lock;
  throw anotherSpawner();
}
