import { afterEach, expect, test } from '@jest/globals';
import { createHarness, type Harness, where } from './harness.ts';

let harness: Harness | undefined;
afterEach(async () => {
  await harness?.end();
  harness = undefined;
});

test('several green pull requests are merged one after the other and closed in one commit', async () => {
  harness = await createHarness();
  for (const task of ['hd-1.1', 'hd-1.2', 'hd-1.3']) await harness.open(task);
  const report = await harness.sweep();
  expect(report.merged.map(({ task }) => task)).toEqual(['hd-1.1', 'hd-1.2', 'hd-1.3']);
  expect(report.closed).toHaveLength(3);
  const subjects = await harness.git('log', '--first-parent', '-4', '--format=%s', 'FETCH_HEAD').catch(() => '');
  expect((await harness.headline()).startsWith('beads: close hd-1.1, hd-1.2, hd-1.3')).toBe(true);
  expect(subjects.match(/beads: close/g) ?? []).toHaveLength(0);
});

test('a pull request that was merged by hand, however long ago, is closed', async () => {
  harness = await createHarness();
  const { number } = await harness.open('hd-1.1');
  await harness.octokit.rest.pulls.merge({ ...where, pull_number: number, merge_method: 'squash' });
  const report = await harness.sweep();
  expect(report).toMatchObject({ merged: [], closed: [{ task: 'hd-1.1', pullRequest: number }] });
});

test('a round lands once, also when another pull request of it was opened after the first one had merged', async () => {
  harness = await createHarness();
  const { number } = await harness.open('hd-1.1');
  await harness.octokit.rest.pulls.merge({ ...where, pull_number: number, merge_method: 'merge' });
  const late = await harness.open('hd-1.1', { files: { 'src/late.txt': 'late\n' } });
  const report = await harness.sweep();
  expect(report).toMatchObject({
    merged: [],
    closed: [{ task: 'hd-1.1', pullRequest: number }],
    waiting: [{ pullRequest: late.number, waitsFor: 'left alone', reasons: [{ problem: 'hd-1.1 is closed' }] }],
  });
});

test('red CI is said on the pull request once, with a label, and the label goes when it is green again', async () => {
  harness = await createHarness();
  const { number, head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'failure');
  expect(await harness.sweep()).toMatchObject({ merged: [], waiting: [{ waitsFor: 'person' }], trouble: undefined });
  await harness.sweep();
  const comments = (await harness.octokit.rest.issues.listComments({ ...where, issue_number: number })).data;
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toContain('checks failed: `ci/test` (failure)');
  const labels = async () =>
    (await harness?.octokit.rest.issues.get({ ...where, issue_number: number }))?.data.labels.map((label) =>
      typeof label === 'string' ? label : label.name,
    );
  expect(await labels()).toContain('heddle:needs-person');
  await harness.report(head, 'pending');
  expect(await harness.sweep()).toMatchObject({ waiting: [{ waitsFor: 'time' }] });
  expect(await labels()).not.toContain('heddle:needs-person');
  await harness.report(head, 'success');
  expect((await harness.sweep()).merged).toHaveLength(1);
});
