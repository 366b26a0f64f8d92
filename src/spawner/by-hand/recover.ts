/** `heddle recover`: what earlier runs have left half done is ended, closed or cleaned up; nothing is started. */
import { BOUNDS } from '../../domain/bounds.ts';
import { epicOf } from '../../domain/epic.ts';
import { TransientError } from '../../domain/errors.ts';
import { tokenOf } from '../../domain/ids.ts';
import { decideRepairs } from '../decide-repairs.ts';
import type { Decision, Intent, Performed } from '../intent.ts';
import { type BeadsLook, everyTask, issuesOf, lookAround, lookAtBeads, viewOf } from '../observe.ts';
import { carryOut } from '../perform.ts';
import { endLost, lockSpawner, type SpawnerDeps } from '../repairs.ts';
import type { Limits } from '../view.ts';

export type RecoverOptions = {
  /** All tasks of the repository without it. */
  epic: string | undefined;
  limits: Limits;
  dryRun: boolean;
};
/** What happens, as it happens. `hidden`: in a dry run, what is not repaired yet keeps the rest from being read. */
export type RecoverEvent =
  | { event: 'repaired'; what: string }
  | { event: 'intended'; intent: Intent }
  | { event: 'performed'; performed: Performed }
  | { event: 'kept'; kept: Decision['kept'][number] }
  | { event: 'hidden'; error: TransientError };

/** Throws a UserError (`busy`) while a spawner is running here: its passes do all of this. */
export async function recover(
  deps: SpawnerDeps,
  options: RecoverOptions,
  tell: (event: RecoverEvent) => void,
): Promise<void> {
  if (options.dryRun) return await foresee(deps, options, tell);
  const lock = await lockSpawner(deps);
  try {
    const progress = { tell: (performed: Performed) => tell({ event: 'performed', performed }) };
    let beads = await endLost(deps, options.limits, progress);
    for (const what of await deps.writers.git.repair()) tell({ event: 'repaired', what });
    for (let looks = 1; ; looks += 1) {
      const { intents, kept } = await decideNow(deps, options, beads);
      const changed = await carryOut(deps.writers, intents, progress);
      if (!changed || looks === BOUNDS.repairs.value) {
        for (const one of kept) tell({ event: 'kept', kept: one });
        return;
      }
      beads = await lookAtBeads(deps.readers);
    }
  } finally {
    await lock.release();
  }
}

async function foresee(deps: SpawnerDeps, options: RecoverOptions, tell: (event: RecoverEvent) => void): Promise<void> {
  const torn = await deps.writers.git.repair({ dryRun: true });
  for (const what of torn) tell({ event: 'repaired', what });
  try {
    const { intents, kept } = await decideNow(deps, options, await lookAtBeads(deps.readers));
    for (const intent of intents) tell({ event: 'intended', intent });
    for (const one of kept) tell({ event: 'kept', kept: one });
  } catch (error) {
    if (torn.length === 0 || !(error instanceof TransientError)) throw error;
    tell({ event: 'hidden', error });
  }
}

async function decideNow(
  { readers, names }: Pick<SpawnerDeps, 'readers' | 'names'>,
  { epic, limits }: Pick<RecoverOptions, 'epic' | 'limits'>,
  beads: BeadsLook,
): Promise<Pick<Decision, 'intents' | 'kept'>> {
  const tree = epic === undefined ? everyTask(beads.issues) : epicOf(beads.issues, epic);
  const view = viewOf(await lookAround(readers, names, beads, issuesOf(tree)), tree);
  return decideRepairs(view, { ...limits, token: tokenOf(view.host, readers.clock.nonce()) });
}
