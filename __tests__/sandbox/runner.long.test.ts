import { afterEach, expect, test } from '@jest/globals';
import { createCheckRun } from '../../sandbox/checks.ts';
import { addApp } from '../../sandbox/create.ts';
import { emitWorkflowDispatch } from '../../sandbox/payloads.ts';
import { createReview, dismissReview, editReview } from '../../sandbox/reviews.ts';
import { type Runner, type RunnerOptions, startRunner } from '../../sandbox/runner/runner.ts';
import { ACTIONS_APP_ID } from '../../sandbox/world.ts';
import { type Files, makeForge, script, type TestForge } from './forge.ts';

let forge: TestForge;
let runner: Runner;

afterEach(async () => {
  await runner.close();
  await forge.remove();
  expect(forge.errors).toEqual([]);
});

async function start(files: Files, options: Partial<RunnerOptions> = {}): Promise<void> {
  forge = await makeForge(files);
  await forge.world.bus.settled();
  runner = await startRunner({ world: forge.world, ...options });
}

const names = () => runner.runs.map(({ workflow, event, conclusion }) => `${workflow} ${event} ${conclusion}`);

test('what the Actions token causes starts no workflow; what a user causes does', async () => {
  await start({ '.github/workflows/a.yml': script('Any', '[push, pull_request]', 'true') });
  await forge.commit('work', { 'a.txt': 'a' }, 'by the token', { kind: 'actions' });
  await forge.openPull('work', { kind: 'actions' });
  await runner.idle();
  expect(names()).toEqual([]);

  await forge.commit('work', { 'b.txt': 'b' });
  await runner.idle();
  expect(names()).toEqual(['Any push success', 'Any pull_request success']);
});

test('a dispatch by the Actions token starts its workflow', async () => {
  await start({ '.github/workflows/go.yml': script('Go', 'workflow_dispatch', 'test "${{ inputs.color }}" = red') });
  const { world, repository } = forge;
  const [workflow] = repository.workflows.values();
  const sha = (await repository.git.branch('main')) ?? '';
  if (workflow === undefined) throw new Error('the workflow is not known');
  const dispatch = { ref: 'refs/heads/main', sha, inputs: { color: 'red' } };
  emitWorkflowDispatch(world, repository, workflow, dispatch, { kind: 'actions' });
  await runner.idle();
  expect(names()).toEqual(['Go workflow_dispatch success']);
});

test('a pull request that conflicts starts no pull_request workflow, but the target one', async () => {
  await start({
    '.github/workflows/own.yml': script('Own', 'pull_request', 'true'),
    '.github/workflows/target.yml': script('Target', 'pull_request_target', 'true'),
    'a.txt': 'a',
  });
  await forge.commit('work', { 'a.txt': 'mine' });
  await forge.commit('main', { 'a.txt': 'theirs' });
  await forge.openPull('work');
  await runner.idle();
  expect(names()).toEqual(['Target pull_request_target success']);
});

test('what has conflicted has no run when its base gives way, only when it is pushed to', async () => {
  await start({ '.github/workflows/own.yml': script('Own', 'pull_request', 'true'), 'a.txt': 'a' });
  await forge.commit('work', { 'a.txt': 'mine' });
  await forge.commit('main', { 'a.txt': 'theirs' });
  await forge.openPull('work');
  await runner.idle();
  await forge.commit('main', { 'a.txt': 'a' });
  await runner.idle();
  expect(names()).toEqual([]);
  await forge.commit('work', { 'b.txt': 'b' });
  await runner.idle();
  expect(names()).toEqual(['Own pull_request success']);
});

test('a review starts workflows of pull_request_review, by what was done and by the base', async () => {
  const on = (types: string, base: string) => `{ pull_request_review: { types: [${types}], branches: [${base}] } }`;
  await start({
    '.github/workflows/a.yml': script('Submitted', on('submitted', 'main'), 'test $GITHUB_REF = refs/pull/1/merge'),
    '.github/workflows/b.yml': script('Dismissed', on('dismissed', 'main'), 'true'),
    '.github/workflows/c.yml': script('Edited', on('edited', 'main'), 'true'),
    '.github/workflows/d.yml': script('Elsewhere', on('submitted', 'release'), 'true'),
  });
  const { world, repository } = forge;
  const sha = await forge.commit('work', { 'a.txt': 'a' });
  const pull = await forge.openPull('work');
  const bob = { kind: 'user', login: 'bob' } as const;
  const draft = { event: 'APPROVE', body: '' } as const;
  const review = await repository.exclusively(() => createReview(world, repository, pull, draft, bob));
  await runner.idle();
  await repository.exclusively(() => editReview(world, repository, pull, review, 'Good', bob));
  await runner.idle();
  await repository.exclusively(() => dismissReview(world, repository, pull, review, bob));
  await runner.idle();
  expect(names()).toEqual(['Submitted', 'Edited', 'Dismissed'].map((name) => `${name} pull_request_review success`));
  expect(runner.runs.map(({ headSha }) => headSha)).toEqual([sha, sha, sha]);
});

