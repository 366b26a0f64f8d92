import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createClient } from '../../../src/adapters/github/client.ts';
import { MAX_ONE_CALL_BYTES } from '../../../src/adapters/github/commit-file.ts';
import { createMergerGitHub } from '../../../src/adapters/github/merger.ts';
import { createPullRequests } from '../../../src/adapters/github/pull-requests.ts';
import { branch, sha } from '../../../src/domain/ids.ts';
import type { MergerGitHub } from '../../../src/ports/merger-github.ts';
import { fastClock } from '../../merger/harness.ts';
import { type Stage, setStage, where } from '../../sandbox/stage.ts';

let stage: Stage;
let github: MergerGitHub;
beforeEach(async () => {
  stage = await setStage();
  github = createMergerGitHub(client(), { owner: where.owner, name: where.repo });
});
afterEach(() => stage.end());

const client = (token = stage.sandbox.tokens.actions()) =>
  createClient({ token, apiUrl: stage.sandbox.url, clock: fastClock() });
const draft = { base: 'main', title: 'Do it', body: 'Done.' };

const tip = async () => sha(await stage.git('rev-parse', 'main'));
const file = (content: string, expectedHead: ReturnType<typeof sha>) => ({
  branch: 'main',
  expectedHead,
  path: 'board/one.txt',
  content,
  headline: 'board: note',
  body: 'more',
});

test.each([
  ['small', 'a\n'],
  ['beyond the one-call limit', 'x'.repeat(MAX_ONE_CALL_BYTES + 1)],
])('a file (%s) is committed on exactly the head that was read, every byte of it', async (_, content) => {
  const before = await tip();
  const outcome = await github.commitFile(file(content, before));
  expect(outcome).toMatchObject({ is: 'committed' });
  await stage.git('fetch', '--quiet', 'origin', 'main');
  expect(await stage.git('log', '--format=%s %b', `${before}..FETCH_HEAD`)).toBe('board: note more');
  expect(await github.stateFile('main', 'board/one.txt')).toMatchObject({ content });
  expect(await stage.git('diff', '--name-only', before, 'FETCH_HEAD')).toBe('board/one.txt');
  expect(await github.commitFile(file(`${content}y`, before))).toEqual({ is: 'lost the race' });
});

test.each([
  ['small', 'a\n'],
  ['beyond the one-call limit', 'x'.repeat(MAX_ONE_CALL_BYTES + 1)],
])('a protected branch refuses the commit (%s) in words', async (_, content) => {
  stage.sandbox.addRuleset(stage.sandbox.repository, { rules: [{ type: 'pull_request', approvals: 0 }] });
  expect(await github.commitFile(file(content, await tip()))).toMatchObject({ is: 'refused', why: /./ });
});

test('a branch or a file that is not there is told apart from an empty one', async () => {
  expect(await github.stateFile('nowhere', 'x')).toBeUndefined();
  expect(await github.stateFile('main', 'x')).toEqual({ commit: await tip(), content: undefined });
});

test('a state file that is no text is refused, since it could not go back as it was', async () => {
  await stage.branch('bytes', { 'board/one.txt': new Uint8Array([0x7b, 0xff, 0x7d, 0x0a]) });
  await stage.branch('text', { 'board/one.txt': '{\ufffd}\n' });
  await expect(github.stateFile('bytes', 'board/one.txt')).rejects.toThrow('is not valid UTF-8');
  expect(await github.stateFile('text', 'board/one.txt')).toMatchObject({ content: '{\ufffd}\n' });
});

test('a pull request awaits a review where the rules of its base ask for one, until it is there', async () => {
  const { sandbox, octokit } = stage;
  await stage.branch('heddle/bd-e.1/1', { 'a.txt': 'a' });
  const { data } = await octokit.rest.pulls.create({ ...where, ...draft, head: 'heddle/bd-e.1/1' });
  const awaits = async () => (await github.openPullRequests('main')).map(({ review }) => review);
  expect(await awaits()).toEqual(['none']);
  sandbox.addRuleset(sandbox.repository, { rules: [{ type: 'pull_request', approvals: 1 }] });
  expect(await awaits()).toEqual(['required']);
  const reviewer = stage.as(sandbox.tokens.userAs('grace', 'write'));
  await reviewer.rest.pulls.createReview({ ...where, pull_number: data.number, event: 'APPROVE' });
  expect(await awaits()).toEqual(['approved']);
});

test('checks, suites and comments beyond a page are read', async () => {
  const head = sha(await stage.branch('work', { 'a.txt': 'a' }));
  const { data } = await stage.octokit.rest.pulls.create({ ...where, ...draft, head: 'work' });
  const app = stage.as(stage.sandbox.tokens.app(stage.sandbox.addApp('ci')));
  for (let n = 0; n < 55; n += 1) {
    await app.rest.checks.create({ ...where, name: `check ${n}`, head_sha: head, status: 'in_progress' });
    await stage.octokit.rest.issues.createComment({ ...where, issue_number: data.number, body: `note ${n}` });
  }
  await github.comment(data.number, { id: undefined, body: 'ours <!-- mark -->' });
  const found = (await github.details([{ number: data.number, head }], '<!-- mark -->')).get(data.number);
  expect(found?.checks.runs).toHaveLength(55);
  expect(found?.comment?.body).toBe('ours <!-- mark -->');
});

test('a repository that the token may not see is told with what repairs it', async () => {
  const nowhere = createPullRequests(client(), { owner: 'acme', name: 'nothing' });
  await expect(nowhere.defaultBranch()).rejects.toMatchObject({ name: 'UserError', exit: 'access' });
  await expect(nowhere.pullRequestsOf([branch('x')])).rejects.toMatchObject({ name: 'UserError', exit: 'access' });
});
