/** Every operation that the sandbox has is used once here, and everything said is checked against GitHub's descriptions. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Octokit } from '@octokit/rest';
import { restRoutes } from '../../sandbox/server.ts';
import { useActions, useReviews } from './operations.ts';
import { type Stage, setStage, where } from './stage.ts';

let stage: Stage;
let user: Octokit;
let app: Octokit;
let head: string;

const workflow = 'on:\n  workflow_dispatch:\nname: Weave\njobs: {}\n';

beforeAll(async () => {
  stage = await setStage();
  const { sandbox, as, branch, git, octokit } = stage;
  user = octokit;
  app = as(sandbox.tokens.app(sandbox.addApp('outside-ci', { autoSuites: true })));
  await branch('set-up', { '.github/workflows/weave.yml': workflow, 'src/big.txt': 'x\n'.repeat(600_000) });
  await git('push', '--quiet', 'origin', 'set-up:main');
  head = await branch('feature', { 'src/one.txt': 'uno\n', 'src/two.txt': 'two\n' }, 'set-up');
  sandbox.addRuleset(sandbox.repository, {
    include: ['refs/heads/guarded'],
    rules: [
      { type: 'pull_request', approvals: 1 },
      { type: 'required_status_checks', contexts: [{ context: 'test', appId: 15368 }] },
      { type: 'non_fast_forward' },
      { type: 'deletion' },
      { type: 'creation' },
      { type: 'update' },
      { type: 'required_linear_history' },
      { type: 'merge_queue' },
    ],
  });
});

afterAll(async () => {
  const report = stage.contract.report();
  await stage.end();
  process.stdout.write(`Exchanges and webhooks checked, per operation:\n${report}\n`);
});

test('accounts, repository, branches and rules', async () => {
  expect((await user.users.getAuthenticated()).data.login).toBe('acme');
  expect(await stage.status(app.users.getAuthenticated())).toBe(403);
  expect((await user.rateLimit.get()).data.rate.limit).toBe(5000);
  expect((await user.repos.get(where)).data.allow_squash_merge).toBe(true);
  expect((await user.repos.listBranches(where)).data.map(({ name }) => name)).toContain('feature');
  expect((await user.repos.getBranch({ ...where, branch: 'main' })).data.name).toBe('main');
  const rules = await user.request('GET /repos/{owner}/{repo}/rules/branches/{branch}', {
    ...where,
    branch: 'guarded',
  });
  expect(rules.data.map(({ type }) => type)).toContain('required_status_checks');
  const permission = (username: string) => user.repos.getCollaboratorPermissionLevel({ ...where, username });
  expect((await permission('acme')).data.permission).toBe('admin');
  expect(await stage.status(permission('nobody-of-that-name'))).toBe(404);
});

test('contents are given up to a megabyte, and not above', async () => {
  const small = await user.repos.getContent({ ...where, path: 'src/one.txt' });
  expect(small.data).toMatchObject({ encoding: 'base64', content: Buffer.from('one\n').toString('base64') });
  const large = await user.repos.getContent({ ...where, path: 'src/big.txt' });
  expect(large.data).toMatchObject({ encoding: 'none', content: '', size: 1_200_000 });
  const folder = await user.repos.getContent({ ...where, path: 'src' });
  expect(Array.isArray(folder.data)).toBe(true);
  expect(await stage.status(user.repos.getContent({ ...where, path: 'nowhere' }))).toBe(404);
});

test('commits and comparisons', async () => {
  expect((await user.repos.listCommits(where)).data.length).toBe(2);
  expect((await user.repos.getCommit({ ...where, ref: 'feature' })).data.sha).toBe(head);
  const { data } = await user.repos.compareCommitsWithBasehead({ ...where, basehead: 'main...feature' });
  expect(data).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0 });
});

test('pull requests, labels, comments and reviews', async () => {
  const { data: pull } = await user.pulls.create({ ...where, head: 'feature', base: 'main', title: 'Feature' });
  const at = { ...where, pull_number: pull.number };
  const issue = { ...where, issue_number: pull.number };
  expect((await user.pulls.list(where)).data.length).toBe(1);
  expect((await user.pulls.get(at)).data.commits).toBe(1);
  expect((await user.pulls.update({ ...at, title: 'A feature', body: 'With a body' })).data.title).toBe('A feature');
  expect((await user.pulls.listFiles(at)).data.map(({ filename }) => filename)).toEqual(['src/one.txt', 'src/two.txt']);
  expect((await user.pulls.listCommits(at)).data.map(({ sha }) => sha)).toEqual([head]);
  expect(await stage.status(user.pulls.checkIfMerged(at))).toBe(404);
  await user.issues.createLabel({ ...where, name: 'heddle', color: '0e8a16' });
  expect(await stage.status(user.issues.createLabel({ ...where, name: 'heddle' }))).toBe(422);
  expect((await user.issues.listLabelsForRepo(where)).data.length).toBe(1);
  expect((await user.issues.getLabel({ ...where, name: 'heddle' })).data.color).toBe('0e8a16');
  await user.issues.addLabels({ ...issue, labels: ['heddle', 'heddle:hold'] });
  await user.issues.removeLabel({ ...issue, name: 'heddle:hold' });
  expect((await user.issues.listLabelsOnIssue(issue)).data.map(({ name }) => name)).toEqual(['heddle']);
  const { data: comment } = await user.issues.createComment({ ...issue, body: 'Hello' });
  await user.issues.updateComment({ ...where, comment_id: comment.id, body: 'Hello again' });
  expect((await user.issues.getComment({ ...where, comment_id: comment.id })).data.body).toBe('Hello again');
  expect((await user.issues.listComments(issue)).data.length).toBe(1);
  expect((await user.issues.get(issue)).data.comments).toBe(1);
  await useReviews(stage, pull.number);
});

test('a pull request is closed, opened again, brought up to date and merged', async () => {
  const at = { ...where, pull_number: 1 };
  await user.pulls.update({ ...at, state: 'closed' });
  await user.pulls.update({ ...at, state: 'open' });
  await stage.branch('other', { 'src/other.txt': 'other\n' }, 'set-up');
  expect((await user.repos.merge({ ...where, base: 'main', head: 'other' })).status).toBe(201);
  expect((await user.repos.merge({ ...where, base: 'main', head: 'other' })).status).toBe(204);
  expect((await user.pulls.updateBranch({ ...at, expected_head_sha: head })).status).toBe(202);
  expect(await stage.status(user.pulls.updateBranch({ ...at, expected_head_sha: head }))).toBe(422);
  expect((await user.pulls.merge({ ...at, merge_method: 'squash' })).data.merged).toBe(true);
  expect((await user.pulls.checkIfMerged(at)).status).toBe(204);
});

test('check runs, check suites and statuses', async () => {
  const at = { ...where, ref: head };
  const draft = { ...where, name: 'test', head_sha: head };
  expect(await stage.status(user.checks.create(draft))).toBe(403);
  const { data: run } = await app.checks.create(draft);
  expect((await app.checks.get({ ...where, check_run_id: run.id })).data.status).toBe('queued');
  const output = { title: 'Fine', summary: 'All of it' };
  await app.checks.update({ ...where, check_run_id: run.id, conclusion: 'success', output });
  expect((await user.checks.listAnnotations({ ...where, check_run_id: run.id })).data).toEqual([]);
  expect((await user.checks.listForRef(at)).data.check_runs.map(({ conclusion }) => conclusion)).toEqual(['success']);
  const { data: suites } = await user.checks.listSuitesForRef(at);
  expect(suites.check_suites.map(({ conclusion }) => conclusion)).toEqual(['success']);
  expect((await user.repos.getCombinedStatusForRef(at)).data.state).toBe('pending');
  await user.repos.createCommitStatus({ ...where, sha: head, state: 'success', context: 'outside' });
  expect((await user.repos.getCombinedStatusForRef(at)).data.state).toBe('success');
  expect((await user.repos.listCommitStatusesForRef(at)).data.length).toBe(1);
});

test('blobs, trees, commits and refs', async () => {
  const { data: blob } = await user.git.createBlob({ ...where, content: 'hello\n' });
  expect((await user.git.getBlob({ ...where, file_sha: blob.sha })).data.size).toBe(6);
  const { data: tree } = await user.git.createTree({
    ...where,
    base_tree: head,
    tree: [
      { path: 'src/hello.txt', mode: '100644', type: 'blob', sha: blob.sha },
      { path: 'src/two.txt', mode: '100644', type: 'blob', sha: null },
    ],
  });
  const { data: whole } = await user.git.getTree({ ...where, tree_sha: tree.sha, recursive: 'true' });
  const paths = whole.tree.map(({ path }) => path);
  expect([paths.includes('src/hello.txt'), paths.includes('src/two.txt')]).toEqual([true, false]);
  const { data: commit } = await user.git.createCommit({
    ...where,
    message: 'By hand',
    tree: tree.sha,
    parents: [head],
  });
  expect((await user.git.getCommit({ ...where, commit_sha: commit.sha })).data.message).toBe('By hand');
  await user.git.createRef({ ...where, ref: 'refs/heads/by/hand', sha: head });
  expect((await user.git.updateRef({ ...where, ref: 'heads/by/hand', sha: commit.sha })).data.object.sha).toBe(
    commit.sha,
  );
  expect((await user.git.getRef({ ...where, ref: 'heads/by/hand' })).data.ref).toBe('refs/heads/by/hand');
  expect((await user.git.listMatchingRefs({ ...where, ref: 'heads/by' })).data.length).toBe(1);
  await expect(user.git.updateRef({ ...where, ref: 'heads/by/hand', sha: head })).rejects.toMatchObject({
    status: 422,
    response: { data: { message: 'Update is not a fast forward' } },
  });
  expect((await user.git.deleteRef({ ...where, ref: 'heads/by/hand' })).status).toBe(204);
});

test('workflows, their runs, jobs and dispatches', () => useActions(stage, head));

test('a pull request is a draft and ready, told by webhook', async () => {
  await stage.branch('late', { 'src/late.txt': 'late\n' }, 'set-up');
  const { data } = await user.pulls.create({ ...where, head: 'late', base: 'main', title: 'Late', draft: true });
  const mutation = (name: string) =>
    `mutation($id: ID!) { ${name}(input: {pullRequestId: $id}) { pullRequest { isDraft } } }`;
  const ready = 'markPullRequestReadyForReview';
  expect(await user.graphql(mutation(ready), { id: data.node_id })).toEqual({
    [ready]: { pullRequest: { isDraft: false } },
  });
  const draft = 'convertPullRequestToDraft';
  expect(await user.graphql(mutation(draft), { id: data.node_id })).toEqual({
    [draft]: { pullRequest: { isDraft: true } },
  });
});

test('no operation and no event that the sandbox has went unchecked', async () => {
  await stage.sandbox.world.bus.settled();
  const unchecked = restRoutes
    .map(({ method, path }) => `${method} ${path}`)
    .filter((name) => !stage.contract.counts.has(name));
  expect(unchecked).toEqual([]);
  const events = [...stage.contract.counts.keys()].filter((name) => name.startsWith('webhook ')).sort();
  expect(events.map((name) => name.slice('webhook '.length))).toEqual([
    'check-run-completed',
    'check-run-created',
    'check-suite-completed',
    'check-suite-requested',
    'create',
    'delete',
    'issue-comment-created',
    'issue-comment-edited',
    'pull-request-closed',
    'pull-request-converted-to-draft',
    'pull-request-edited',
    'pull-request-labeled',
    'pull-request-opened',
    'pull-request-ready-for-review',
    'pull-request-reopened',
    'pull-request-review-dismissed',
    'pull-request-review-edited',
    'pull-request-review-submitted',
    'pull-request-synchronize',
    'pull-request-unlabeled',
    'push',
    'status',
    'workflow-dispatch',
    'workflow-run-completed',
    'workflow-run-in-progress',
    'workflow-run-requested',
  ]);
});
