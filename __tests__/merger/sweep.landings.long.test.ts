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
