/** What a spawner and `heddle recover` both begin with: nobody else at it, and whoever must not go on is ended. */
import { tasksOf } from '../domain/epic.ts';
import type { Lock, Locks } from '../ports/processes.ts';
import { anotherSpawner } from './messages/errors.ts';
import { type BeadsLook, type Eyes, lookAtBeads, type Names } from './observe.ts';
import { carryOut, type Hands, type Progress } from './perform.ts';
import { decideEndings } from './stale-workers.ts';
import type { Settings } from './view.ts';

export type RepairDeps = { eyes: Eyes; hands: Hands; locks: Locks; names: Names };

/** Ends, before git is asked anything, whoever must not go on; gives what Beads and the process table say afterwards. */
export async function endLost(
  deps: Pick<RepairDeps, 'eyes' | 'hands'>,
  limits: Omit<Settings, 'token'>,
  progress: Progress,
): Promise<BeadsLook> {
  const look = await lookAtBeads(deps.eyes);
  const ended = await carryOut(deps.hands, decideEndings(look, limits, tasksOf(look.issues)), progress);
  return ended ? await lookAtBeads(deps.eyes) : look;
}

/** One spawner per repository and host; the lock dies with its holder. */
export async function lockSpawner(deps: Pick<RepairDeps, 'hands' | 'locks'>): Promise<Lock> {
  const lock = await deps.locks.tryAcquire(`spawner-${deps.hands.git.repositoryKey}`);
  if (lock !== undefined) return lock;
  throw anotherSpawner();
}
