/** The loop of a spawner, on a world in memory. */
import { expect, test } from '@jest/globals';
import { TransientError } from '../../src/domain/errors.ts';
import type { SpawnerDeps } from '../../src/spawner/repairs.ts';
import { type SpawnEvent, spawn } from '../../src/spawner/spawn.ts';
import { publishedLine } from '../merger/harness.ts';
import { readers } from './readers.ts';
import { EPIC, epic, HEAD, OLD, TASK, taken, task, worker } from './view-builder.ts';

/** Far more than it takes. */
const MANY_LOOKS = 20;
const WORKER_MS = 3_600_000;
const LIMITS = { maxParallel: 1, maxAttempts: 3, maxWorktrees: 64, minFreeMb: 0, workerMs: WORKER_MS };

test('what a kill inside git has torn is repaired at the start, and again after a look that failed', async () => {
  const { seen, git, beads } = readers({
    issues: [epic(), task({ status: 'closed' })],
    requests: [],
    file: `${publishedLine(EPIC)}\n`,
  });
  let torn = false;
  let looks = 0;
  const fetch = async () => {
    looks += 1;
    // A worker of this spawner dies inside git, while it runs.
    if (looks === 2) torn = true;
    if (torn) throw new TransientError('git fetch failed: unable to read commondir');
  };
  const repair = async () => {
    const was = torn;
    torn = false;
    return was ? ['Repaired the torn entry.'] : [];
  };
  const control = new AbortController();
  const sleep = async () => {
    if (looks > MANY_LOOKS) control.abort();
  };
  const publishFile = async () => ({ is: 'published', commit: HEAD });
  const whole = { ...git, fetch, repair, publishFile, remoteUrl: async () => 'https://github.com/o/r' };
  const deps = {
    readers: { ...seen, git: whole, clock: { ...seen.clock, sleep } },
    writers: { ...seen, git: whole, beads },
    locks: { tryAcquire: async () => ({ release: async () => undefined }) },
    names: { base: 'main', state: 'main', remote: 'origin' },
  } as unknown as SpawnerDeps;
  const events: SpawnEvent[] = [];
  const options = { epic: EPIC, limits: LIMITS, pollMs: 1, once: true, signal: control.signal };
  await spawn(deps, options, (event) => events.push(event));

  const told = events.map(({ event }) => event).filter((event) => event === 'trouble' || event === 'repaired');
  expect(told).toEqual(['trouble', 'repaired']);
  expect(looks).toBeGreaterThan(2);
});

test('a configuration with which git finds no checkout is repaired before every look', async () => {
  const file = `${[EPIC, TASK].map((id) => publishedLine(id)).join('\n')}\n`;
  const { seen, git, beads } = readers({ issues: [epic(), taken()], tagged: [worker()], file });
  const done: string[] = [];
  const repairConfig = async () => {
    done.push('repaired');
    return ['Put back core.bare.'];
  };
  const whole = { ...git, repairConfig, repair: async () => [] };
  const control = new AbortController();
  const sleep = async () => {
    if (done.length > MANY_LOOKS) control.abort();
  };
  const deps = {
    readers: { ...seen, git: whole, clock: { ...seen.clock, sleep } },
    writers: { ...seen, git: whole, beads },
    locks: { tryAcquire: async () => ({ release: async () => undefined }) },
    names: { base: 'main', state: 'main', remote: 'origin' },
  } as unknown as SpawnerDeps;
  const options = { epic: EPIC, limits: LIMITS, pollMs: 1, once: false, signal: control.signal };
  await spawn(deps, options, (event) => {
    if (event.event === 'repaired' || event.event === 'looked') done.push(event.event);
  });
  expect(done.slice(0, 6)).toEqual(['repaired', 'repaired', 'looked', 'repaired', 'repaired', 'looked']);
});

test('a worker that is stopped while it holds the lock for which all git waits is ended before git is asked anything', async () => {
  const stopped = worker({ state: 'stopped', ageMs: 2 * WORKER_MS });
  const { seen, git, beads } = readers({ issues: [epic(), taken()], tagged: [stopped] });
  const done: string[] = [];
  const held = async () => {
    if (done.length === 0) throw new TransientError('The lock "git-key" was not free within 420 s.');
    throw new Error('it is free');
  };
  const processes = {
    ...seen.processes,
    endTagged: async (id: string, only: { token: string }) => {
      done.push(`end ${id} ${only.token}`);
      return { ended: 1, alive: [] };
    },
  };
  const deps = {
    readers: { ...seen, git: { ...git, fetch: held } },
    writers: { ...seen, git: { ...git, repair: held }, beads, processes },
    locks: { tryAcquire: async () => ({ release: async () => undefined }) },
    names: { base: 'main', state: 'main', remote: 'origin' },
  } as unknown as SpawnerDeps;
  const options = { epic: EPIC, limits: LIMITS, pollMs: 1, once: true, signal: new AbortController().signal };
  await expect(spawn(deps, options, () => undefined)).rejects.toThrow('it is free');
  expect(done).toEqual([`end ${TASK} ${OLD}`]);
});

/** A spawner over a world in memory, for as long as there is something to do now; how often it looked at Beads and fetched. */
async function looksOf(world: ReturnType<typeof readers>, changes: { git?: object; processes?: object } = {}) {
  const git = { ...world.git, repairConfig: async () => [], repair: async () => [], ...changes.git };
  const processes = { ...world.seen.processes, ...changes.processes };
  const deps = {
    readers: { ...world.seen, git, processes },
    writers: { ...world.seen, git, beads: world.beads, processes },
    locks: { tryAcquire: async () => ({ release: async () => undefined }) },
    names: { base: 'main', state: 'main', remote: 'origin' },
  } as unknown as SpawnerDeps;
  const options = { epic: EPIC, limits: LIMITS, pollMs: 1, once: true, signal: new AbortController().signal };
  const told: string[] = [];
  await spawn(deps, options, ({ event }) => told.push(event));
  const count = (what: string) => world.looks.filter((look) => look.startsWith(what)).length;
  return { told, reads: count('beads'), fetches: count('fetch') };
}
const published = `${[EPIC, TASK].map((id) => publishedLine(id)).join('\n')}\n`;

test('where there is nothing to repair, the first look is all that a spawner needs for its first step', async () => {
  const world = readers({ issues: [epic(), taken()], tagged: [worker()], file: published });
  expect(await looksOf(world)).toEqual({ told: ['looked'], reads: 1, fetches: 1 });
});

test('after a repair, of whatever epic, a spawner looks again before it decides on its own', async () => {
  const later = { metadata: { attempt: 1, reason: 'hung', retry_at: '2030-01-01T00:00:00Z' } };
  const foreign = taken(later, 'bd-x.1');
  const tagged = [worker({ task: foreign.id, supervisor: false })];
  const world = readers({ issues: [epic(), task({ status: 'blocked' }), foreign], tagged, file: published });
  const endTagged = async () => ({ ended: tagged.splice(0).length, alive: [] });
  expect(await looksOf(world, { processes: { endTagged } })).toEqual({
    told: ['begun', 'performed', 'looked'],
    reads: 2,
    fetches: 2,
  });
});

test('what was seen before git was repaired is seen again', async () => {
  const world = readers({ issues: [epic(), taken()], tagged: [worker()], file: published });
  const repairConfig = async () => ['Put back core.bare.'];
  expect(await looksOf(world, { git: { repairConfig } })).toEqual({
    told: ['repaired', 'looked'],
    reads: 2,
    fetches: 1,
  });
});
