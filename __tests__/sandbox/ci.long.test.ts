import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { rollup } from '../../sandbox/check-summary.ts';
import { type Forge, type ForgeOptions, startForge } from '../../sandbox/forge.ts';
import { until } from '../fakes/wait.ts';
import { type Files, makeForge, type TestForge } from './forge.ts';

let small: TestForge;
let forge: Forge;

afterEach(async () => {
  await forge.close();
  await small.remove();
  expect(small.errors).toEqual([]);
});

const woken = `
name: Woken
on:
  check_suite: { types: [completed] }
  status:
  workflow_run: { workflows: [CI], types: [completed] }
jobs:
  look:
    steps:
      - run: echo "\${{ github.event_name }}"
`;

async function start(ci: ForgeOptions['ci'], files: Files = {}): Promise<void> {
  small = await makeForge({ '.github/workflows/woken.yml': woken, 'threads.txt': '3\n', ...files });
  await small.world.bus.settled();
  forge = await startForge({ world: small.world, ci, runner: {} });
}

async function openWith(branch: string, files: Files): Promise<string> {
  const sha = await small.commit(branch, files);
  await small.openPull(branch);
  await forge.idle();
  return sha;
}

const command = 'test "$(cat threads.txt)" = 4';
const wokenBy = () => forge.runner.runs.filter(({ workflow }) => workflow === 'Woken').map(({ event }) => event);

test('an outside CI is green where the command succeeds and red where it fails, on the head of each pull request', async () => {
  await start({ flavour: 'app', command });
  const red = await openWith('wrong', { 'threads.txt': '5\n' });
  const green = await openWith('right', { 'threads.txt': '4\n' });
  expect(rollup(small.repository, red)).toBe('failure');
  expect(rollup(small.repository, green)).toBe('success');
  const repaired = await small.commit('wrong', { 'threads.txt': '4\n' });
  await forge.idle();
  expect(rollup(small.repository, repaired)).toBe('success');
  expect(forge.outsideCi?.results.map(({ conclusion }) => conclusion)).toEqual(['failure', 'success', 'success']);
});

test('a head that waits for a machine has a queued check run', async () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  await start({ flavour: 'app', command, beforeTest: () => opened });
  const states = () =>
    [...small.repository.checkRuns.values()].flatMap(({ name, status }) => (name === 'test' ? [status] : []));
  await small.commit('right', { 'threads.txt': '4\n' });
  await small.openPull('right');
  await until('the check run', () => states().length === 1);
  expect(states()).toEqual(['queued']);
  open();
  await forge.idle();
  expect(states()).toEqual(['completed']);
});

test('the completed suite of an outside app starts check_suite workflows', async () => {
  await start({ flavour: 'app', command, appSlug: 'loom-ci' });
  const sha = await openWith('right', { 'threads.txt': '4\n' });
  expect(wokenBy()).toEqual(['check_suite']);
  const checks = [...small.repository.checkRuns.values()].filter(({ headSha }) => headSha === sha);
  const [check] = checks;
  expect(checks).toMatchObject([{ name: 'test', conclusion: 'success' }]);
  expect(small.world.apps.get(check?.appId ?? 0)?.slug).toBe('loom-ci');
});

test('a CI of statuses starts status workflows, for pending and for the end', async () => {
  await start({ flavour: 'status', command, name: 'ci/loom' });
  const sha = await openWith('right', { 'threads.txt': '4\n' });
  expect(wokenBy()).toEqual(['status', 'status']);
  expect(small.repository.statuses.filter((status) => status.sha === sha).map(({ state }) => state)).toEqual([
    'pending',
    'success',
  ]);
});

test('a CI by Actions starts workflow_run workflows, and no check_suite workflow', async () => {
  await start({ flavour: 'actions', command });
  const red = await openWith('wrong', { 'threads.txt': '5\n' });
  const green = await openWith('right', { 'threads.txt': '4\n' });
  expect(wokenBy()).toEqual(['workflow_run', 'workflow_run']);
  expect(rollup(small.repository, red)).toBe('failure');
  expect(rollup(small.repository, green)).toBe('success');
});

test('a CI by Actions is the repository’s own workflow file where it has one', async () => {
  const own =
    'name: CI\non: pull_request\njobs:\n  own:\n    steps:\n      - uses: actions/checkout@v5\n      - run: sh check.sh\n';
  await start({ flavour: 'actions' }, { '.github/workflows/ci.yml': own, 'check.sh': command });
  const green = await openWith('right', { 'threads.txt': '4\n' });
  expect(rollup(small.repository, green)).toBe('success');
  const checks = [...small.repository.checkRuns.values()].filter(({ headSha }) => headSha === green);
  expect(checks).toMatchObject([{ name: 'own' }]);
});

test('after close no clone is left, and a test that hangs is ended', async () => {
  const mark = path.join(await mkdtemp(path.join(tmpdir(), 'heddle-mark-')), 'begun');
  await start({ flavour: 'app', command: `: > '${mark}'; exec sleep 1000` });
  await small.commit('slow', { 'threads.txt': '4\n' });
  await small.openPull('slow');
  await until('the test to hang', () => existsSync(mark));
  // It comes to an end long before the test that hangs would.
  await forge.close();
  expect(existsSync(forge.outsideCi?.folder ?? '/')).toBe(false);
  await rm(path.dirname(mark), { recursive: true });
});