test('a pull request is judged by its own workflow file, a completed suite by that of the default branch', async () => {
  const both = '[pull_request, check_suite]';
  await start({ '.github/workflows/judge.yml': script('Judge', both, 'echo main') });
  const sha = await forge.commit('work', { '.github/workflows/judge.yml': script('Judge', both, 'echo branch') });
  await forge.openPull('work');
  await runner.idle();
  await reportOutside(sha);
  await runner.idle();
  expect(runner.runs.map(({ event, jobs }) => [event, /^(main|branch)$/m.exec(jobs[0]?.log ?? '')?.[1]])).toEqual([
    ['pull_request', 'branch'],
    ['check_suite', 'main'],
  ]);
});

test('a run is a check run on the head of the pull request, and its suite starts no check_suite workflow', async () => {
  await start({
    '.github/workflows/ci.yml': script('CI', 'pull_request', 'true'),
    '.github/workflows/suite.yml': script('Suite', '[check_suite, check_run]', 'true'),
    '.github/workflows/after.yml': script('After', '{ workflow_run: { workflows: [CI], types: [completed] } }', 'true'),
  });
  const sha = await forge.commit('work', { 'a.txt': 'a' });
  await forge.openPull('work');
  await runner.idle();
  expect(names()).toEqual(['CI pull_request success', 'After workflow_run success']);
  const checks = [...forge.repository.checkRuns.values()].filter(({ headSha }) => headSha === sha);
  expect(checks).toMatchObject([{ name: 'ci', appId: ACTIONS_APP_ID, status: 'completed', conclusion: 'success' }]);
});

test('taken strictly, a suite of another app starts nothing either on a head that Actions has run on', async () => {
  const files = {
    '.github/workflows/ci.yml': script('CI', 'pull_request', 'true'),
    '.github/workflows/suite.yml': script('Suite', 'check_suite', 'true'),
  };
  await start(files, { strictCheckSuites: true });
  const sha = await forge.commit('work', { 'a.txt': 'a' });
  await forge.openPull('work');
  await runner.idle();
  await reportOutside(sha);
  await runner.idle();
  expect(names()).toEqual(['CI pull_request success']);
});

test('workflow_run starts no more than three workflows one after the other', async () => {
  const after = '{ workflow_run: { workflows: [Loop], types: [completed] }, push: }';
  await start({ '.github/workflows/loop.yml': script('Loop', after, 'true') });
  await forge.commit('work', { a: 'a' });
  await runner.idle();
  expect(runner.runs.map(({ event }) => event)).toEqual(['push', 'workflow_run', 'workflow_run', 'workflow_run']);
});

test('a schedule starts when it is told to', async () => {
  await start({ '.github/workflows/s.yml': script('Sweep', '{ schedule: [{ cron: "*/9 * * * *" }] }', 'true') });
  await forge.commit('main', { a: 'a' });
  await runner.idle();
  expect(names()).toEqual([]);
  await runner.tick();
  await runner.idle();
  expect(names()).toEqual(['Sweep schedule success']);
});

test('a head commit that says [skip ci] starts nothing', async () => {
  await start({ '.github/workflows/a.yml': script('Any', '[push, pull_request]', 'true') });
  await forge.commit('work', { a: 'a' }, 'quiet [skip ci]');
  await forge.openPull('work');
  await runner.idle();
  expect(names()).toEqual([]);
});

async function reportOutside(sha: string): Promise<void> {
  const { world, repository } = forge;
  const app = addApp(world, 'weaver-ci');
  const draft = { appId: app.id, name: 'test', headSha: sha, conclusion: 'success' as const };
  await createCheckRun(world, repository, draft, { kind: 'app', appId: app.id, slug: app.slug });
}
