import { beforeAll, expect, test } from '@jest/globals';
import { ACTION } from '../../demo/clone.ts';
import { HOLD_LABEL } from '../../src/domain/marker.ts';
import { mergerWorkflow, WORKFLOW_PATH } from '../../src/merger/workflow-file.ts';
import { until } from '../fakes/wait.ts';
import { api } from './api.ts';
import { CI_PATH, type Running, type Story, tell } from './story.ts';

let story: Story;
let spawner: Running;
beforeAll(async () => {
  const workflow = mergerWorkflow({ ciWorkflows: [], uses: `${ACTION}@v0` });
  story = await tell({
    tasks: [[2], [3]],
    modes: { 2: ['work', 'notes'] },
    files: { [CI_PATH]: null, [WORKFLOW_PATH]: workflow },
    shared: true,
  });
});

const pullOf = (number: number, round = 1) => {
  const found = story.pulls().find(({ head }) => head.ref === `heddle/${story.task(number)}/${round}`);
  if (found === undefined) throw new Error(`task ${number} has no pull request of round ${round}`);
  return found;
};

test('a repository without CI merges nothing', async () => {
  spawner = story.begin('spawn', '--epic', story.epic);
  await until('both to be in review', () => /2 in review|closed/.test(spawner.said()));
  await story.forge.tick();
  await story.forge.idle();
  expect([pullOf(2), pullOf(3)]).toMatchObject([{ state: 'open' }, { state: 'open' }]);
});

test('a draft and a pull request on hold need a person', async () => {
  pullOf(2).draft = true;
  await api(story, 'POST', `/issues/${pullOf(3).number}/labels`, { labels: [HOLD_LABEL] });
  expect(await spawner.ended).toBe(3);
  expect(spawner.said()).toContain(`its pull request #${pullOf(2).number} is a draft`);
  expect(spawner.said()).toContain(`its pull request #${pullOf(3).number} is on hold`);
});

test('they are not merged either where heddle.yml says that there are no checks', async () => {
  await story.setConfig({ merge: { checks: 'none' } });
  await story.forge.tick();
  await story.forge.idle();
  expect([pullOf(2), pullOf(3)]).toMatchObject([{ state: 'open' }, { state: 'open' }]);
});

test('the pull request of a task that a person has closed is not merged', async () => {
  await story.bd('close', story.task(3), '--reason', 'Not wanted', '--force');
  expect((await story.spawn()).exitCode).toBe(3);
  expect(await story.line(3)).toMatchObject({ open: false, closeReason: 'Not wanted' });
  await api(story, 'DELETE', `/issues/${pullOf(3).number}/labels/${encodeURIComponent(HOLD_LABEL)}`);
  await story.forge.idle();
  expect(pullOf(3).merge).toBe(null);
});

test('after a person has closed a pull request nothing is started, until a retry goes on from its head', async () => {
  const old = pullOf(2);
  await api(story, 'PATCH', `/pulls/${old.number}`, { state: 'closed' });
  const spawned = await story.spawn();
  expect(spawned.exitCode).toBe(3);
  expect(spawned.said).toContain(`its pull request #${old.number} was closed without a merge`);
  expect((await story.agentRuns()).filter(({ task, what }) => task === 2 && what === 'start')).toHaveLength(1);

  expect((await story.heddle(['retry', story.task(2)])).exitCode).toBe(0);
  expect((await story.spawn()).exitCode).toBe(0);
  const next = pullOf(2, 2);
  expect(next.merge).not.toBe(null);
  await story.git(
    '--git-dir',
    story.sandbox.repository.git.dir,
    'merge-base',
    '--is-ancestor',
    old.head.sha,
    next.head.sha,
  );
  expect(await story.issue(2)).toMatchObject({ status: 'closed', metadata: { round: 2, pr_number: next.number } });
  expect(pullOf(3)).toMatchObject({ state: 'open', merge: null });
});
