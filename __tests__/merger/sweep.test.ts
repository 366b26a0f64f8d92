import { afterEach, expect, test } from '@jest/globals';
import { createHarness, type Harness } from './harness.ts';

let harness: Harness | undefined;
afterEach(async () => {
  await harness?.end();
  harness = undefined;
});

test('a green pull request of a published task is merged, and its line is closed in a commit of its own', async () => {
  harness = await createHarness();
  const before = await harness.lines();
  const { number } = await harness.open('hd-1.2');
  const report = await harness.sweep();
  expect(report).toMatchObject({
    merged: [{ task: 'hd-1.2', pullRequest: number }],
    closed: [{ task: 'hd-1.2' }],
    waiting: [],
    trouble: undefined,
  });
  const after = await harness.lines();
  const [landed] = report.merged;
  expect(JSON.parse(after.get('hd-1.2')?.text ?? '')).toMatchObject({
    status: 'closed',
    close_reason: `Merged as pull request #${number} in ${landed?.commit}`,
    metadata: { round: 1, phase: 'merged', pr_number: number },
  });
  expect(after.get('hd-1.1')?.text).toBe(before.get('hd-1.1')?.text);
  expect(await harness.headline()).toBe('beads: close hd-1.2 [skip ci]');
});

test('a second sweep over an unchanged world writes nothing', async () => {
  harness = await createHarness();
  await harness.open('hd-1.1');
  await harness.open('hd-1.2', { green: false });
  await harness.sweep();
  await harness.writes();
  expect(await harness.sweep()).toMatchObject({ merged: [], closed: [], trouble: undefined });
  expect(await harness.writes()).toEqual([]);
});
