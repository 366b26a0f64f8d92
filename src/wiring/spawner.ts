/** Everything that a pass of the spawner needs, for a checkout. */
import { WORKFLOW_NAME, WORKFLOW_PATH } from '../merger/workflow-file.ts';
import { createReviews } from '../review/reviews.ts';
import type { Names, Readers } from '../spawner/observe.ts';
import type { Writers } from '../spawner/perform.ts';
import type { Limits } from '../spawner/view.ts';
import { openBeads } from './beads.ts';
import type { Checkout } from './checkout.ts';
import { type Forge, namesOf, openForge } from './forge.ts';
import { workerStarter } from './worker.ts';

/** Its checks are no word on a pull request. */
export const OWN_WORKFLOW = { path: WORKFLOW_PATH, name: WORKFLOW_NAME };

type Spawner = { readers: Readers; writers: Writers; names: Names; forge: Forge };

/** `agent` is what heddle.yml says unless it is given. */
export async function openSpawner(checkout: Checkout, agent = checkout.settings.agent): Promise<Spawner> {
  const forge = await openForge(checkout);
  const beads = openBeads(checkout);
  const { git, processes, clock } = checkout;
  const { pullRequests, reviewed, checks } = forge;
  const names = await namesOf(checkout, forge);
  const reviews = createReviews(reviewed, { ...checkout.settings, base: names.base, ownWorkflow: OWN_WORKFLOW });
  const readers = { beads, git, pullRequests, processes, clock, reviews };
  const startWorker = workerStarter(checkout, forge, agent);
  return { readers, writers: { ...readers, checks, startWorker }, names, forge };
}

export function limitsOf({ settings }: Checkout, maxParallel = settings.maxParallel): Limits {
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
