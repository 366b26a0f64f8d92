/** A queue that ran away, and one that starved: the whole loop of a spawner, on a world in memory whose time flies. */
import { expect, test } from '@jest/globals';
import type { Clock } from '../../src/ports/clock.ts';
import type { Writers } from '../../src/spawner/perform.ts';
import type { SpawnerDeps } from '../../src/spawner/repairs.ts';
import { spawn } from '../../src/spawner/spawn.ts';
import { entryOf } from '../../src/worker/outcome.ts';
import { publishedLine } from '../merger/harness.ts';
import { readers } from '../spawner/readers.ts';
import { EPIC, epic, NOW, task } from '../spawner/view-builder.ts';

const [DIES, FAILS, ...GOOD] = ['bd-e.1', 'bd-e.2', 'bd-e.3', 'bd-e.4'] as const;
const ATTEMPTS = 3;
const BACKOFF_MS = 600_000;
/** Far more than there may be: a queue that runs away is stopped here. */
const MANY_STARTS = 20;

test('a queue does not run away: who fails is retried thrice, later each time, and starves nobody', async () => {
  const tasks = [DIES, FAILS, ...GOOD];
  const file = [EPIC, ...tasks].map((id) => `${publishedLine(id)}\n`).join('');
  const { seen, git, beads } = readers({ issues: [epic(), ...tasks.map((id) => task({}, id))], requests: [], file });
  let now = NOW.getTime();
  let nonces = 0;
  const clock: Clock = {
    now: () => new Date(now),
    nonce: () => `nonce${100_000 + nonces++}`,
    sleep: async (ms, signal) => {
      if (!signal?.aborted) now += ms;
    },
  };
  const control = new AbortController();
  const starts: { task: string; attempt: number; at: number }[] = [];

  const startWorker: Writers['startWorker'] = async ({ task: id, attempt, token }) => {
    starts.push({ task: id, attempt, at: now });
    if (starts.length > MANY_STARTS) control.abort();
    const { metadata } = beads.at(id);
    switch (id as string) {
      case DIES:
        break;
      case FAILS: {
        const at = { attempt, attempts: ATTEMPTS, backoffMs: BACKOFF_MS, now: clock.now() };
        const { set, unset } = entryOf({ is: 'failed', detail: 'no tests pass' }, at);
        const guard = { status: 'in_progress', assignee: token } as const;
        await beads.update([id], guard, { set, unset });
        break;
      }
      default:
        beads.put(id, { status: 'closed', metadata: { ...metadata, phase: 'merged', pr_number: 7 } });
    }
    return { pid: 7 };
  };
  const processes = { ...seen.processes, endTagged: async () => ({ ended: 0, alive: [] }) };
  const deps = {
    readers: { ...seen, processes, clock },
    writers: { ...seen, git: { ...git, repair: async () => [] }, beads, processes, clock, startWorker },
    locks: { tryAcquire: async () => ({ release: async () => undefined }) },
    names: { base: 'main', state: 'beads', remote: 'origin' },
  } as unknown as SpawnerDeps;
  const limits = { maxParallel: 1, maxAttempts: ATTEMPTS, maxWorktrees: 64, minFreeMb: 0, workerMs: 3_600_000 };

  const options = { epic: EPIC, limits, pollMs: 15_000, once: false, signal: control.signal };
  const last = await spawn(deps, options, () => undefined);

  const of = (id: string) => starts.filter((one) => one.task === id);
  expect(of(DIES).map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(of(FAILS).map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  const [first, second, third] = of(FAILS).map(({ at }) => at) as [number, number, number];
  expect(second - first).toBeGreaterThanOrEqual(BACKOFF_MS);
  expect(third - second).toBeGreaterThanOrEqual(2 * BACKOFF_MS);
  for (const id of GOOD) expect(of(id).map(({ at }) => at < second)).toEqual([true]);
  expect(last?.outlook).toBe('people');
  for (const id of [DIES, FAILS]) expect(beads.at(id).metadata.retry_at).toBeUndefined();
});
