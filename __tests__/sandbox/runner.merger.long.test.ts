import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { labelPullRequest } from '../../sandbox/conversation.ts';
import { type Forge, type ForgeOptions, startForge } from '../../sandbox/forge.ts';
import { until } from '../fakes/wait.ts';
import { ada } from './forge.ts';
import { actionName, type Merging, setUp } from './merging.ts';

let place: Merging;
let forge: Forge;

afterEach(async () => {
  await forge.close();
  await place.end();
});

async function start(ci: ForgeOptions['ci'], ciWorkflows: readonly string[]): Promise<void> {
  place = await setUp({ ciWorkflows });
  const { world } = place.sandbox;
  forge = await startForge({ world, ci, runner: { actions: { [actionName]: place.actionFolder } } });
}

const command = 'test -f woven.txt';
const merger = () => forge.runner.runs.filter(({ workflow }) => workflow === 'Heddle');

async function expectLanded(number: number): Promise<void> {
  expect(place.sandbox.repository.pulls.get(number)).toMatchObject({
    state: 'closed',
    merge: { sha: expect.any(String) },
  });
  expect(await place.lineOnMain()).toMatchObject({ open: false, pullRequest: number });
}

test('the bundled Action, woken by workflow_run, merges a pull request that CI by Actions found green', async () => {
  await start({ flavour: 'actions', command }, ['CI']);
  const { number } = await place.openTask({ 'woven.txt': 'yes\n' });
  await forge.idle();
  expect(merger().filter(({ conclusion }) => conclusion === 'failure')).toEqual([]);
  expect(merger().map(({ event }) => event)).toContain('workflow_run');
  await expectLanded(number);
});

test('without workflow_run in the workflow, CI by Actions wakes nobody: the schedule does', async () => {
  const gate = await mkdtemp(path.join(tmpdir(), 'heddle-gate-'));
  const waits = `until [ -e '${gate}/open' ]; do sleep 0.05; done`;
  await start({ flavour: 'actions', command: `${waits}; ${command}` }, []);
  const { number } = await place.openTask({ 'woven.txt': 'yes\n' });
  // The run that the opening woke has looked, and CI was not done.
  await until('the end of the merger’s run', () => merger().some(({ status }) => status === 'completed'));
  await writeFile(path.join(gate, 'open'), '');
  await forge.idle();
  expect(merger().map(({ event }) => event)).toEqual(['pull_request']);
  expect(place.sandbox.repository.pulls.get(number)?.state).toBe('open');
  await forge.tick();
  await forge.idle();
  await expectLanded(number);
  await rm(gate, { recursive: true });
});

test.each(['app', 'status'] as const)(
  'the bundled Action merges what an outside CI (%s) found green',
  async (flavour) => {
    await start({ flavour, command }, []);
    const { number } = await place.openTask({ 'woven.txt': 'yes\n' });
    await forge.idle();
    await expectLanded(number);
  },
);

test('a red pull request stays open', async () => {
  await start({ flavour: 'actions', command }, ['CI']);
  const { number } = await place.openTask({ 'other.txt': 'no\n' });
  await forge.idle();
  await forge.tick();
  await forge.idle();
  expect(place.sandbox.repository.pulls.get(number)?.state).toBe('open');
  expect(await place.lineOnMain()).toMatchObject({ open: true });
});

const skipsOnLabels = (run: string, more: string) => `
name: CI
on:
  pull_request:
    types: [opened, synchronize, labeled]
${more}
jobs:
  test:
    if: github.event.action != 'labeled'
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: ${run}
`;

async function startSkipping(command: string, more = ''): Promise<void> {
  place = await setUp({ ciWorkflows: ['CI'], files: { '.github/workflows/ci.yml': skipsOnLabels(command, more) } });
  const { world } = place.sandbox;
  const runner = { actions: { [actionName]: place.actionFolder } };
  forge = await startForge({ world, ci: { flavour: 'actions' }, runner });
}

async function addLabel(number: number): Promise<void> {
  const { world, repository } = place.sandbox;
  const pull = repository.pulls.get(number);
  if (pull === undefined) throw new Error(`there is no pull request ${number}`);
  await repository.exclusively(() => labelPullRequest(world, repository, pull, ['anything'], ada));
}

const tests = () => [...place.sandbox.repository.checkRuns.values()].filter(({ name }) => name === 'test');

async function expectNothingLands(number: number): Promise<void> {
  await forge.idle();
  await forge.tick();
  await forge.idle();
  expect(place.sandbox.repository.pulls.get(number)?.state).toBe('open');
}

test('a label that starts a run which skips the red job lands nothing', async () => {
  await startSkipping(command);
  const { number } = await place.openTask({ 'other.txt': 'no\n' });
  await forge.idle();
  await addLabel(number);
  await expectNothingLands(number);
  expect(tests().map(({ conclusion }) => conclusion)).toEqual(['failure', 'skipped']);
});

test('a label whose run skips the job, and cancels the run that would have tested, lands nothing', async () => {
  await startSkipping('sleep 600', 'concurrency: { group: ci, cancel-in-progress: true }');
  const { number } = await place.openTask({ 'woven.txt': 'yes\n' });
  await until('the test runs', () => tests().some(({ status }) => status === 'in_progress'));
  await addLabel(number);
  await expectNothingLands(number);
  expect(tests().map(({ conclusion }) => conclusion)).toEqual(['cancelled', 'skipped']);
});
