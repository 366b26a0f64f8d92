/** What workers have done to others, and agents to their workers: each incident once more, on real git and real processes. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/host/clock.ts';
import { runTag, sha, tokenHost, tokenOf } from '../../src/domain/ids.ts';
import type { WorkerEnd } from '../../src/worker/job.ts';
import { runWorker } from '../../src/worker/worker.ts';
import { FileBeads } from '../fakes/file-beads.ts';
import { clockSince } from '../fakes/time.ts';
import { PATIENCE_MS, until } from '../fakes/wait.ts';
import { decided, epic, of, task } from '../spawner/view-builder.ts';
import { Bench, BRANCH, clearTemplate, TASK } from '../worker/bench.ts';
import { bundle, type Orders, unbundle } from '../worker/supervisor-program.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const HOST = tokenHost(hostname());
const MINE = tokenOf(HOST, 'aaaaaa1');
const GREETS = 'echo hello > greeting.txt';
const AGAIN = 'echo agent was run > again.txt';

let bench: Bench;
beforeEach(() => {
  bench = new Bench({ assignee: MINE });
});
afterEach(() => bench.clear());
afterAll(clearTemplate);

async function work(agent = 'scripted', environment?: Record<string, string>): Promise<WorkerEnd> {
  const deps = await bench.deps();
  return await runWorker({ ...deps, environment: environment ?? deps.environment }, { ...start, agent });
}
const start = { task: TASK, token: MINE, round: 1, agent: 'scripted' };
const metadata = () => bench.beads.at(TASK).metadata;
const family = async () => (await (await bench.processes()).tagged()).length;
const changedOnRemote = () => bench.onRemote('diff', '--name-only', 'main', BRANCH);

/** Somebody tidies up: what is left of the task here goes. */
function tidyUp(): void {
  bench.inCheckout('worktree', 'remove', '--force', bench.worktree);
  bench.inCheckout('branch', '--delete', '--force', BRANCH);
}

