import { beforeEach, expect, test } from '@jest/globals';
import { ACTION } from '../../demo/clone.ts';
import { markerText } from '../../src/domain/marker.ts';
import { mergerWorkflow, WORKFLOW_PATH } from '../../src/merger/workflow-file.ts';
import { until } from '../fakes/wait.ts';
import { api, pushWork } from './api.ts';
import { closedGate, type Gate } from './gate.ts';
import { CI_PATH, type Story, tell } from './story.ts';

/** The CI ends when the test says so: after the merger has looked, so that nothing but its end can wake it. */
let gate: Gate;
beforeEach(() => {
  gate = closedGate();
});

const actionsCi = () =>
  `name: CI\non: pull_request\njobs: { test: { runs-on: ubuntu-latest, steps: [{ run: ${JSON.stringify(gate.waiting)} }] } }\n`;
const workflow = (ciWorkflows: readonly string[]) => mergerWorkflow({ ciWorkflows, uses: `${ACTION}@v0` });

/** A published task with its pull request, and a merger that has looked at it while its CI was running. */
async function inReview(options: Partial<Parameters<typeof tell>[0]>): Promise<Story> {
  const story = await tell({ tasks: [[2]], ...options });
  expect((await story.heddle(['publish', '--epic', story.epic])).exitCode).toBe(0);
  await openWork(story, `heddle/${story.task(2)}/1`, 1);
  await until('the merger to have looked', () =>
    story.forge.runner.runs.some(({ workflow: name, status }) => name === 'Heddle' && status === 'completed'),
  );
  expect(story.pulls()).toMatchObject([{ state: 'open' }]);
  await gate.open();
  await story.forge.idle();
  return story;
}

async function openWork(story: Story, branch: string, round: number | undefined, head = branch): Promise<void> {
  if (head === branch) await pushWork(story, branch);
  const body = round === undefined ? 'By hand.' : markerText({ task: story.task(2), round });
  await api(story, 'POST', '/pulls', { title: branch, head, base: 'main', body });
}

/** What woke the last run of the merger. */
const lastTrigger = (story: Story) =>
  story.forge.runner.runs.filter(({ workflow: name }) => name === 'Heddle').at(-1)?.event;

test('CI by GitHub Actions wakes the merger by workflow_run', async () => {
  const story = await inReview({ files: { [CI_PATH]: actionsCi() } });
  expect(story.pulls()).toMatchObject([{ state: 'closed', merge: { byLogin: 'github-actions[bot]' } }]);
  expect(await story.line(2)).toMatchObject({ open: false, pullRequest: 1 });
  expect(lastTrigger(story)).toBe('workflow_run');
});

test('without workflow_run in its workflow, the merger waits for the schedule', async () => {
  const story = await inReview({ files: { [CI_PATH]: actionsCi(), [WORKFLOW_PATH]: workflow([]) } });
  expect(story.pulls()).toMatchObject([{ state: 'open', merge: null }]);
  await story.forge.tick();
  await story.forge.idle();
  expect(story.pulls()).toMatchObject([{ state: 'closed', merge: { byLogin: 'github-actions[bot]' } }]);
  expect(await story.line(2)).toMatchObject({ open: false });
});

test.each([
  ['app', 'check_suite'],
  ['status', 'status'],
] as const)('CI outside GitHub that reports as %s wakes the merger by %s', async (flavour, event) => {
  const story = await inReview({
    ci: { flavour, command: gate.waiting },
    files: { [CI_PATH]: null, [WORKFLOW_PATH]: workflow([]) },
  });
  expect(story.pulls()).toMatchObject([{ state: 'closed', merge: { byLogin: 'github-actions[bot]' } }]);
  expect(lastTrigger(story)).toBe(event);
});

test('a pull request that is none of ours gets zero writes', async () => {
  await gate.open();
  const story = await tell({ tasks: [[2]], files: { [CI_PATH]: actionsCi() } });
  await story.heddle(['publish', '--epic', story.epic]);
  const { sandbox } = story;
  const writes: string[] = [];
  sandbox.onExchange(({ method, path, requestBody }) => {
    const { query = '' } = (requestBody ?? {}) as { query?: string };
    if (method !== 'GET' && (path !== '/graphql' || /^\s*mutation/.test(query))) writes.push(`${method} ${path}`);
  });
  await openWork(story, 'feature', undefined);
  await openWork(story, 'another', 1);
  await openWork(story, `heddle/${story.task(2)}/2`, 2);
  await openWork(story, `heddle/${story.task(2)}/3`, 1);
  const stranger = sandbox.tokens.userAs('eve', 'read');
  const fork = await sandbox.fork(sandbox.repository, 'eve');
  await pushWork(story, `heddle/${story.task(2)}/1`, sandbox.gitUrlWith(stranger, fork));
  const forged = {
    title: 'Forged',
    head: `eve:heddle/${story.task(2)}/1`,
    base: 'main',
    body: markerText({ task: story.task(2), round: 1 }),
  };
  await api(story, 'POST', '/pulls', forged, stranger);
  const before = await story.world();
  await story.forge.idle();
  await story.forge.tick();
  await story.forge.idle();
  expect(await story.world()).toEqual(before);
  expect(writes).toEqual(Array.from({ length: 5 }, () => 'POST /repos/you/tally/pulls'));
});

test('of runs for pull requests none is cancelled, however many come at once, and all land', async () => {
  await gate.open();
  const files = { [CI_PATH]: actionsCi(), [WORKFLOW_PATH]: workflow(['CI']) };
  const story = await tell({ tasks: [[1], [2], [3]], files });
  await story.heddle(['publish', '--epic', story.epic]);
  for (const task of [1, 2, 3]) await pushWork(story, `heddle/${story.task(task)}/1`);
  await Promise.all(
    [1, 2, 3].map(async (number) => {
      const task = story.task(number);
      const body = markerText({ task, round: 1 });
      await api(story, 'POST', '/pulls', { title: task, head: `heddle/${task}/1`, base: 'main', body });
    }),
  );
  await story.forge.idle();
  const runs = story.forge.runner.runs.filter(
    ({ workflow: name, event }) => name === 'Heddle' && event === 'pull_request',
  );
  expect(runs.length).toBeGreaterThanOrEqual(3);
  expect(runs.map(({ conclusion }) => conclusion)).not.toContain('cancelled');
  expect(story.pulls().map(({ merge }) => merge?.byLogin)).toEqual(Array(3).fill('github-actions[bot]'));
});
