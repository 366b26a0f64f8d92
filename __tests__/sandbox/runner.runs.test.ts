import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type Runner, startRunner } from '../../sandbox/runner/runner.ts';
import { until } from '../fakes/wait.ts';
import { dumpAction, type Files, makeForge, script, type TestForge } from './forge.ts';

let forge: TestForge;
let runner: Runner;

const LEAK = 'SECRET_OF_THE_MACHINE';

afterEach(async () => {
  delete process.env[LEAK];
  await runner.close();
  await forge.remove();
  expect(forge.errors).toEqual([]);
});

async function start(files: Files): Promise<void> {
  forge = await makeForge(files);
  await forge.world.bus.settled();
  runner = await startRunner({ world: forge.world, actions: { 'ada/dump': dumpAction } });
}

const dumpOn = (on: string) => `
name: Dump
on: ${on}
permissions:
  contents: read
jobs:
  dump:
    runs-on: ubuntu-latest
    steps:
      - uses: ada/dump@0123456789012345678901234567890123456789
        with:
          word: weft \${{ github.event_name }}
`;

test('an action gets a clean environment, an empty workspace and its inputs', async () => {
  process.env[LEAK] = 'leak';
  await start({ '.github/workflows/dump.yml': dumpOn('pull_request') });
  await forge.commit('work', { 'a.txt': 'a' });
  const pull = await forge.openPull('work');
  await runner.idle();

  expect(runner.problems).toEqual([]);
  expect(runner.runs).toMatchObject([{ event: 'pull_request', conclusion: 'success', headSha: pull.head.sha }]);
  const job = runner.runs[0]?.jobs[0];
  expect(job?.log).toContain('my token is ***');
  expect(job?.summary).toBe('word: weft pull_request\nstate: blue\n');
  const told = JSON.parse(job?.outputs['told'] ?? '');
  expect(told).toMatchObject({
    workspace: [],
    node: expect.stringMatching(/^2[4-9]\./),
    event: { action: 'opened', number: 1 },
    env: {
      GITHUB_API_URL: forge.world.url,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REF: 'refs/pull/1/merge',
      GITHUB_REPOSITORY: 'ada/loom',
      GITHUB_WORKFLOW_REF: 'ada/loom/.github/workflows/dump.yml@refs/pull/1/merge',
      INPUT_TOKEN: expect.stringMatching(/^ghs_/),
    },
  });
  expect(told.cwd).toBe(told.env.GITHUB_WORKSPACE);
  expect(Object.keys(told.env).filter((name) => !/^(GITHUB|RUNNER|INPUT)_|^(HOME|LANG|PATH|CI)$/.test(name))).toEqual(
    [],
  );
  expect(told.env).not.toHaveProperty('GITHUB_TOKEN');
});

test('a group keeps one running and one pending run; an older pending one leaves a cancelled check', async () => {
  const gate = path.join(await mkdtemp(path.join(tmpdir(), 'heddle-gate-')), 'open');
  const waits = `while [ ! -e '${gate}' ]; do sleep 0.05; done`;
  await start({ '.github/workflows/one.yml': script('One', 'push', waits, 'concurrency: one') });
  const statuses = () => runner.runs.map(({ status }) => status).join(' ');
  const shas: string[] = [];
  for (const file of ['a', 'b', 'c']) shas.push(await forge.commit('work', { [file]: file }));
  // A run goes on after the event that started it was dealt with.
  await until('each to be where it stays', () => statuses() === 'in_progress completed pending');
  await writeFile(gate, '');
  await runner.idle();
  expect(runner.runs.map(({ conclusion }) => conclusion)).toEqual(['success', 'cancelled', 'success']);
  const cancelled = [...forge.repository.checkRuns.values()].filter(({ headSha }) => headSha === shas[1]);
  expect(cancelled).toMatchObject([{ name: 'one', conclusion: 'cancelled' }]);
  await rm(path.dirname(gate), { recursive: true });
});

test('a job has no check run before all that it needs has ended, and is skipped when one of them failed', async () => {
  await start({
    '.github/workflows/two.yml': `
on: push
jobs:
  first:
    outputs:
      color: \${{ steps.dye.outputs.color }}
    steps:
      - id: dye
        run: echo color=blue >> "$GITHUB_OUTPUT"
  second:
    needs: first
    steps:
      - run: test "\${{ needs.first.outputs.color }}" = green
  third:
    needs: [second]
    steps:
      - run: echo never
`,
  });
  const seen: string[] = [];
  forge.world.bus.subscribe(({ name, action, payload }) => {
    if (name === 'check_run') seen.push(`${action} ${String(Object(payload['check_run']).name)}`);
  });
  await forge.commit('work', { a: 'a' });
  await runner.idle();
  expect(seen).toEqual([
    'created first',
    'completed first',
    'created second',
    'completed second',
    'created third',
    'completed third',
  ]);
  expect(runner.runs[0]?.jobs.map(({ conclusion }) => conclusion)).toEqual(['success', 'failure', 'skipped']);
  expect(runner.runs[0]?.conclusion).toBe('failure');
});

test('a workflow file that cannot be read is a problem with its path, and jobs in a circle are a failed run', async () => {
  const circle = 'on: push\njobs:\n  a: { needs: b, steps: [] }\n  b: { needs: a, steps: [] }\n';
  await start({ '.github/workflows/bad.yml': 'on: 7\n', '.github/workflows/circle.yml': circle });
  await forge.commit('work', { a: 'a' });
  await runner.idle();
  expect(runner.problems).toEqual([
    expect.stringContaining('.github/workflows/bad.yml is no workflow'),
    '.github/workflows/circle.yml: jobs need each other: a → b → a.',
  ]);
  expect(runner.runs).toMatchObject([{ conclusion: 'failure', status: 'completed' }]);
});

test('the token of a job is worth nothing after it', async () => {
  await start({ '.github/workflows/dump.yml': dumpOn('push') });
  await forge.commit('work', { a: 'a' });
  await runner.idle();
  const told = JSON.parse(runner.runs[0]?.jobs[0]?.outputs['told'] ?? '');
  expect(told.env.INPUT_TOKEN).toMatch(/^ghs_/);
  expect(forge.world.credentials.has(told.env.INPUT_TOKEN)).toBe(false);
});

// A process that left its group is found in /proc.
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('after close nothing is alive, not even what left its process group', async () => {
  const pidFile = path.join(await mkdtemp(path.join(tmpdir(), 'heddle-pid-')), 'pid');
  // A server of its own session that ignores the polite signals.
  const server = `setsid sh -c 'trap "" INT TERM; echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; while :; do sleep 0.1; done' >/dev/null 2>&1 & wait`;
  await start({ '.github/workflows/hang.yml': script('Hang', 'push', `|\n          ${server}`, '') });
  await forge.commit('work', { a: 'a' });
  const pid = Number(await until('the server', () => readFile(pidFile, 'utf8').catch(() => undefined)));
  expect(isAlive(pid)).toBe(true);
  await runner.close();
  await until('the server to be gone', () => !isAlive(pid));
  expect(runner.runs).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }]);
  expect(existsSync(runner.folder)).toBe(false);
  await rm(path.dirname(pidFile), { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
