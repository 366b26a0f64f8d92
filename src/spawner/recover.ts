/** `heddle recover`: what earlier runs have left half done is ended, closed or cleaned up; nothing is started. */
import { BOUNDS } from '../domain/bounds.ts';
import { epicOf, tasksOf } from '../domain/epic.ts';
import { TransientError } from '../domain/errors.ts';
import { tokenOf } from '../domain/ids.ts';
import type { Lock, Locks } from '../ports/processes.ts';
import { decideRepairs } from './decide-repairs.ts';
import type { Decision, Intent, Performed } from './intent.ts';
import { anotherSpawner } from './messages/errors.ts';
import {
  type BeadsLook,
  type Eyes,
  everyTask,
  issuesOf,
  lookAround,
  lookAtBeads,
  type Names,
  viewOf,
} from './observe.ts';
import { carryOut, type Hands, type Progress } from './perform.ts';
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

/** Throws a UserError (`busy`) while a spawner is running here: its passes do all of this. */
export async function recover(
  deps: RecoverDeps,
  options: RecoverOptions,
  tell: (event: RecoverEvent) => void,
): Promise<void> {
  if (options.dryRun) return await foresee(deps, options, tell);
  const lock = await lockSpawner(deps);
  try {
    const progress = { tell: (performed: Performed) => tell({ event: 'performed', performed }) };
    let beads = await endLost(deps, options.limits, progress);
    for (const what of await deps.hands.git.repair()) tell({ event: 'repaired', what });
    for (let looks = 1; ; looks += 1) {
      const { intents, kept } = await decideNow(deps, options, beads);
      const changed = await carryOut(deps.hands, intents, progress);
      if (!changed || looks === BOUNDS.repairs.value) {
        for (const one of kept) tell({ event: 'kept', kept: one });
        return;
      }
      beads = await lookAtBeads(deps.eyes);
    }
  } finally {
    await lock.release();
  }
}

/** Ends, before git is asked anything, whoever must not go on; gives what Beads and the process table say afterwards. */
export async function endLost(
  deps: Pick<RecoverDeps, 'eyes' | 'hands'>,
  limits: RecoverOptions['limits'],
  progress: Progress,
): Promise<BeadsLook> {
  const look = await lookAtBeads(deps.eyes);
  const ended = await carryOut(deps.hands, decideEndings(look, limits, tasksOf(look.issues)), progress);
  return ended ? await lookAtBeads(deps.eyes) : look;
}

async function foresee(deps: RecoverDeps, options: RecoverOptions, tell: (event: RecoverEvent) => void): Promise<void> {
  const torn = await deps.hands.git.repair({ dryRun: true });
  for (const what of torn) tell({ event: 'repaired', what });
  try {
    const { intents, kept } = await decideNow(deps, options, await lookAtBeads(deps.eyes));
    for (const intent of intents) tell({ event: 'intended', intent });
    for (const one of kept) tell({ event: 'kept', kept: one });
  } catch (error) {
    if (torn.length === 0 || !(error instanceof TransientError)) throw error;
    tell({ event: 'hidden', error });
  }
}

async function decideNow(
  { eyes, names }: Pick<RecoverDeps, 'eyes' | 'names'>,
  { epic, limits }: Pick<RecoverOptions, 'epic' | 'limits'>,
  beads: BeadsLook,
): Promise<Pick<Decision, 'intents' | 'kept'>> {
  const tree = epic === undefined ? everyTask(beads.issues) : epicOf(beads.issues, epic);
  const view = viewOf(await lookAround(eyes, names, beads, issuesOf(tree)), tree);
  return decideRepairs(view, { ...limits, token: tokenOf(view.host, eyes.clock.nonce()) });
}

/** One spawner per repository and host; the lock dies with its holder. */
export async function lockSpawner(deps: Pick<RecoverDeps, 'hands' | 'locks'>): Promise<Lock> {
  const lock = await deps.locks.tryAcquire(`spawner-${deps.hands.git.repositoryKey}`);
  if (lock !== undefined) return lock;
  throw anotherSpawner();
}
