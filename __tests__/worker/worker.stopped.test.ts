/** A worker that is stopped with SIGSTOP is not dead: what happens to its task meanwhile, and what it does when it wakes up. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/host/clock.ts';
import { socketLocks } from '../../src/adapters/host/locks.ts';
import { branchOf, issueId, runTag, tokenOf } from '../../src/domain/ids.ts';
import type { ProcessIdentity } from '../../src/ports/processes.ts';
import { spawn } from '../../src/spawner/spawn.ts';
import { runWorker } from '../../src/worker/worker.ts';
import { FileBeads } from '../fakes/file-beads.ts';
import { FakeReviews } from '../fakes/reviews.ts';
import { until } from '../fakes/wait.ts';
import { Bench, clearTemplate, TASK } from './bench.ts';
import { bundle, type Orders, unbundle } from './supervisor-program.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const NAMES = { base: 'main', state: 'main', remote: 'origin' };

let program: ReturnType<typeof bundle>;
beforeAll(() => {
  program = bundle(root);
});
afterAll(() => {
  unbundle(program);
  clearTemplate();
});

let bench: Bench;
let beads: FileBeads;
let mine: ReturnType<typeof tokenOf>;
beforeEach(async () => {
  bench = new Bench();
  const host = (await bench.processes()).host();
  mine = tokenOf(host, 'aaaaaa1');
  beads = new FileBeads(
    join(bench.folder, 'beads.json'),
    { id: 'bd-e', type: 'epic', title: 'Epic' },
    {
      id: TASK,
      status: 'in_progress',
      assignee: mine,
      metadata: { phase: 'spawned', round: 1, attempt: 1, agent_host: host },
    },
  );
});
afterEach(() => bench.clear());

const end = () => join(bench.folder, 'end.json');
const theirs = tokenOf('elsewhere', 'bbbbbb2');
const metadata = () => beads.at(TASK).metadata;

/** Starts the worker of the task as a process of its own, with this agent. */
async function startWorker(agent: string, more = ''): Promise<ProcessIdentity> {
  const script = join(bench.folder, 'agent.sh');
  writeFileSync(script, agent);
  const { repositoryKey } = await bench.git();
  const start = { task: TASK, token: mine, round: 1, agent: 'scripted' };
  const orders: Orders = {
    checkout: bench.checkout,
    remote: bench.remote,
    beads: join(bench.folder, 'beads.json'),
    config: `agents: { scripted: { command: ${JSON.stringify(`sh ${script}`)} } }\n${more}`,
    start,
    end: end(),
  };
  return await (await bench.processes()).startDetached({
    file: process.execPath,
    args: [program.program, JSON.stringify(orders)],
    cwd: bench.checkout,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: bench.folder,
      HEDDLE_RUN: runTag({ repository: repositoryKey, ...start }),
    },
    logFile: join(bench.folder, 'worker.log'),
  });
}

const family = async () => (await (await bench.processes()).tagged()).length;
async function stop(worker: ProcessIdentity): Promise<void> {
  process.kill(worker.pid, 'SIGSTOP');
  const processes = await bench.processes();
  await until('it is stopped', async () =>
    (await processes.tagged()).some(({ pid, state }) => pid === worker.pid && state === 'stopped'),
  );
}
async function wake(worker: ProcessIdentity): Promise<Record<string, unknown>> {
  process.kill(worker.pid, 'SIGCONT');
  await until('the worker has ended', () => existsSync(end()));
  return JSON.parse(readFileSync(end(), 'utf8'));
}

test('taken over from elsewhere while it was stopped: its agent ends, its work is kept, nothing of it is pushed', async () => {
  const worker = await startWorker(
    'echo half > half.txt; echo started; exec sleep 1000',
    'limits: { silence_seconds: 20 }',
  );
  await until('the agent works', () => existsSync(join(bench.worktree, 'half.txt')));
  await stop(worker);
  beads.put(TASK, { assignee: theirs, metadata: { ...metadata(), attempt: 2 } });
  const before = beads.at(TASK);

  expect(await wake(worker)).toEqual({ is: 'replaced', opened: 0 });

  await until('its agent has ended', async () => (await family()) === 0);
  expect(beads.at(TASK)).toEqual(before);
  expect(readFileSync(join(bench.worktree, 'half.txt'), 'utf8')).toBe('half\n');
  expect(bench.onRemote('branch', '--list', 'heddle/*')).toBe('');
});

