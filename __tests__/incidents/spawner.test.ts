/** What orchestrators have done to workers that lived: each incident once more, on real processes. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/host/clock.ts';
import { socketLocks } from '../../src/adapters/host/locks.ts';
import { type IssueId, issueId, runTag, tokenOf } from '../../src/domain/ids.ts';
import type { ProcessIdentity } from '../../src/ports/processes.ts';
import { type RecoverEvent, recover } from '../../src/spawner/by-hand/recover.ts';
import type { Writers } from '../../src/spawner/perform.ts';
import { spawn } from '../../src/spawner/spawn.ts';
import { FakeBeads } from '../fakes/beads.ts';
import { FakeReviews } from '../fakes/reviews.ts';
import { until } from '../fakes/wait.ts';
import { EPIC, TASK } from '../spawner/view-builder.ts';
import { Bench, clearTemplate } from '../worker/bench.ts';

const LIMITS = { maxParallel: 4, maxAttempts: 3, maxWorktrees: 64, minFreeMb: 0, workerMs: 3_600_000 };
const NAMES = { base: 'main', state: 'main', remote: 'origin' };

let bench: Bench;
let beads: FakeBeads;
let family: ProcessIdentity[];
const STOPPED = issueId('bd-e.2');

beforeEach(async () => {
  bench = new Bench();
  const processes = await bench.processes();
  const host = processes.host();
  const token = tokenOf(host, 'aaaaaa1');
  const working = { phase: 'working', round: 1, attempt: 1, agent_host: host } as const;
  const taken = { status: 'in_progress', assignee: token, metadata: working } as const;
  beads = new FakeBeads({ id: EPIC, type: 'epic' }, { id: TASK, ...taken }, { id: STOPPED, ...taken });
  const begin = async (id: IssueId, args: string[]): Promise<ProcessIdentity> =>
    await processes.startDetached({
      file: 'env',
      args: [...args, 'sleep', '1000'],
      cwd: bench.folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        HEDDLE_RUN: runTag({ repository: (await bench.git()).repositoryKey, task: id, round: 1, token }),
      },
      logFile: join(bench.folder, 'worker.log'),
    });
  // A supervisor with its agent, and one that somebody has stopped for a moment.
  family = [await begin(TASK, []), await begin(TASK, ['-u', 'HEDDLE_ROLE']), await begin(STOPPED, [])];
  process.kill(family[2]?.pid ?? 0, 'SIGSTOP');
  await until('they are seen as what they are', async () => {
    const seen = await processes.tagged();
    const supervisors = seen.filter(({ supervisor }) => supervisor).length;
    return seen.length === 3 && supervisors === 2 && seen.some(({ state }) => state === 'stopped');
  });
});
afterEach(async () => {
  await (await bench.processes()).endTagged(STOPPED);
  await bench.clear();
});
afterAll(clearTemplate);

const living = async () => (await (await bench.processes()).tagged()).map(({ pid }) => pid).sort();
const all = () => family.map(({ pid }) => pid).sort();
async function parts(started: IssueId[]) {
  const git = await bench.git();
  const processes = await bench.processes();
  const reviews = new FakeReviews();
  const seeing = {
    beads,
    git,
    pullRequests: bench.pullRequests,
    processes,
    clock: systemClock,
    reviews,
    checks: reviews,
  };
  const startWorker: Writers['startWorker'] = async ({ task: id }) => {
    started.push(id);
    return { pid: 0 };
  };
  return { readers: seeing, writers: { ...seeing, startWorker }, locks: socketLocks(), names: NAMES };
}

test('a restarted orchestrator starts no second agent: it adopts the worker that lives', async () => {
  const before = structuredClone(beads.at(TASK));
  const started: IssueId[] = [];
  const options = { epic: EPIC, limits: LIMITS, pollMs: 1_000, once: true };
  const { signal } = new AbortController();
  const last = await spawn(await parts(started), { ...options, signal }, (event) => {
    // The first would be one too many; nobody has to see what comes after it.
    if (event.event === 'performed' && started.length > 0) beads.put(TASK, { metadata: { reason: 'started' } });
  });
  expect(started).toEqual([]);
  expect(last?.standings[0]?.standing).toMatchObject({ is: 'running', pid: family[0]?.pid });
  expect(await living()).toEqual(all());
  expect(beads.at(TASK)).toEqual(before);
});

test('a recovery kills no living worker: neither one that works nor one that is stopped', async () => {
  const said: RecoverEvent[] = [];
  const options = { epic: undefined, limits: LIMITS, dryRun: false };
  await recover(await parts([]), options, (event) => said.push(event));
  expect(said).toEqual([]);
  expect(await living()).toEqual(all());
});
