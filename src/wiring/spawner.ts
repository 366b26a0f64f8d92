/** Everything that a pass of the spawner needs, for a checkout. */
import type { Eyes, Names } from '../spawner/observe.ts';
import type { Hands } from '../spawner/perform.ts';
import type { SpawnOptions } from '../spawner/spawn.ts';
import { openBeads } from './beads.ts';
import type { Checkout } from './checkout.ts';
import { type Forge, namesOf, openForge } from './forge.ts';
import { workerStarter } from './worker.ts';

type Spawner = { eyes: Eyes; hands: Hands; names: Names; forge: Forge };

/** `agent` is what heddle.yml says unless it is given. */
export async function openSpawner(checkout: Checkout, agent = checkout.settings.agent): Promise<Spawner> {
  const forge = await openForge(checkout);
  const beads = openBeads(checkout);
  const { git, processes, clock } = checkout;
  const { pullRequests } = forge;
  const eyes = { beads, git, pullRequests, processes, clock };
  const startWorker = workerStarter(checkout, forge, agent);
  return { eyes, hands: { ...eyes, startWorker }, names: await namesOf(checkout, forge), forge };
}

export function limitsOf({ settings }: Checkout, maxParallel = settings.maxParallel): SpawnOptions['limits'] {
  const { limits, worktree } = settings;
  return {
    maxParallel,
    maxAttempts: limits.attempts,
    maxWorktrees: worktree.max,
    minFreeMb: worktree.minFreeMb,
    // The set-up command and `verify` have the same limit, one after the other.
    workerMs: 2 * limits.setupMs + limits.wallClockMs + limits.silenceMs,
  };
}
