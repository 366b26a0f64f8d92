/** What mergers have done to others: each incident once more, on a GitHub of this machine, over HTTP. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCheckRun } from '../../sandbox/checks.ts';
import {
  actionsApp,
  completeWorkflowRun,
  createWorkflowRun,
  startWorkflowRun,
  workflowAt,
} from '../../sandbox/workflow-runs.ts';
import { ACTIONS_APP_ID } from '../../sandbox/world.ts';
import { sha } from '../../src/domain/ids.ts';
import { GitHub } from './github.ts';

const TASK = 'hd-1.1';
const once = [{ task: TASK }];

let github: GitHub;
beforeEach(async () => {
  github = await GitHub.start(TASK, 'hd-1.2');
});
afterEach(() => github.end());

test('an issue does not stay open after its merge: whoever merged it, the next sweep closes it, once', async () => {
  const { head } = await github.open(TASK);
  await github.status(head, 'success');
  const dying = {
    ...github.merger(),
    commitFile: async () => {
      throw new Error('killed');
    },
  };
  await expect(github.sweep(dying)).rejects.toThrow('killed');
  expect(await github.isOpen(TASK)).toBe(true);
  const byHand = await github.open('hd-1.2');
  await github.merger().merge({ number: byHand.number, head: sha(byHand.head), method: 'squash' });

  expect(await github.sweep()).toMatchObject({ merged: [], closed: [...once, { task: 'hd-1.2' }] });

  expect([await github.isOpen(TASK), await github.isOpen('hd-1.2')]).toEqual([false, false]);
  expect(await github.sweep()).toMatchObject({ merged: [], closed: [] });
});

test('no merge lands 14 seconds before the tests end: jobs that have not begun yet are waited for', async () => {
  const { head } = await github.open(TASK);
  const { world, repository } = github.sandbox;
  const workflow = workflowAt(world, repository, '.github/workflows/ci.yml', 'CI');
  const draft = { workflow, event: 'pull_request', headSha: head, headBranch: null, startedBy: actionsApp };
  const run = await createWorkflowRun(world, repository, draft);
  await startWorkflowRun(world, repository, run, actionsApp);
  const job = { appId: ACTIONS_APP_ID, headSha: head, suiteId: run.suiteId, conclusion: 'success' } as const;
  // `test` needs `lint`, so GitHub shows nothing of it yet: all that is there is green.
  await createCheckRun(world, repository, { ...job, name: 'lint' }, actionsApp);

  expect(await github.sweep()).toMatchObject({
    merged: [],
    waiting: [{ task: TASK, waitsFor: 'time', reasons: [{ problem: 'checks run: `CI`' }] }],
  });

  await createCheckRun(world, repository, { ...job, name: 'test' }, actionsApp);
  await completeWorkflowRun(world, repository, run, 'success', actionsApp);
  expect(await github.sweep()).toMatchObject({ merged: once, closed: once });
});

test('a red check whose second attempt is skipped stays red: the second one has tested nothing', async () => {
  const { head } = await github.open(TASK);
  await github.status(head, 'success');
  const { world, repository } = github.sandbox;
  const workflow = workflowAt(world, repository, '.github/workflows/ci.yml', 'CI');
  const draft = { workflow, event: 'pull_request', headSha: head, headBranch: null, startedBy: actionsApp };
  const run = await createWorkflowRun(world, repository, draft);
  const job = { appId: ACTIONS_APP_ID, name: 'test', headSha: head, suiteId: run.suiteId };
  await createCheckRun(world, repository, { ...job, conclusion: 'failure' }, actionsApp);
  await createCheckRun(world, repository, { ...job, conclusion: 'skipped' }, actionsApp);
  await completeWorkflowRun(world, repository, run, 'skipped', actionsApp);
  expect(await github.sweep()).toMatchObject({
    merged: [],
    waiting: [{ task: TASK, waitsFor: 'person', reasons: [{ problem: 'checks failed: `test` (failure)' }] }],
  });
});

test('a 500 on a merge that went through merges nothing twice: it is looked up, and is no failure', async () => {
  const { head } = await github.open(TASK);
  await github.status(head, 'success');
  let asked = 0;
  const failing: typeof fetch = async (to, how) => {
    const answer = await fetch(to, how);
    if (how?.method !== 'PUT' || !String(to).endsWith('/merge')) return answer;
    asked += 1;
    const headers = { 'content-type': 'application/json' };
    return new Response(JSON.stringify({ message: 'Server Error' }), { status: 500, headers });
  };

  expect(await github.sweep(github.merger(failing))).toMatchObject({ merged: once, closed: once, trouble: undefined });

  expect(asked).toBe(1);
  const landed = await github.landed();
  expect(landed.filter((subject) => subject.startsWith('Merge pull request'))).toHaveLength(1);
});

test('zero checks are not green: a head of which no check has told anything is not merged', async () => {
  const { head } = await github.open(TASK);
  expect(await github.sweep()).toMatchObject({
    merged: [],
    waiting: [{ task: TASK, waitsFor: 'time', reasons: [{ problem: 'no check has reported on its head' }] }],
  });
  await github.status(head, 'success');
  expect(await github.sweep()).toMatchObject({ merged: once, closed: once });
});
