import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { endFamily } from '../../../../src/adapters/host/processes/end.ts';
import { createProcesses } from '../../../../src/adapters/host/processes/index.ts';
import { createLinuxTable, parseStat } from '../../../../src/adapters/host/processes/linux.ts';
import { issueId, runTag, tokenOf } from '../../../../src/domain/ids.ts';
import { until } from '../../../fakes/wait.ts';
import { bundle, firstLine, Nursery } from './program.ts';

const linux = process.platform === 'linux' ? describe : describe.skip;
const REPOSITORY = `repo${process.pid}`;
const TASK = issueId('bd-x.1');
const TOKEN = tokenOf('host', 'abcdef1');
const OTHER_TOKEN = tokenOf('host', 'abcdef2');
const TAG = runTag({ repository: REPOSITORY, task: TASK, round: 1, token: TOKEN });
const QUICK = [
  { signal: 'SIGINT', waitMs: 300 },
  { signal: 'SIGTERM', waitMs: 300 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

let nursery: Nursery;
beforeEach(() => {
  nursery = new Nursery();
});
afterEach(() => nursery.clear());

const idle = "console.log('ready'); setInterval(() => undefined, 1000);";
async function startIdle(env: Record<string, string> = { HEDDLE_RUN: TAG }, code = idle) {
  const child = nursery.start(process.execPath, ['-e', code], env);
  await firstLine(child);
  return child;
}

linux('what lives', () => {
  test('a tagged process is found with its task, round, token and identity, and is gone once it was killed', async () => {
    const processes = createProcesses({ repository: REPOSITORY });
    const child = await startIdle();
    expect(await processes.tagged()).toEqual([
      {
        pid: child.pid,
        start: expect.stringMatching(/^\d+@[0-9a-f-]{36}$/),
        task: TASK,
        round: 1,
        token: TOKEN,
        state: 'running',
        ageMs: expect.any(Number),
        supervisor: false,
      },
    ]);
    child.kill('SIGKILL');
    await until('it is gone', async () => (await processes.tagged()).length === 0);
  });

  test('a tag of another repository is not ours', async () => {
    await startIdle({ HEDDLE_RUN: runTag({ repository: 'elsewhere', task: TASK, round: 1, token: TOKEN }) });
    await startIdle({ HEDDLE_RUN: `${REPOSITORY}/../../etc/1/x` });
    expect(await createLinuxTable(REPOSITORY).tagged()).toEqual([]);
  });

  test('a process that is stopped is alive, and is called stopped', async () => {
    const child = await startIdle();
    child.kill('SIGSTOP');
    const table = createLinuxTable(REPOSITORY);
    await until('it is stopped', async () => (await table.tagged())[0]?.state === 'stopped');
  });

  test('a process has an age, which no clock that somebody sets has a part in', async () => {
    await startIdle();
    const table = createLinuxTable(REPOSITORY);
    const began = performance.now();
    const [first] = await table.tagged();
    await until('it has aged', async () => ((await table.tagged())[0]?.ageMs ?? 0) >= (first?.ageMs ?? 0) + 50);
    expect(performance.now() - began).toBeGreaterThan(40);
    expect(first?.ageMs).toBeLessThan(60_000);
  });

  test('a zombie is dead', async () => {
    const parent = nursery.start('sh', ['-c', 'true & echo $!; exec sleep 100'], { HEDDLE_RUN: TAG });
    const zombie = Number(await firstLine(parent));
    const table = createLinuxTable(REPOSITORY);
    await until('only the parent lives', async () => {
      const pids = (await table.tagged()).map(({ pid }) => pid);
      return pids.length === 1 && pids[0] === parent.pid;
    });
    expect(table.identity(zombie)).toBeUndefined();
  });

  test('a command name with brackets and spaces does not shift the fields', () => {
    const tail = 'S 1 70 70 0 -1 4194304 1 1 1 1 1 1 1 1 20 0 1 0 4711 1000 10';
    expect(parseStat(`70 (a) R 1 (b)) ${tail}`)).toEqual({ state: 'S', session: 70, startTicks: '4711' });
  });

  test('who stands in a folder is told by working directory', async () => {
    const child = await startIdle({});
    const table = createLinuxTable(REPOSITORY);
    expect(await table.inside(realpathSync(nursery.folder))).toEqual([child.pid]);
    expect(await table.inside(join(realpathSync(nursery.folder), 'deeper'))).toEqual([]);
  });
});

linux('what is ended', () => {
  test('a whole family ends: what ignores signals, what is stopped, what made its own session', async () => {
    const deaf = "process.on('SIGINT', () => 0); process.on('SIGTERM', () => 0);";
    const grandchild = `const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(`${deaf} setInterval(() => 0, 1000)`)}], { detached: true, stdio: 'ignore' }); child.unref(); console.log(child.pid); setInterval(() => 0, 1000);`;
    const parent = nursery.start(process.execPath, ['-e', grandchild], { HEDDLE_RUN: TAG });
    nursery.adopt(Number(await firstLine(parent)));
    const stopped = await startIdle();
    stopped.kill('SIGSTOP');
    const bystander = await startIdle({});
    const table = createLinuxTable(REPOSITORY);
    await until('all three are seen', async () => (await table.tagged()).length === 3);

    const result = await endFamily(table, () => true, { self: process.pid, escalation: QUICK });

    expect(result).toEqual({ ended: 3, alive: [] });
    expect(await table.tagged()).toEqual([]);
    expect(table.identity(bystander.pid)).toBeDefined();
  });

  test('only the given token ends, if one is given', async () => {
    const processes = createProcesses({ repository: REPOSITORY });
    const ours = await startIdle();
    const newer = await startIdle({
      HEDDLE_RUN: runTag({ repository: REPOSITORY, task: TASK, round: 1, token: OTHER_TOKEN }),
    });
    expect(await processes.endTagged(TASK, { token: TOKEN })).toEqual({ ended: 1, alive: [] });
    expect((await processes.tagged()).map(({ pid }) => pid)).toEqual([newer.pid]);
    expect(ours.pid).not.toBe(newer.pid);
    expect(await processes.endTagged(TASK)).toEqual({ ended: 1, alive: [] });
  });

  test('a pid that was recycled since it was seen gets no signal', async () => {
    const child = await startIdle();
    const table = createLinuxTable(REPOSITORY);
    const [seen] = await table.tagged();
    if (seen === undefined) throw new Error('not seen');
    const stale = { ...seen, start: seen.start.replace(/^\d+/, (ticks) => String(Number(ticks) - 1)) };
    // It ends whom it finds at its second look, too; from then on the pid is known to be somebody else's.
    let looks = 0;
    const before = { ...table, tagged: async () => (looks++ < 2 ? [stale] : []) };

    // A process that was sent a signal may be seen alive for a moment more.
    const signals = jest.spyOn(process, 'kill');
    await endFamily(before, () => true, { self: process.pid, escalation: QUICK });
    const sent = signals.mock.calls;
    signals.mockRestore();

    expect(looks).toBeGreaterThan(2);
    expect(sent).toEqual([]);
    expect(table.again(seen)).toMatchObject({ pid: seen.pid, start: seen.start });
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });
});

linux('what is started', () => {
  test('a detached supervisor outlives its parent; its own children are not taken for supervisors', async () => {
    const logFile = join(nursery.folder, 'logs', 'worker.log');
    const worker = await bundle(
      nursery.folder,
      'worker',
      `import { spawn } from 'node:child_process';
       import { createProcesses } from 'SRC/adapters/host/processes/index.ts';
       createProcesses({ repository: '${REPOSITORY}' });
       spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { detached: true, stdio: 'ignore' });
       console.log('working');
       setInterval(() => 0, 1000);`,
    );
    const parent = await bundle(
      nursery.folder,
      'parent',
      `import { createProcesses } from 'SRC/adapters/host/processes/index.ts';
       const started = await createProcesses({ repository: '${REPOSITORY}' }).startDetached({
         file: process.execPath, args: ['${worker}'], cwd: '${nursery.folder}',
         env: { PATH: process.env.PATH, HEDDLE_RUN: '${TAG}' }, logFile: '${logFile}',
       });
       console.log(JSON.stringify(started));
       setInterval(() => 0, 1000);`,
    );
    const spawner = nursery.start(process.execPath, [parent], {});
    const started: unknown = JSON.parse(await firstLine(spawner));
    const processes = createProcesses({ repository: REPOSITORY });
    // A child is taken for its parent until it has become the program that it was started as.
    await until('worker and child live', async () => {
      const family = await processes.tagged();
      return family.length === 2 && family.filter(({ supervisor }) => supervisor).length === 1;
    });
    spawner.kill('SIGKILL');
    await until('the spawner is gone', () => spawner.signalCode !== null);

    const family = await processes.tagged();
    expect(family.filter(({ supervisor }) => supervisor).map(({ pid, start }) => ({ pid, start }))).toEqual([started]);
    expect(family).toHaveLength(2);
    await processes.endTagged(TASK);
    expect(await processes.tagged()).toEqual([]);
  });
});
