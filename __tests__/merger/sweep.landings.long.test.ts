import { afterEach, expect, test } from '@jest/globals';
import { type Ground, setGround, where } from './ground.ts';

let ground: Ground | undefined;
afterEach(async () => {
  await ground?.end();
  ground = undefined;
});

test('several green pull requests are merged one after the other and closed in one commit', async () => {
  ground = await setGround();
  for (const task of ['hd-1.1', 'hd-1.2', 'hd-1.3']) await ground.open(task);
  const report = await ground.sweep();
  expect(report.merged.map(({ task }) => task)).toEqual(['hd-1.1', 'hd-1.2', 'hd-1.3']);
  expect(report.closed).toHaveLength(3);
  const subjects = await ground.git('log', '--first-parent', '-4', '--format=%s', 'FETCH_HEAD').catch(() => '');
  expect((await ground.headline()).startsWith('beads: close hd-1.1, hd-1.2, hd-1.3')).toBe(true);
  expect(subjects.match(/beads: close/g) ?? []).toHaveLength(0);
});

test('a pull request that was merged by hand, however long ago, is closed', async () => {
  ground = await setGround();
  const { number } = await ground.open('hd-1.1');
  await ground.octokit.rest.pulls.merge({ ...where, pull_number: number, merge_method: 'squash' });
  const report = await ground.sweep();
  expect(report).toMatchObject({ merged: [], closed: [{ task: 'hd-1.1', pullRequest: number }] });
});

test('a round lands once, also when another pull request of it was opened after the first one had merged', async () => {
  ground = await setGround();
  const { number } = await ground.open('hd-1.1');
  await ground.octokit.rest.pulls.merge({ ...where, pull_number: number, merge_method: 'merge' });
  const late = await ground.open('hd-1.1', { files: { 'src/late.txt': 'late\n' } });
  const report = await ground.sweep();
  expect(report).toMatchObject({
    merged: [],
    closed: [{ task: 'hd-1.1', pullRequest: number }],
    waiting: [{ pullRequest: late.number, waitsFor: 'left alone', reasons: [{ problem: 'hd-1.1 is closed' }] }],
  });
});

test('red CI is said on the pull request once, with a label, and the label goes when it is green again', async () => {
  ground = await setGround();
  const { number, head } = await ground.open('hd-1.1', { green: false });
  await ground.report(head, 'failure');
  expect(await ground.sweep()).toMatchObject({ merged: [], waiting: [{ waitsFor: 'person' }], trouble: undefined });
  await ground.sweep();
  const comments = (await ground.octokit.rest.issues.listComments({ ...where, issue_number: number })).data;
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toContain('checks failed: `ci/test` (failure)');
  const labels = async () =>
    (await ground?.octokit.rest.issues.get({ ...where, issue_number: number }))?.data.labels.map((label) =>
      typeof label === 'string' ? label : label.name,
    );
  expect(await labels()).toContain('heddle:needs-person');
  await ground.report(head, 'pending');
  expect(await ground.sweep()).toMatchObject({ waiting: [{ waitsFor: 'time' }] });
  expect(await labels()).not.toContain('heddle:needs-person');
  await ground.report(head, 'success');
  expect((await ground.sweep()).merged).toHaveLength(1);
});
