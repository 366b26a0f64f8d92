import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/adapters/host/clock.ts';
import { files } from '../../src/adapters/host/files.ts';
import { latestLog, readLog } from '../../src/worker/logs.ts';
import { runWorker } from '../../src/worker/worker.ts';
import { Bench, clearTemplate, TASK, TOKEN } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.clear());
afterAll(clearTemplate);

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
