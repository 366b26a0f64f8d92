import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Stage, setStage, where } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.end());

const open = async (head: string, more: { base?: string; draft?: boolean } = {}) => {
  const { data } = await stage.octokit.pulls.create({ ...where, base: 'main', title: `Land ${head}`, head, ...more });
  return { ...where, pull_number: data.number };
};
const look = async (at: { owner: string; repo: string; pull_number: number }) =>
  (await stage.octokit.pulls.get(at)).data;

test('one open pull request per head and base; after it is closed, another', async () => {
  const { octokit, branch, status } = stage;
  await branch('feature', { a: '1\n' });
  const first = await open('feature');
  await expect(open('feature')).rejects.toMatchObject({
    status: 422,
    response: { data: { errors: [{ message: 'A pull request already exists for acme:feature.' }] } },
  });
  await octokit.pulls.update({ ...first, state: 'closed' });
  const second = await open('feature');
  expect(await status(octokit.pulls.update({ ...first, state: 'open' }))).toBe(422);
  expect((await look(second)).state).toBe('open');
});

test('no pull request without commits, or from a branch that is not there', async () => {
  await stage.git('push', '--quiet', 'origin', 'main:same');
  await expect(open('same')).rejects.toThrow('No commits between main and same');
  await expect(open('nowhere')).rejects.toMatchObject({
    response: { data: { errors: [{ resource: 'PullRequest', field: 'head', code: 'invalid' }] } },
  });
});

test('deleting the head branch closes the pull request; the commits stay to be fetched', async () => {
  const { branch, git } = stage;
  const sha = await branch('feature', { a: '1\n' });
  const at = await open('feature');
  await git('push', '--quiet', 'origin', '--delete', 'feature');
  expect(await look(at)).toMatchObject({ state: 'closed', merged: false });
  expect(await git('ls-remote', 'origin', 'refs/pull/1/head')).toContain(sha);
});

test('a forced push keeps the pull request open, at the new head', async () => {
  const { branch } = stage;
  await branch('feature', { a: '1\n' });
  const at = await open('feature');
  const sha = await branch('feature', { b: '1\n' }, 'main');
  expect(await look(at)).toMatchObject({ state: 'open', head: { sha }, commits: 1 });
});

test('a base that is pushed forward over the head marks the pull request merged', async () => {
  const { branch, git, events, sandbox } = stage;
  const sha = await branch('feature', { a: '1\n' });
  const at = await open('feature');
  await git('push', '--quiet', 'origin', 'feature:main');
  expect(await look(at)).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: sha, changed_files: 1 });
  await sandbox.world.bus.settled();
  expect(events.filter(({ action }) => action === 'closed').length).toBe(1);
});

test('a merge commit pushed by hand marks it merged, by that commit', async () => {
  const { branch, git } = stage;
  await branch('feature', { a: '1\n' });
  const at = await open('feature');
  await git('checkout', '--quiet', '-B', 'by-hand', 'main');
  await git('merge', '--quiet', '--no-ff', '--message', 'By hand', 'feature');
  await git('push', '--quiet', 'origin', 'by-hand:main');
  expect(await look(at)).toMatchObject({ merged: true, merge_commit_sha: await git('rev-parse', 'HEAD') });
});

test('a pull request that is turned to another base is compared with that one', async () => {
  const { branch, octokit, git } = stage;
  await branch('feature', { a: '1\n' });
  await git('push', '--quiet', 'origin', 'feature:release');
  await branch('feature', { b: '1\n' }, 'feature');
  const at = await open('feature');
  expect((await look(at)).changed_files).toBe(2);
  await octokit.pulls.update({ ...at, base: 'release' });
  expect(await look(at)).toMatchObject({ base: { ref: 'release' }, changed_files: 1, mergeable: null });
});

test('a draft is not merged until it is ready', async () => {
  const { branch, octokit } = stage;
  await branch('feature', { a: '1\n' });
  const at = await open('feature', { draft: true });
  await expect(octokit.pulls.merge(at)).rejects.toMatchObject({
    status: 405,
    response: { data: { message: 'Pull Request is still a draft' } },
  });
  const { node_id: id } = await look(at);
  await octokit.graphql(
    'mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { clientMutationId } }',
    { id },
  );
  expect((await octokit.pulls.merge(at)).data.merged).toBe(true);
});

test('only the methods that the repository allows; squash and rebase make the commits that GitHub makes', async () => {
  const { branch, octokit, git, sandbox } = stage;
  sandbox.repository.settings.allowMergeCommit = false;
  await branch('squashed', { a: '1\n' });
  await branch('squashed', { b: '1\n' }, 'squashed');
  await branch('rebased', { c: '1\n' });
  await branch('rebased', { d: '1\n' }, 'rebased');
  const [squashed, rebased] = [await open('squashed'), await open('rebased')];
  await expect(octokit.pulls.merge(squashed)).rejects.toMatchObject({
    status: 405,
    response: { data: { message: 'Merge commits are not allowed on this repository.' } },
  });
  await octokit.pulls.merge({ ...squashed, merge_method: 'squash' });
  await octokit.pulls.merge({ ...rebased, merge_method: 'rebase' });
  await git('fetch', '--quiet', 'origin');
  expect((await git('log', '--first-parent', '--format=%s', 'origin/main')).split('\n')).toEqual([
    'Change d',
    'Change c',
    'Land squashed (#1)',
    'Change README.md, src/one.txt',
  ]);
  expect(await git('log', '--merges', '--oneline', 'origin/main')).toBe('');
  expect(await git('log', '-1', '--skip=2', '--format=%b', 'origin/main')).toContain('* Change a\n\n* Change b');
  expect((await git('ls-tree', '--name-only', 'origin/main')).split('\n')).toEqual([
    'README.md',
    'a',
    'b',
    'c',
    'd',
    'src',
  ]);
});

