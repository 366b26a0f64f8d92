/** Paths that need an approval: on the sandbox, over HTTP. */
import { afterEach, expect, test } from '@jest/globals';
import { createHarness, type Harness, where } from './harness.ts';

let harness: Harness;
afterEach(() => harness.end());

test('what changes watched paths lands only with the approval of a person who may write, for exactly this head', async () => {
  harness = await createHarness({ config: "review: { needs_review: ['tests/**'] }\n" });
  const { sandbox } = harness;
  const { number } = await harness.open('hd-1.1', { files: { 'tests/one.test.js': 'x\n' } });
  await harness.open('hd-1.2');
  const approve = (token: string) =>
    harness.as(token).rest.pulls.createReview({ ...where, pull_number: number, event: 'APPROVE' });
  const waits = [
    { pullRequest: number, waitsFor: 'time', reasons: [{ problem: expect.stringContaining('need an approval') }] },
  ];
  expect(await harness.sweep()).toMatchObject({ merged: [{ task: 'hd-1.2' }], waiting: waits });
  // A reader, and a token of Actions.
  await approve(sandbox.tokens.userAs('eve', 'read'));
  await approve(sandbox.tokens.app(sandbox.addApp('helper')));
  expect(await harness.sweep()).toMatchObject({ merged: [], waiting: waits });
  const writer = sandbox.tokens.userAs('grace', 'write');
  await approve(writer);
  // A push after the approval.
  const head = await harness.branch('heddle/hd-1.1/1', { 'tests/one.test.js': 'y\n' });
  await harness.report(head);
  expect(await harness.sweep()).toMatchObject({ merged: [], waiting: waits });
  await approve(writer);
  expect(await harness.sweep()).toMatchObject({ merged: [{ task: 'hd-1.1' }], trouble: undefined });
});
