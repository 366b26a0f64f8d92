/** What a worker is told of a pull request that came back, of the sandbox's GitHub. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Octokit } from '@octokit/rest';
import { createClient } from '../../../src/adapters/github/client.ts';
import { createHandBackReader } from '../../../src/adapters/github/hand-back.ts';
import { createMergerGitHub } from '../../../src/adapters/github/merger.ts';
import { fastClock } from '../../merger/harness.ts';
import { type Stage, setStage, where } from '../../sandbox/stage.ts';

let stage: Stage;
let grace: Octokit;
const at = { ...where, pull_number: 1 };

beforeEach(async () => {
  stage = await setStage();
  await stage.branch('feature', { 'a.txt': 'a\n' });
  await stage.octokit.pulls.create({ ...where, head: 'feature', base: 'main', title: 'Feature' });
  grace = stage.as(stage.sandbox.tokens.userAs('grace'));
});
afterEach(() => stage.end());

const reader = () => {
  const client = createClient({ token: stage.sandbox.tokens.user, apiUrl: stage.sandbox.url, clock: fastClock() });
  const repository = { owner: where.owner, name: where.repo };
  return createHandBackReader(client, repository, createMergerGitHub(client, repository));
};
const asks = (who: Octokit, body: string, more = {}) =>
  who.pulls.createReview({ ...at, event: 'REQUEST_CHANGES', body, ...more });
const shown = async () =>
  (await reader().openPullRequests('main')).map(({ review, answered }) => ({ review, answered }));

test('changes are those that stand, of reviewers who may write, with their remarks on lines', async () => {
  await asks(grace, 'Too short', { comments: [{ path: 'a.txt', line: 1, body: 'say more' }] });
  await asks(stage.as(stage.sandbox.tokens.userAs('eve', 'read')), 'Delete all');
  const ada = stage.as(stage.sandbox.tokens.userAs('linus'));
  await asks(ada, 'Not now');
  await ada.pulls.createReview({ ...at, event: 'APPROVE' });
  expect(await reader().requestedChanges(1)).toEqual([{ login: 'grace', text: 'Too short\na.txt:1: say more' }]);
});

test('a request for changes is answered by a push, until its reviewer asks again', async () => {
  expect(await shown()).toEqual([{ review: 'none', answered: false }]);
  await asks(grace, 'Too short');
  expect(await shown()).toEqual([{ review: 'changes requested', answered: false }]);
  await stage.git('checkout', '--quiet', 'feature');
  await stage.git('commit', '--quiet', '--allow-empty', '--message', 'More');
  await stage.git('push', '--quiet', 'origin', 'feature');
  expect(await shown()).toEqual([{ review: 'changes requested', answered: true }]);
  await asks(grace, 'Still too short');
  expect(await shown()).toEqual([{ review: 'changes requested', answered: false }]);
});