test('a pull request from a fork is cross-repository, by an author without association', async () => {
  const { git, octokit, sandbox, as } = stage;
  const fork = await sandbox.fork(sandbox.repository, 'mallory');
  const token = sandbox.tokens.userAs('mallory', 'read');
  sandbox.repository.collaborators.delete('mallory');
  await git('checkout', '--quiet', '-B', 'patch', 'main');
  await git('commit', '--quiet', '--allow-empty', '--message', 'From outside');
  await git('push', '--quiet', sandbox.gitUrlWith(token, fork), 'patch');
  const { data } = await as(token).pulls.create({
    ...where,
    head: 'mallory:patch',
    base: 'main',
    title: 'From outside',
  });
  expect(data).toMatchObject({
    author_association: 'NONE',
    head: { repo: { fork: true, full_name: 'mallory/project' } },
  });
  const query = '{ repository(owner: "acme", name: "project") { pullRequest(number: 1) { isCrossRepository } } }';
  expect(await octokit.graphql(query)).toEqual({ repository: { pullRequest: { isCrossRepository: true } } });
  expect(await git('ls-remote', 'origin', 'refs/pull/1/head')).toContain(data.head.sha);
  await git('commit', '--quiet', '--allow-empty', '--message', 'Once more');
  await git('push', '--quiet', sandbox.gitUrlWith(token, fork), 'patch');
  expect((await look({ ...where, pull_number: 1 })).head.sha).toBe(await git('rev-parse', 'HEAD'));
});

test('the Actions token merges, but not what touches a workflow', async () => {
  const { branch, sandbox, as } = stage;
  await branch('feature', { a: '1\n' });
  await branch('ci', { '.github/workflows/ci.yml': 'on: push\n' });
  const [feature, ci] = [await open('feature'), await open('ci')];
  const actions = as(sandbox.tokens.actions());
  expect((await actions.pulls.merge(feature)).data.merged).toBe(true);
  await expect(actions.pulls.merge(ci)).rejects.toThrow('without `workflows` permission');
  const narrow = as(sandbox.tokens.actions({ contents: 'read', pull_requests: 'write' }));
  await expect(narrow.pulls.merge(ci)).rejects.toMatchObject({
    status: 403,
    response: { data: { message: 'Resource not accessible by integration' } },
  });
});

test('a base behind a merge queue, a missing check and a missing review refuse the merge: 405', async () => {
  const { branch, octokit, sandbox, as } = stage;
  await branch('feature', { a: '1\n' });
  const at = await open('feature');
  const queue = sandbox.addRuleset(sandbox.repository, { rules: [{ type: 'merge_queue' }] });
  await expect(octokit.pulls.merge(at)).rejects.toThrow('Changes must be made through the merge queue');
  queue.enforcement = 'disabled';
  const review = { type: 'pull_request', approvals: 1 } as const;
  const check = { type: 'required_status_checks', contexts: [{ context: 'test' }] } as const;
  sandbox.addRuleset(sandbox.repository, { rules: [review, { ...check, contexts: [...check.contexts] }] });
  await expect(octokit.pulls.merge(at)).rejects.toMatchObject({
    status: 405,
    response: { data: { message: expect.stringContaining('Required status check "test" is expected.') } },
  });
  await octokit.pulls.get(at);
  expect((await look(at)).mergeable_state).toBe('blocked');
  await as(sandbox.tokens.userAs('grace')).pulls.createReview({ ...at, event: 'APPROVE' });
  const { sha } = (await look(at)).head;
  await octokit.repos.createCommitStatus({ ...where, sha, context: 'test', state: 'success' });
  expect((await look(at)).mergeable_state).toBe('clean');
  expect((await octokit.pulls.merge(at)).data.merged).toBe(true);
});

test('no attribute of the repository bends a merge: two that append to one file conflict', async () => {
  const { branch, git, octokit } = stage;
  await branch('union', { '.gitattributes': '*.jsonl merge=union\n', 'lines.jsonl': '{}\n' });
  await git('push', '--quiet', 'origin', 'union:main');
  await branch('one', { 'lines.jsonl': '{}\n{"one":1}\n' }, 'union');
  await branch('other', { 'lines.jsonl': '{}\n{"other":1}\n' }, 'union');
  const [one, other] = [await open('one'), await open('other')];
  await octokit.pulls.merge(one);
  await expect(octokit.pulls.merge(other)).rejects.toThrow('Pull Request is not mergeable');
});

test('lists come in pages that name each other', async () => {
  const { octokit, branch } = stage;
  await branch('feature', { a: '1\n' });
  const { pull_number: issue_number } = await open('feature');
  for (let number = 1; number <= 5; number += 1) {
    await octokit.issues.createComment({ ...where, issue_number, body: `${number}` });
  }
  const first = await octokit.issues.listComments({ ...where, issue_number, per_page: 2 });
  expect(first.headers.link).toMatch(/page=2>; rel="next", .*page=3>; rel="last"/);
  const all = await octokit.paginate(octokit.issues.listComments, { ...where, issue_number, per_page: 2 });
  expect(all.map(({ body }) => body)).toEqual(['1', '2', '3', '4', '5']);
});
