import { beforeAll, expect, test } from '@jest/globals';
import { until } from '../fakes/wait.ts';
import { closedGate } from './gate.ts';
import { CI_PATH, QUICK_CI, type Story, tell } from './story.ts';

/** The first pull request is not merged, and so the epic not done, before the second task is there. */
const gate = closedGate();
let story: Story;
beforeAll(async () => {
  const ci = QUICK_CI.replace('- run: ', (run) => `${run}${JSON.stringify(gate.waiting)}\n      ${run}`);
  story = await tell({ tasks: [[2]], modes: { 2: ['beads', 'notes'] }, files: { [CI_PATH]: ci }, shared: true });
});

test('a task that is added while the epic runs is merged and closed in its turn', async () => {
  const spawner = story.begin('spawn', '--epic', story.epic);
  await until('the first agent', async () => (await story.agentRuns()).length > 0);
  await story.bd('create', 'Group records by a column', '--parent', story.epic);
  await gate.open();
  expect(await spawner.ended).toBe(0);
  expect((await story.issues()).map(({ status }) => status)).toEqual(['closed', 'closed', 'closed']);
  expect(story.pulls().map(({ merge }) => merge !== null)).toEqual([true, true]);
});

test('what the agent did to .beads is not in its pull request', async () => {
  const { repository } = story.sandbox;
  const [first] = story.pulls();
  const merge = first?.merge?.sha ?? '';
  const folder = repository.git.dir;
  const changed = await story.git('--git-dir', folder, 'diff', '--name-only', '--no-renames', `${merge}^1`, merge);
  expect(changed.trim().split('\n')).toEqual(['pending/002-total.test.js', 'src/total.js', 'tests/002-total.test.js']);
  expect(await story.git('--git-dir', folder, 'show', 'main:.beads/issues.jsonl')).not.toContain(
    'written-by-the-agent',
  );
});

test('a task that is reopened after its merge has a new round, and its epic is open until that one is closed', async () => {
  await story.bd('reopen', story.task(2));
  const spawned = await story.spawn();
  expect(spawned).toMatchObject({ exitCode: 0 });
  expect(spawned.said).toContain(`open round 2 of ${story.task(2)}`);
  expect(spawned.said).toContain(`reopen ${story.epic}: one of its tasks is open again`);
  const issue = await story.issue(2);
  expect(issue).toMatchObject({ status: 'closed', metadata: { round: 2, pr_number: 3, phase: 'merged' } });
  expect(story.pulls()[2]).toMatchObject({ head: { ref: `heddle/${story.task(2)}/2` }, state: 'closed' });
  expect(await story.line(2)).toMatchObject({ open: false, round: 2, pullRequest: 3 });
  expect((await story.issues()).find(({ id }) => id === story.epic)?.status).toBe('closed');
});
