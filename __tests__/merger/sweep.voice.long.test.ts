/** What a sweep says on a pull request: on the sandbox, over HTTP. */
import { afterEach, expect, test } from '@jest/globals';
import { createClient } from '../../src/adapters/github/client.ts';
import { createMergerGitHub } from '../../src/adapters/github/merger.ts';
import { UserError } from '../../src/domain/errors.ts';
import { COMMENT_MARKER } from '../../src/merger/messages.ts';
import { createHarness, fastClock, type Harness, where } from './harness.ts';

let harness: Harness;
const commentsOn = async (number: number) =>
  (await harness.octokit.rest.issues.listComments({ ...where, issue_number: number })).data.map(
    ({ body, user }) => [user?.login, body] as const,
  );

afterEach(() => harness.end());

test('red CI is said on the pull request in one comment, which follows the verdict, and no label is set', async () => {
  harness = await createHarness();
  const { number, head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'failure');
  expect(await harness.sweep()).toMatchObject({ merged: [], waiting: [{ waitsFor: 'person' }], trouble: undefined });
  await harness.sweep();
  const comments = async () => (await commentsOn(number)).map(([, body]) => body);
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

test('only a comment of the token’s own account is edited, whoever else writes our marker', async () => {
  harness = await createHarness();
  const { sandbox } = harness;
  const { number, head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'failure');
  const said = `it is said here\n${COMMENT_MARKER}`;
  const others = {
    acme: sandbox.tokens.user,
    grace: sandbox.tokens.userAs('grace', 'write'),
    // A person may be called as the bot is.
    'github-actions': sandbox.tokens.userAs('github-actions', 'write'),
    'another[bot]': sandbox.tokens.app(sandbox.addApp('another')),
  };
  for (const token of Object.values(others)) {
    await harness.as(token).rest.issues.createComment({ ...where, issue_number: number, body: said });
  }
  await harness.sweep();
  const ours = ['github-actions[bot]', expect.stringContaining('checks failed')];
  const theirs = Object.keys(others).map((login) => [login, said]);
  expect(await commentsOn(number)).toEqual([...theirs, ours]);
  await harness.report(head, 'pending');
  await harness.sweep();
  expect(await commentsOn(number)).toEqual([...theirs, ['github-actions[bot]', expect.stringContaining('is settled')]]);
});

test('a token of a person finds its own comment again', async () => {
  harness = await createHarness();
  const client = createClient({ token: harness.sandbox.tokens.user, apiUrl: harness.sandbox.url, clock: fastClock() });
  const github = createMergerGitHub(client, { owner: where.owner, name: where.repo });
  const { number, head } = await harness.open('hd-1.1', { green: false });
  await harness.report(head, 'failure');
  for (const _ of [1, 2]) await harness.sweep({ github });
  expect(await commentsOn(number)).toEqual([['acme', expect.stringContaining('checks failed')]]);
});