/** The push waits in the user's own hook until it is let go. */
function holdPushes(): { reached: () => boolean; letGo: () => void } {
  const [at, go] = [join(bench.folder, 'at-push'), join(bench.folder, 'go')];
  const hook = join(bench.checkout, '.git/hooks/pre-push');
  mkdirSync(dirname(hook), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\ntouch ${at}\nwhile [ ! -e ${go} ]; do sleep 0.05; done\n`);
  chmodSync(hook, 0o755);
  return { reached: () => existsSync(at), letGo: () => writeFileSync(go, '') };
}

test('stopped in its push, which arrives though the task was taken over: it makes no pull request, and the next one goes on from there', async () => {
  const hook = holdPushes();
  const worker = await startWorker('echo hello > greeting.txt');
  await until('it pushes', hook.reached);
  await stop(worker);
  beads.put(TASK, { assignee: theirs, metadata: { ...metadata(), attempt: 2 } });
  hook.letGo();
  await until('the push has arrived', () => bench.onRemote('branch', '--list', 'heddle/*') !== '');

  expect(await wake(worker)).toEqual({ is: 'replaced', opened: 0 });

  const pushed = bench.onRemote('rev-parse', branchOf(TASK, 1));
  bench.agentDoes('echo agent was run > again.txt');
  const successor = { task: TASK, token: theirs, round: 1, agent: 'scripted' };
  expect(await runWorker({ ...(await bench.deps()), beads }, successor)).toEqual({ is: 'pull request', number: 1 });
  expect(bench.onRemote('rev-parse', branchOf(TASK, 1))).toBe(pushed);
});

test('stopped in its push, and another one has pushed first: it is refused, and both works are there', async () => {
  const hook = holdPushes();
  const worker = await startWorker('echo hello > greeting.txt');
  await until('it pushes', hook.reached);
  await stop(worker);
  beads.put(TASK, { assignee: theirs, metadata: { ...metadata(), attempt: 2 } });
  const other = bench.onRemote('commit-tree', 'main^{tree}', '-p', 'main', '-m', 'theirs');
  bench.onRemote('update-ref', `refs/heads/${branchOf(TASK, 1)}`, other);
  const before = beads.at(TASK);
  hook.letGo();

  expect(await wake(worker)).toEqual({ is: 'replaced', opened: 0 });

  expect(bench.onRemote('rev-parse', branchOf(TASK, 1))).toBe(other);
  expect(bench.inWorktree('show', 'HEAD:greeting.txt')).toBe('hello');
  expect(beads.at(TASK)).toEqual(before);
});

test('stopped past its limits, it is ended for certain, with its agent, before its successor starts', async () => {
  const worker = await startWorker('echo half > half.txt; exec sleep 1000');
  await until('the agent works', () => existsSync(join(bench.worktree, 'half.txt')));
  await stop(worker);
  const git = await bench.git();
  const processes = await bench.processes();
  const reviews = new FakeReviews();
  const readers = {
    beads,
    git,
    pullRequests: bench.pullRequests,
    processes,
    clock: systemClock,
    reviews,
    checks: reviews,
  };
  const started: { attempt: number; alive: number }[] = [];
  const startSuccessor = async ({ attempt }: { attempt: number }) => {
    started.push({ attempt, alive: await family() });
    return { pid: 0 };
  };
  const writers = { ...readers, startWorker: startSuccessor };
  const pass = async (workerMs: number) =>
    await spawn(
      { readers, writers, locks: socketLocks(), names: NAMES },
      {
        epic: issueId('bd-e'),
        limits: { maxParallel: 4, maxAttempts: 3, maxWorktrees: 64, minFreeMb: 0, workerMs },
        pollMs: 1_000,
        once: true,
        signal: new AbortController().signal,
      },
      (event) => {
        // One start is what is to be seen; the fake successor dies at once.
        if (event.event === 'performed' && event.performed.intent.do === 'start worker')
          beads.put(TASK, { metadata: { ...metadata(), reason: 'seen' } });
      },
    );

  await pass(3_600_000);
  expect(started).toEqual([]);
  expect(processes.alive(worker)).toBe(true);

  await pass(1);
  expect(started).toEqual([{ attempt: 2, alive: 0 }]);
  expect(processes.alive(worker)).toBe(false);
  expect(existsSync(join(bench.worktree, 'half.txt'))).toBe(true);
});
