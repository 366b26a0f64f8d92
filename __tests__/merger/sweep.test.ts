import { afterEach, expect, test } from '@jest/globals';
import { type Ground, setGround } from './ground.ts';

let ground: Ground | undefined;
afterEach(async () => {
  await ground?.end();
  ground = undefined;
});

test('a green pull request of a published task is merged, and its line is closed in a commit of its own', async () => {
  ground = await setGround();
  const before = await ground.lines();
  const { number } = await ground.open('hd-1.2');
  const report = await ground.sweep();
  expect(report).toMatchObject({
    merged: [{ task: 'hd-1.2', pullRequest: number }],
    closed: [{ task: 'hd-1.2' }],
    waiting: [],
    trouble: undefined,
  });
  const after = await ground.lines();
  const [landed] = report.merged;
  expect(JSON.parse(after.get('hd-1.2')?.text ?? '')).toMatchObject({
    status: 'closed',
    close_reason: `Merged as pull request #${number} in ${landed?.commit}`,
    metadata: { round: 1, phase: 'merged', pr_number: number },
  });
  expect(after.get('hd-1.1')?.text).toBe(before.get('hd-1.1')?.text);
  expect(await ground.headline()).toBe('beads: close hd-1.2 [skip ci]');
});

test('a second sweep over an unchanged world writes nothing', async () => {
  ground = await setGround();
  await ground.open('hd-1.1');
  await ground.open('hd-1.2', { green: false });
  await ground.sweep();
  await ground.writes();
  expect(await ground.sweep()).toMatchObject({ merged: [], closed: [], trouble: undefined });
  expect(await ground.writes()).toEqual([]);
});
