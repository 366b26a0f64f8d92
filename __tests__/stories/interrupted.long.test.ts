import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { until } from '../fakes/wait.ts';
import { type Story, tell } from './story.ts';

test('a spawner that is killed in the middle is followed by another: the same end, no second worker, no second pull request', async () => {
  const story = await tell({ tasks: [[1], [2, 1]] });
  const first = story.begin('spawn', '--epic', story.epic);
  await until('the first agent', async () => (await startsOf(story)).length === 1);
  first.signal('SIGKILL');
  expect(await first.ended).toBe(null);
  const second = story.begin('spawn', '--epic', story.epic);
  await until('the first merge', () => story.pulls()[0]?.merge != null);
  second.signal('SIGKILL');
  await second.ended;
  expect((await story.spawn()).exitCode).toBe(0);
  expect((await startsOf(story)).map(({ task }) => task)).toEqual([1, 2]);
  expect(story.pulls().map(({ head, merge }) => [head.ref, merge !== null])).toEqual([
    [`heddle/${story.task(1)}/1`, true],
    [`heddle/${story.task(2)}/1`, true],
  ]);
  expect((await story.issues()).map(({ status }) => status)).toEqual(['closed', 'closed', 'closed']);
});

test('logs, caches, locks and clean worktrees are nothing that a later pass needs', async () => {
  const story = await tell({ tasks: [[2]] });
  expect((await story.spawn('--once')).exitCode).toBe(0);
  await until('its pull request', () => story.pulls().length === 1);
  await until('the worker to end', async () => (await story.workers()).length === 0);
  await forgetAll(story);
  await story.forge.idle();
  await forgetAll(story);
  expect((await story.spawn()).exitCode).toBe(0);
  expect((await story.issue(2)).status).toBe('closed');
  expect(await startsOf(story)).toHaveLength(1);
  expect(story.pulls()).toHaveLength(1);
  expect((await story.git('worktree', 'list', '--porcelain')).match(/^worktree /gm)).toHaveLength(1);
  expect(await story.git('branch', '--list', 'heddle/*')).toBe('');
});

const startsOf = async (story: Story) => (await story.agentRuns()).filter(({ what }) => what === 'start');

async function forgetAll(story: Story): Promise<void> {
  await rm(join(story.checkout, '.git', 'heddle'), { recursive: true, force: true });
  await rm(join(story.folder, 'tally-worktrees'), { recursive: true, force: true });
}
