import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/host/clock.ts';
import { isToken, tokenOf } from '../../src/domain/ids.ts';
import { needsPerson } from '../../src/domain/issue.ts';
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
    const processes = await bench.processes();
    const token = tokenOf(processes.host(), 'aaaaaa1');
    bench.beads.put(TASK, { assignee: token });
    const working = runWorker(await bench.deps(), { task: TASK, token, round: 1, agent: 'scripted' });
    await until('the agent works', () => existsSync(join(bench.worktree, 'half.txt')));
    expect(await runningTasks({ processes })).toEqual([TASK]);

    expect(await stop()).toMatchObject({ is: 'stopped', elsewhere: undefined });

    // Its own word on how the agent ended comes too late.
    expect(await working).toEqual({ is: 'replaced' });
    const task = bench.beads.at(TASK);
    expect(needsPerson(task)).toBe('stopped by hand');
    expect(task.assignee !== token && isToken(task.assignee)).toBe(true);
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
