import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { programs } from '../../src/adapters/host/programs.ts';
import { UserError } from '../../src/domain/errors.ts';
import { runTag } from '../../src/domain/ids.ts';
import { watch } from '../../src/worker/watch.ts';
import { runWorker } from '../../src/worker/worker.ts';
import { clockSince } from '../fakes/time.ts';
import { Bench, clearTemplate, TASK, TOKEN } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.clear());
afterAll(clearTemplate);

test.each([
  ['an error that nobody expects', new Error('spawn bd EAGAIN')],
  ['one for the user', new UserError('bd is too old.', { hint: 'Renew it.', exit: 'missing' })],
])('a look at the task that fails with %s is no loss of it: the agent works on', async (_, error) => {
  let looks = 0;
  const go = join(bench.folder, 'go');
  bench.agentDoes(
    `echo hello > greeting.txt; while echo waiting; ! test -e ${go}; do sleep 0.05; done`,
    // It looks ten times within that.
    'limits: { silence_seconds: 10 }',
  );
  const deps = await bench.deps();
  const snapshot = deps.beads.snapshot.bind(deps.beads);
  deps.beads.snapshot = async () => {
    looks += 1;
    if (looks === 1) return await snapshot();
    writeFileSync(go, '');
    throw error;
  };
  expect(await runWorker(deps, { task: TASK, token: TOKEN, round: 1, agent: 'scripted' })).toMatchObject({
    is: 'pull request',
  });
  expect(looks).toBeGreaterThan(1);
});

test('a watch that fails itself leaves no program behind', async () => {
  const processes = await bench.processes();
  const { repositoryKey } = await bench.git();
  const tag = runTag({ repository: repositoryKey, task: TASK, round: 1, token: TOKEN });
  const mark = join(bench.folder, 'began');
  const watching = watch(
    {
      deps: { ...(await bench.deps()), clock: clockSince(() => existsSync(mark)) },
      perform: {
        start: (_, program) => programs.start(program),
        endFamily: () => processes.endTagged(TASK, { token: TOKEN }),
      },
      log: { line() {}, close() {} },
      async stillOurs() {
        throw new Error('a bug');
      },
    },
    'a program',
    {
      file: 'sh',
      args: ['-c', `echo > ${mark}; exec sleep 1000`],
      cwd: bench.folder,
      env: { PATH: process.env['PATH'] ?? '', HEDDLE_RUN: tag },
    },
    { wallClockMs: 60_000, silenceMs: 1_000 },
  );
  await expect(watching).rejects.toThrow('a bug');
  expect(await processes.tagged()).toEqual([]);
});
