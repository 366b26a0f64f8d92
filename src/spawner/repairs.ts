/** What a spawner and `heddle recover` both begin with: nobody else at it, and whoever must not go on is ended. */
import { tasksOf } from '../domain/epic.ts';
import type { Lock, Locks } from '../ports/processes.ts';
import { anotherSpawner } from './messages/errors.ts';
import { type BeadsLook, lookAtBeads, type Names, type Readers } from './observe.ts';
import { carryOut, type Progress, type Writers } from './perform.ts';
import { decideEndings } from './stale-workers.ts';
import type { Limits } from './view.ts';

/** What a pass stands on, and the lock that keeps others from one. */
export type SpawnerDeps = { readers: Readers; writers: Writers; locks: Locks; names: Names };

/** Ends, before git is asked anything, whoever must not go on; gives what Beads and the process table say afterwards. */
export async function endLost(
  deps: Pick<SpawnerDeps, 'readers' | 'writers'>,
  limits: Limits,
  progress: Progress,
): Promise<BeadsLook> {
  const look = await lookAtBeads(deps.readers);
  const ended = await carryOut(deps.writers, decideEndings(look, limits, tasksOf(look.issues)), progress);
  return ended ? await lookAtBeads(deps.readers) : look;
}

/** One spawner per repository and host; the lock dies with its holder. */
export async function lockSpawner(deps: Pick<SpawnerDeps, 'writers' | 'locks'>): Promise<Lock> {
  const lock = await deps.locks.tryAcquire(`spawner-${deps.writers.git.repositoryKey}`);
  if (lock !== undefined) return lock;
  throw anotherSpawner();
}
