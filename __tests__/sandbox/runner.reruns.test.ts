import { afterEach, expect, test } from '@jest/globals';
import { rerunAll, rerunFailed, rerunJob } from '../../sandbox/reruns.ts';
import { type Runner, type RunnerOptions, startRunner } from '../../sandbox/runner/runner.ts';
import { jobsOf } from '../../sandbox/workflow-jobs.ts';
import type { CheckRun, WorkflowRun } from '../../sandbox/world.ts';
import { until } from '../fakes/wait.ts';
import { makeForge, type TestForge } from './forge.ts';

let forge: TestForge;
let runner: Runner;

afterEach(async () => {
  await runner.close();
  await forge.remove();
  expect(forge.errors).toEqual([]);
});

/** `flaky` fails in the first attempt and passes in every later one. */
const chain = `
name: CI
on: push
jobs:
  lint:
    outputs:
      word: \${{ steps.say.outputs.word }}
    steps:
      - id: say
        run: echo word=weft >> "$GITHUB_OUTPUT"
  flaky:
    strategy: { matrix: { part: [a, b] } }
    steps:
      - name: Weave
        run: |
          echo "part \${{ matrix.part }} of attempt $GITHUB_RUN_ATTEMPT for $GITHUB_ACTOR, asked by $GITHUB_TRIGGERING_ACTOR"
          echo "::error file=a.txt,line=3,title=Thread::torn%2C twice"
          test \${{ matrix.part }} = a || test $GITHUB_RUN_ATTEMPT -gt 1
      - run: echo never in the first
  after:
    needs: [lint, flaky]
    steps:
      - run: test "\${{ needs.lint.outputs.word }}" = weft
`;

async function start(options: Partial<RunnerOptions> = {}): Promise<WorkflowRun> {
  forge = await makeForge({ '.github/workflows/ci.yml': chain });
  await forge.world.bus.settled();
  runner = await startRunner({ world: forge.world, ...options });
  await forge.commit('work', { 'a.txt': 'a' });
  await forge.world.bus.settled();
  const [run] = forge.repository.workflowRuns.values();
  if (run === undefined) throw new Error('no run');
  return run;
}

const again = (begin: (world: TestForge['world'], repository: TestForge['repository'], login: string) => void) =>
  forge.repository.exclusively(async () => begin(forge.world, forge.repository, 'grace'));

const ends = (attempt: number) =>
  runner.runs
    .find((run) => run.attempt === attempt)
    ?.jobs.map(({ name, conclusion }) => `${name} ${conclusion}`)
    .sort();

function jobNamed(run: WorkflowRun, name: string): CheckRun {
  const found = jobsOf(forge.repository, run).findLast((job) => job.name === name);
  if (found === undefined) throw new Error(`no job ${name}`);
  return found;
}

test('the failed jobs run again with those that need them, and stand on what the others gave', async () => {
  const run = await start();
  await runner.idle();
  expect(ends(1)).toEqual(['after skipped', 'flaky (a) success', 'flaky (b) failure', 'lint success']);
  expect(run).toMatchObject({ status: 'completed', conclusion: 'failure' });

  await again((world, repository, login) => rerunFailed(world, repository, run, login));
  await runner.idle();

  expect(ends(2)).toEqual(['after success', 'flaky (b) success']);
  expect(run).toMatchObject({ runAttempt: 2, status: 'completed', conclusion: 'success' });
  expect(forge.repository.jobs.get(jobNamed(run, 'flaky (b)').id)?.log).toContain(
    'part b of attempt 2 for ada, asked by grace',
  );
});

test('all runs again, or one job alone', async () => {
  const run = await start();
  await runner.idle();
  await again((world, repository, login) => rerunAll(world, repository, run, login));
  await runner.idle();
  expect(ends(2)).toEqual(['after success', 'flaky (a) success', 'flaky (b) success', 'lint success']);
  await again((world, repository, login) => rerunJob(world, repository, jobNamed(run, 'after'), login));
  await runner.idle();
  expect(ends(3)).toEqual(['after success']);
  expect(run).toMatchObject({ runAttempt: 3, conclusion: 'success' });
});

test('a job has its steps, its log as GitHub spells it, and the annotations that it printed', async () => {
  const run = await start();
  await runner.idle();
  const check = jobNamed(run, 'flaky (b)');
  const job = forge.repository.jobs.get(check.id);
  expect(job?.steps.map(({ number, name, conclusion }) => `${number} ${name} ${conclusion}`)).toEqual([
    '1 Set up job success',
    '2 Weave failure',
    '3 Run echo never in the first skipped',
    '4 Complete job success',
  ]);
  expect(job?.log).toMatch(/^\S+Z ##\[error\]torn%2C twice$/m);
  expect(check.output).toEqual({ title: null, summary: null, text: null });
  expect(check.annotations.map(({ path, startLine, title, message }) => [path, startLine, title, message])).toEqual([
    ['a.txt', 3, 'Thread', 'torn, twice'],
    ['.github', 1, null, 'Process completed with exit code 1.'],
  ]);
  expect(forge.repository.jobs.get(jobNamed(run, 'after').id)?.log).toBeNull();
});

test('a job is queued, with its check run, until it has a machine', async () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const run = await start({ beforeJob: () => opened });
  const states = () => jobsOf(forge.repository, run).map(({ name, status }) => `${name} ${status}`);
  await until('the first jobs to wait', () => states().length === 3);
  expect(states().sort()).toEqual(['flaky (a) queued', 'flaky (b) queued', 'lint queued']);
  open();
  await runner.idle();
  expect(run.status).toBe('completed');
});

test('a job that waits for a machine is cancelled when the runner closes', async () => {
  const run = await start({ beforeJob: () => new Promise(() => {}) });
  await until('the first jobs to wait', () => jobsOf(forge.repository, run).length === 3);
  await runner.close();
  expect(run).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
  expect(jobsOf(forge.repository, run).map(({ conclusion }) => conclusion)).not.toContain('success');
});
