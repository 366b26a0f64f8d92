import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { until } from '../fakes/wait.ts';
import { type Running, type Story, tell } from './story.ts';

let story: Story;
let spawner: Running;
beforeAll(async () => {
  story = await tell({
    tasks: [[2], [3], [6]],
    modes: { 2: 'hang', 3: 'hang', 6: 'forbidden' },
    config: { limits: { attempts: 1 } },
    shared: true,
  });
  spawner = story.begin('spawn', '--epic', story.epic);
  await until(
    'three agents',
    async () => (await story.agentRuns()).filter(({ what }) => what === 'start').length === 3,
  );
});

const remoteBranches = () =>
  story.git('ls-remote', story.sandbox.gitUrlWith(story.sandbox.tokens.user), 'refs/heads/heddle/*');

test('a second spawner of the same repository says that there is one already', async () => {
  const { exitCode, said } = await story.spawn();
  expect([exitCode, said]).toEqual([9, expect.stringContaining('Another spawner is running')]);
});

test('work on a forbidden path is not pushed', async () => {
  const refused = await until('the refusal', async () => (await story.issue(6)).metadata.reason);
  expect(refused).toBe('refused path: a task may not change .github/workflows/ci.yml');
  expect(await remoteBranches()).toBe('');
});

test('a person closes a task by hand: its worker ends, its work is kept, and its line is closed', async () => {
  const work = join(story.folder, 'tally-worktrees', `${story.task(2)}-1`, 'src', 'total.js');
  await until('some work', () => existsSync(work));
  await story.bd('close', story.task(2), '--reason', 'Not wanted', '--force');
  await until('the line to be closed', async () => (await story.line(2))?.open === false);
  await until('the worker to end', async () => (await story.workers()).length === 1);
  expect(await story.line(2)).toMatchObject({ closeReason: 'Not wanted', pullRequest: undefined });
  await until('its worktree to go', () => spawner.said().includes(`clean up after ${story.task(2)}`));
  const [kept = ''] = (await story.git('for-each-ref', '--format=%(refname)', 'refs/heddle/rescue')).split('\n');
  expect(await story.git('ls-tree', '-r', '--name-only', kept)).toContain('src/total.js');
  expect([await remoteBranches(), story.pulls()]).toEqual(['', []]);
});

test('Ctrl-C ends the spawner, which is not taken for done, but not its workers, and it says how to stop them', async () => {
  spawner.signal('SIGINT');
  expect(await spawner.ended).toBe(130);
  expect(spawner.said()).toContain('One worker goes on; stop it with: heddle stop');
  expect(await story.workers()).toHaveLength(1);
});

test('heddle stop ends them, and keeps their work', async () => {
  expect((await story.heddle(['stop'])).exitCode).toBe(0);
  expect(await story.processes.tagged()).toEqual([]);
  const rows = await story.status();
  expect(rows.find(({ task }) => task === story.task(3))).toMatchObject({
    why: 'needs a person: stopped by hand',
    next: `heddle retry ${story.task(3)}`,
  });
  expect((await story.git('worktree', 'list', '--porcelain')).match(/^worktree /gm)).toHaveLength(3);
});
