import { appendFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/host/clock.ts';
import { files } from '../../src/adapters/host/files.ts';
import { isToken } from '../../src/domain/ids.ts';
import { needsPerson } from '../../src/domain/issue.ts';
import { latestLog, readLog } from '../../src/worker/logs.ts';
import { runningTasks, stopTask } from '../../src/worker/stop.ts';
import { runWorker } from '../../src/worker/worker.ts';
import { until } from '../fakes/wait.ts';
import { Bench, clearTemplate, TASK, TOKEN } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.clear());
afterAll(clearTemplate);

describe('stop', () => {
  const stop = async () =>
    stopTask({ beads: bench.beads, processes: await bench.processes(), clock: systemClock }, TASK);

  test('the worker is fenced off and its agent ended; the task waits for a person, its work stays', async () => {
    bench.agentDoes('echo half > half.txt; sleep 1000');
    const working = runWorker(await bench.deps(), { task: TASK, token: TOKEN, round: 1, agent: 'scripted' });
    const processes = await bench.processes();
    await until('the agent works', () => existsSync(join(bench.worktree, 'half.txt')));
    expect(await runningTasks({ processes })).toEqual([TASK]);

    expect(await stop()).toMatchObject({ is: 'stopped', elsewhere: undefined });

    // Its own word on how the agent ended comes too late.
    expect(await working).toEqual({ is: 'replaced' });
    const task = bench.beads.at(TASK);
    expect(needsPerson(task)).toBe('stopped by hand');
    expect(task.assignee !== TOKEN && isToken(task.assignee)).toBe(true);
    expect(existsSync(join(bench.worktree, 'half.txt'))).toBe(true);
    expect(await runningTasks({ processes })).toEqual([]);
  });

  test('a task that nobody works on is left alone', async () => {
    for (const change of [
      { status: 'open', assignee: '' },
      { status: 'in_progress', assignee: 'a-person' },
      { status: 'in_progress', assignee: TOKEN, metadata: { phase: 'pr_created', pr_number: 1 } },
    ] as const) {
      bench.beads.put(TASK, change);
      const before = bench.beads.at(TASK);
      expect(await stop()).toEqual({ is: 'not running' });
      expect(bench.beads.at(TASK)).toEqual(before);
    }
  });

  test('a worker on another host is fenced off, and the task goes on where it was stopped', async () => {
    const metadata = { phase: 'working', agent_pid: 7, agent_host: 'elsewhere', agent_start: '7@boot' } as const;
    bench.beads.put(TASK, { status: 'in_progress', assignee: 'heddle-elsewhere-abcdef9', metadata });
    expect(await stop()).toMatchObject({ is: 'stopped', elsewhere: 'elsewhere' });
    expect(bench.beads.at(TASK).metadata).toEqual({ phase: 'working', reason: 'stopped by hand' });
  });

  test('a write that came in between is looked at again', async () => {
    let once = true;
    bench.beads.beforeUpdate = () => {
      if (once) bench.beads.put(TASK, { assignee: 'heddle-other-abcdef9' });
      once = false;
    };
    expect(await stop()).toMatchObject({ is: 'stopped' });
    expect(needsPerson(bench.beads.at(TASK))).toBe('stopped by hand');
  });
});

describe('logs', () => {
  const deps = () => ({ files, clock: systemClock, stateFolder: bench.folder });
  const folder = () => join(bench.folder, 'logs', TASK);

  test('the newest attempt of the newest round is shown, or else what a worker said that did not come so far', async () => {
    expect(await latestLog(deps(), TASK)).toBeUndefined();
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), 'worker.log'), 'Error: no token\n');
    expect(await latestLog(deps(), TASK)).toEqual({ path: join(folder(), 'worker.log') });
    for (const name of ['1-2.log', '1-10.log', '2-1.log', '2-1.prompt.md', 'worker.log']) {
      writeFileSync(join(folder(), name), `${name}\n`);
    }
    const found = await latestLog(deps(), TASK);
    expect(found).toEqual({ path: join(folder(), '2-1.log'), round: 2, attempt: 1 });
    const pieces: string[] = [];
    for await (const piece of readLog(deps(), found?.path ?? '')) pieces.push(piece);
    expect(pieces.join('')).toBe('2-1.log\n');
  });

  test('a worker whose log cannot be written, as on a full disk, works on to its pull request', async () => {
    bench.agentDoes('echo working; echo hello > greeting.txt; echo done');
    const logs = join((await bench.git()).stateFolder, 'logs', TASK);
    mkdirSync(logs, { recursive: true });
    symlinkSync('/dev/full', join(logs, '1-1.log'));
    const job = { task: TASK, token: TOKEN, round: 1, agent: 'scripted' };
    expect(await runWorker(await bench.deps(), job)).toEqual({ is: 'pull request', number: 1 });
  });

  test('following shows what is written until the worker has ended, the last line included', async () => {
    mkdirSync(folder(), { recursive: true });
    const path = join(folder(), '1-1.log');
    writeFileSync(path, 'one\n');
    let looks = 0;
    const goesOn = async () => {
      looks += 1;
      appendFileSync(path, looks === 1 ? 'two\n' : 'three ✓\n');
      return looks === 1;
    };
    const pieces: string[] = [];
    const follow = { goesOn, signal: new AbortController().signal };
    for await (const piece of readLog(deps(), path, follow)) pieces.push(piece);
    expect(pieces.join('')).toBe('one\ntwo\nthree ✓\n');
  });
});
