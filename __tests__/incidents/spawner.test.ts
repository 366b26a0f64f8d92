/** What orchestrators have done to others: each incident once more. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/clock.ts';
import { socketLocks } from '../../src/adapters/locks.ts';
import { type IssueId, issueId, runTag, tokenOf } from '../../src/domain/ids.ts';
import { allLines, closeLine } from '../../src/domain/lines.ts';
import type { ProcessIdentity } from '../../src/ports/processes.ts';
import { decide } from '../../src/spawner/decide.ts';
import type { Hands } from '../../src/spawner/perform.ts';
import { type RecoverEvent, recover } from '../../src/spawner/recover.ts';
import { spawn } from '../../src/spawner/spawn.ts';
import { FakeBeads } from '../fakes/beads.ts';
import { until } from '../fakes/wait.ts';
import { publishedLine } from '../merger/ground.ts';
import { World } from '../spawner/hands.ts';
import { doings, EPIC, epic, NOW, settings, TASK, task, view } from '../spawner/view-builder.ts';
import { Bench, clearTemplate } from '../worker/bench.ts';

const LIMITS = { maxParallel: 1, maxAttempts: 3, maxWorktrees: 64, minFreeMb: 0, workerMs: 3_600_000 };
const NAMES = { base: 'main', state: 'main', remote: 'origin' };
const published = (...ids: string[]): string => [EPIC, ...ids].map((id) => `${publishedLine(id)}\n`).join('');

describe('with a worker that lives', () => {
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
    const seeing = { beads, git, pullRequests: bench.pullRequests, processes, clock: systemClock };
    const startWorker: Hands['startWorker'] = async ({ task: id }) => {
      started.push(id);
      return { pid: 0 };
    };
    return { eyes: seeing, hands: { ...seeing, startWorker }, locks: socketLocks(), names: NAMES };
  }

  test('a restarted orchestrator starts no second agent beside the living one: it adopts the worker, token and all', async () => {
    const before = structuredClone(beads.at(TASK));
    const started: IssueId[] = [];
    const options = { epic: EPIC, limits: { ...LIMITS, maxParallel: 4 }, pollMs: 1_000, once: true };
    const signal = AbortSignal.timeout(20_000);
    const last = await spawn(await parts(started), { ...options, signal }, (event) => {
      // The first would be one too many; nobody has to see what comes after it.
      if (event.event === 'performed' && started.length > 0) beads.put(TASK, { metadata: { reason: 'started' } });
    });
    expect(started).toEqual([]);
    expect(last?.standings[0]?.standing).toMatchObject({ is: 'running', pid: family[0]?.pid });
    expect(await living()).toEqual(all());
    expect(beads.at(TASK)).toEqual(before);
  });

  test('a recovery kills no living worker: neither one that works nor one that is stopped within its limits', async () => {
    const said: RecoverEvent[] = [];
    const options = { epic: undefined, limits: LIMITS, dryRun: false };
    await recover(await parts([]), options, (event) => said.push(event));
    expect(said).toEqual([]);
    expect(await living()).toEqual(all());
  });
});

describe('with a closed task', () => {
  const closedByMerger = () => {
    const close = { reason: 'Merged as pull request #12', pullRequest: 12, now: NOW };
    return closeLine(published(TASK), TASK, 1, close) ?? '';
  };
  /** What a pass decides on what Beads and the state branch say. */
  const look = async (world: World, file: string) => {
    const lines = Object.fromEntries(allLines(file));
    return decide(view({ issues: await world.beads.snapshot(), lines }), settings);
  };

  test('a task that was closed is not redone: who still sees it open may not claim it any more', async () => {
    const world = new World(epic(), task());
    const stale = await look(world, published(TASK));
    expect(doings(stale)).toEqual([`start worker ${TASK}`]);
    await world.beads.close([TASK], 'Merged as pull request #12');
    expect(await world.outcomes(...stale.intents)).toEqual(['moved on']);
    expect(world.beads.at(TASK)).toMatchObject({ status: 'closed', assignee: '' });
    expect(world.done).toEqual([`end ${TASK}`]);
  });

  test('a Beads that was wound back redoes nothing: what the state branch calls merged is closed again, not claimed', async () => {
    const world = new World(epic(), task());
    expect(await world.outcomes(...(await look(world, closedByMerger())).intents)).toEqual(['done']);
    expect(world.beads.at(TASK)).toMatchObject({ status: 'closed', closeReason: 'Merged as pull request #12' });
    expect(world.done).toEqual([]);
  });

  test('an issue does not stay open after its merge: a close that was cut off between its two writes is finished', async () => {
    const world = new World(epic(), task({ status: 'in_progress', assignee: settings.token }));
    const close = world.beads.close.bind(world.beads);
    world.beads.close = () => Promise.reject(new Error('killed'));
    const { intents } = await look(world, closedByMerger());
    await expect(world.perform(...intents)).rejects.toThrow('killed');
    expect(world.beads.at(TASK)).toMatchObject({ status: 'in_progress', metadata: { phase: 'merged', pr_number: 12 } });
    world.beads.close = close;
    expect(await world.outcomes(...(await look(world, closedByMerger())).intents)).toEqual(['done']);
    expect(world.beads.at(TASK)).toMatchObject({ status: 'closed', closeReason: 'Merged as pull request #12' });
  });
});