test('a crash after the push strands nothing: the next worker adopts the branch', async () => {
  const program = bundle(root);
  const at = join(bench.folder, 'pushed');
  // The push has arrived, and nobody is told of it.
  const hook = join(bench.remote, 'hooks/post-receive');
  mkdirSync(dirname(hook), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\ntouch ${at}\nwhile [ -e ${at} ] && [ ! -e ${at}.go ]; do sleep 0.05; done\n`);
  chmodSync(hook, 0o755);
  const beads = new FileBeads(join(bench.folder, 'beads.json'), bench.beads.at(TASK));
  bench.agentDoes(GREETS);
  const orders: Orders = {
    checkout: bench.checkout,
    remote: bench.remote,
    beads: join(bench.folder, 'beads.json'),
    config: `agents: { scripted: { command: ${JSON.stringify(`sh ${join(bench.folder, 'agent.sh')}`)} } }`,
    start,
    end: join(bench.folder, 'end.json'),
  };
  const processes = await bench.processes();
  const { repositoryKey } = await bench.git();
  const worker = await processes.startDetached({
    file: process.execPath,
    args: [program.program, JSON.stringify(orders)],
    cwd: bench.checkout,
    env: { PATH: process.env['PATH'] ?? '', HEDDLE_RUN: runTag({ repository: repositoryKey, ...start }) },
    logFile: join(bench.folder, 'worker.log'),
  });
  await until('the push has arrived', () => existsSync(at));
  process.kill(worker.pid, 'SIGKILL');
  await until('the worker is gone', () => !processes.alive(worker));
  unbundle(program);
  await processes.endTagged(TASK);
  writeFileSync(`${at}.go`, '');
  const pushed = bench.onRemote('rev-parse', BRANCH);
  tidyUp();

  const next = tokenOf(HOST, 'bbbbbb2');
  beads.put(TASK, { assignee: next, metadata: { ...beads.at(TASK).metadata, attempt: 2 } });
  bench.agentDoes(AGAIN);
  const end = await runWorker({ ...(await bench.deps()), beads }, { ...start, token: next });

  expect(end).toEqual({ is: 'pull request', number: 1 });
  expect(bench.pullRequests.all).toMatchObject([{ branch: BRANCH, head: pushed }]);
  expect(bench.onRemote('rev-parse', BRANCH)).toBe(pushed);
  expect(changedOnRemote()).toBe('greeting.txt');
});

test('a task that has landed is not redone: no second pull request of it is filed', async () => {
  bench.agentDoes(GREETS);
  expect(await work()).toEqual({ is: 'pull request', number: 1 });
  const landed = bench.onRemote('rev-parse', BRANCH);
  bench.onRemote('update-ref', 'refs/heads/main', landed);
  bench.onRemote('update-ref', '-d', `refs/heads/${BRANCH}`);
  bench.pullRequests.set(1, { state: 'merged', head: sha(landed), mergeCommit: sha(landed) });
  tidyUp();
  // As an old copy of the database has it.
  bench.beads.put(TASK, { metadata: { phase: 'spawned', round: 1, attempt: 1 } });
  bench.agentDoes(AGAIN);

  expect(await work()).toEqual({ is: 'pull request', number: 1 });

  expect(bench.pullRequests.all).toHaveLength(1);
  expect(bench.onRemote('branch', '--list', 'heddle/*')).toBe('');
  expect(existsSync(join(bench.worktree, 'again.txt'))).toBe(false);
});

test('a usage limit burns no retries: it is no attempt, and no other task is sent into it', async () => {
  const resetsAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
  const limit = { status: 'rejected', resetsAt: resetsAt.getTime() / 1000 };
  const claude = join(bench.folder, 'bin/claude');
  mkdirSync(dirname(claude));
  const says = (event: object) => `echo '${JSON.stringify(event)}'\n`;
  const first = says({ type: 'rate_limit_event', rate_limit_info: limit });
  const last = says({ type: 'result', subtype: 'success', is_error: true, result: 'You have hit your limit' });
  writeFileSync(claude, `#!/bin/sh\n${first}${last}exit 1\n`, { mode: 0o755 });
  const environment = { ...process.env, PATH: `${dirname(claude)}:${process.env['PATH']}` } as Record<string, string>;
  bench.configure('limits: { attempts: 1 }');
  const other = task({}, 'bd-e.2');
  const look = (now: Date) =>
    decided({ issues: [epic(), bench.beads.at(TASK), other], host: HOST, now }, { maxAttempts: 1 });

  for (let times = 1; times <= 2; times += 1) {
    expect(await work('claude', environment)).toMatchObject({ is: 'waiting', until: resetsAt.toISOString() });
    const limited = look(new Date());
    expect(limited.intents).toMatchObject([{ do: 'tell why', waits: 'limit' }]);
    for (const id of [TASK, other.id]) expect(of(limited, id).standing).toMatchObject({ is: 'retry later' });
    const { intent } = of(look(new Date(resetsAt.getTime() + 1)));
    expect(intent).toMatchObject({ do: 'start worker', how: 'take over', attempt: 1 });
    bench.beads.put(TASK, { metadata: { ...metadata(), attempt: 1 } });
  }
});

test('a trust prompt hangs no worker: nobody is asked, and silence ends it with all that it started', async () => {
  const asks = "cat > prompt.txt; printf 'Do you trust the files in this folder? '; read answer || touch nobody.txt";
  const waits = 'setsid sleep 1000 & exec sleep 1000';
  bench.agentDoes(`${asks}; ${waits}`, 'limits: { silence_seconds: 1 }');
  const clock = clockSince(() => existsSync(join(bench.worktree, 'nobody.txt')));

  expect(await runWorker({ ...(await bench.deps()), clock }, start)).toMatchObject({
    is: 'waiting',
    reason: 'went silent: no output for 1 seconds',
  });

  expect(await family()).toBe(0);
});

test('a process that no signal ends hangs no worker: it is named, and a person is called', async () => {
  bench.agentDoes('exec sleep 1000', 'limits: { silence_seconds: 1 }');
  const deps = await bench.deps();
  const { processes } = deps;
  const endTagged: typeof processes.endTagged = async (task, only) =>
    only === undefined ? await processes.endTagged(task) : { ended: 0, alive: [4711] };
  const over = new AbortController();
  const bound = systemClock.sleep(PATIENCE_MS, over.signal);

  const end = await Promise.race([runWorker({ ...deps, processes: { ...processes, endTagged } }, start), bound]);
  over.abort();

  const reason = 'not ended: these processes would not end: 4711';
  expect(end).toEqual({ is: 'needs a person', reason });
  expect(metadata()).toMatchObject({ reason });
});
