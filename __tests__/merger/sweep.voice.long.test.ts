/** What a sweep says on a pull request: on the sandbox, over HTTP. */
import { afterEach, expect, test } from '@jest/globals';
import { UserError } from '../../src/domain/errors.ts';
import { createHarness, type Harness, where } from './harness.ts';

let harness: Harness;
afterEach(() => harness.end());

test('red CI is said on the pull request in one comment, which follows the verdict, and no label is set', async () => {
  harness = await createHarness();
  const { number, head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'failure');
  expect(await harness.sweep()).toMatchObject({ merged: [], waiting: [{ waitsFor: 'person' }], trouble: undefined });
  await harness.sweep();
  const comments = async () =>
    (await harness.octokit.rest.issues.listComments({ ...where, issue_number: number })).data.map(({ body }) => body);
  expect(await comments()).toEqual([expect.stringContaining('checks failed: `ci/test` (failure)')]);
  await harness.report(head, 'pending');
  expect(await harness.sweep()).toMatchObject({ waiting: [{ waitsFor: 'time' }] });
  expect(await comments()).toEqual([expect.stringContaining('What Heddle asked for here is settled')]);
  await harness.report(head, 'success');
  expect((await harness.sweep()).merged).toHaveLength(1);
  expect(harness.sandbox.repository.pulls.get(number)?.labels).toEqual([]);
  expect([...harness.sandbox.repository.labels.keys()]).toEqual([]);
});

test('a comment that GitHub refuses keeps nothing from landing', async () => {
  harness = await createHarness();
  const { head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'failure');
  await harness.sweep();
  await harness.report(head);
  const mute: typeof harness.github = {
    ...harness.github,
    async comment() {
      throw new UserError('GitHub refuses a comment', { hint: 'Allow it.', exit: 'access' });
    },
  };
  expect(await harness.sweep({ github: mute })).toMatchObject({
    merged: [{ task: 'hd-1.1' }],
    closed: [{ task: 'hd-1.1' }],
    trouble: { problem: 'GitHub refuses a comment' },
  });
});
