import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Stage, setStage, where } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.end());

const post = async (query: string, variables: object = {}) => {
  const response = await fetch(stage.sandbox.graphqlUrl, {
    method: 'POST',
    headers: { authorization: `bearer ${stage.sandbox.tokens.user}` },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
};

const commitOnBranch = `mutation($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid message } ref { name } }
}`;

const input = (expectedHeadOid: string, contents: string, path = 'src/one.txt') => ({
  input: {
    branch: { repositoryNameWithOwner: 'acme/project', branchName: 'main' },
    expectedHeadOid,
    message: { headline: 'Close one line', body: 'And no other' },
    fileChanges: { additions: [{ path, contents: Buffer.from(contents).toString('base64') }] },
  },
});

test('a commit on a branch is made by compare-and-swap, and the loser is told so', async () => {
  const { git } = stage;
  const before = await git('rev-parse', 'main');
  const races = await Promise.all([
    post(commitOnBranch, input(before, 'a\n')),
    post(commitOnBranch, input(before, 'b\n')),
  ]);
  const lost = races.filter(({ body }) => body.errors !== undefined);
  expect(lost).toMatchObject([
    {
      status: 200,
      body: {
        data: { createCommitOnBranch: null },
        errors: [
          {
            type: 'STALE_DATA',
            path: ['createCommitOnBranch'],
            message: `Expected branch to point to "${before}" but it did not.  Pull and try again.`,
          },
        ],
      },
    },
  ]);
  await git('fetch', '--quiet', 'origin');
  expect(await git('rev-list', '--count', `${before}..origin/main`)).toBe('1');
  expect(await git('log', '-1', '--format=%B', 'origin/main')).toBe('Close one line\n\nAnd no other');
  expect(await git('diff', '--name-only', before, 'origin/main')).toBe('src/one.txt');
});

test('a commit on a branch obeys its rules', async () => {
  const { git, sandbox } = stage;
  sandbox.addRuleset(sandbox.repository, { rules: [{ type: 'pull_request', approvals: 0 }] });
  const { body } = await post(commitOnBranch, input(await git('rev-parse', 'main'), 'a\n'));
  expect(body.errors).toMatchObject([
    {
      type: 'UNPROCESSABLE',
      message: 'Repository rule violations found\n\nChanges must be made through a pull request.\n\n',
    },
  ]);
});

test('refs move together or not at all', async () => {
  const { git, branch, sandbox } = stage;
  const main = await git('rev-parse', 'main');
  const next = await branch('next', { a: '1\n' });
  const update = 'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }';
  const both = (beforeOid: string) => ({
    input: {
      repositoryId: sandbox.repository.nodeId,
      refUpdates: [
        { name: 'refs/heads/main', beforeOid: main, afterOid: next },
        { name: 'refs/heads/mirror', beforeOid, afterOid: next },
      ],
    },
  });
  expect((await post(update, both(main))).body.errors).toHaveLength(1);
  expect(await git('ls-remote', 'origin', 'refs/heads/main')).toContain(main);
  expect((await post(update, both('0'.repeat(40)))).body.errors).toBeUndefined();
  expect(await git('ls-remote', 'origin', 'refs/heads/main', 'refs/heads/mirror')).toBe(
    `${next}\trefs/heads/main\n${next}\trefs/heads/mirror`,
  );
});

test('one query tells all that a merger wants to know of its pull requests', async () => {
  const { branch, octokit, sandbox, as } = stage;
  const sha = await branch('feature', { 'src/one.txt': 'uno\n', b: '1\n' });
  const { data: pull } = await octokit.pulls.create({ ...where, head: 'feature', base: 'main', title: 'Feature' });
  await octokit.issues.addLabels({ ...where, issue_number: pull.number, labels: ['heddle'] });
  const ci = as(sandbox.tokens.app(sandbox.addApp('outside-ci')));
  await ci.checks.create({ ...where, name: 'test', head_sha: sha, conclusion: 'failure' });
  await octokit.repos.createCommitStatus({ ...where, sha, state: 'success', context: 'lint' });
  const { body } = await post(`{
    viewer { login }
    rateLimit { remaining }
    repository(owner: "acme", name: "project") {
      defaultBranchRef { name target { oid } }
      pullRequests(states: OPEN, baseRefName: "main", labels: ["heddle"], first: 10, orderBy: {field: CREATED_AT, direction: ASC}) {
        pageInfo { hasNextPage endCursor }
        nodes {
          number title body isDraft state merged mergedAt mergeCommit { oid } headRefName headRefOid baseRefName isCrossRepository
          headRepository { nameWithOwner } author { __typename login } authorAssociation mergeable additions deletions changedFiles
          labels(first: 10) { nodes { name } }
          files(first: 100) { pageInfo { hasNextPage } nodes { path changeType additions deletions } }
          reviews(first: 10) { nodes { state author { login } commit { oid } } }
          comments(first: 10) { nodes { databaseId body author { login } } }
          commits(last: 1) { nodes { commit {
            oid
            checkSuites(first: 10) { nodes { app { slug } status conclusion workflowRun { workflow { name } } checkRuns(first: 10) { nodes { name } } } }
            statusCheckRollup { state contexts(first: 100) { nodes {
              __typename
              ... on CheckRun { name status conclusion isRequired(pullRequestNumber: 1) checkSuite { app { databaseId } } }
              ... on StatusContext { context state }
            } } }
          } } }
        }
      }
    }
  }`);
  expect(body.errors).toBeUndefined();
  const [node] = body.data.repository.pullRequests.nodes;
  expect(node).toMatchObject({
    number: 1,
    headRefOid: sha,
    isCrossRepository: false,
    authorAssociation: 'OWNER',
    mergeable: 'UNKNOWN',
    changedFiles: 2,
    labels: { nodes: [{ name: 'heddle' }] },
    files: {
      nodes: [
        { path: 'b', changeType: 'ADDED' },
        { path: 'src/one.txt', changeType: 'MODIFIED' },
      ],
    },
  });
  const { commit } = node.commits.nodes[0];
  expect(commit.statusCheckRollup.state).toBe('FAILURE');
  expect(commit.statusCheckRollup.contexts.nodes).toMatchObject([
    { __typename: 'CheckRun', name: 'test', conclusion: 'FAILURE', isRequired: false },
    { __typename: 'StatusContext', context: 'lint', state: 'SUCCESS' },
  ]);
  expect(commit.checkSuites.nodes).toMatchObject([
    { app: { slug: 'outside-ci' }, status: 'COMPLETED', workflowRun: null },
  ]);
});

test('files and commits are read by expression; what is not there is null', async () => {
  const { body } = await post(`{ repository(owner: "acme", name: "project") {
    file: object(expression: "main:src/one.txt") { oid ... on Blob { text isTruncated byteSize } }
    nothing: object(expression: "main:nowhere") { oid }
    tip: object(expression: "main") { ... on Commit { oid parents(first: 1) { totalCount } } }
    ref(qualifiedName: "refs/heads/nowhere") { name }
    main: ref(qualifiedName: "refs/heads/main") { refUpdateRule { requiredStatusCheckContexts } target { ... on Commit {
      file(path: "src/one.txt") { name path size type object { ... on Blob { text } } }
      missing: file(path: "src/nowhere.txt") { oid }
    } } }
  } }`);
  expect(body.data.repository).toMatchObject({
    file: { text: 'one\n', isTruncated: false, byteSize: 4 },
    nothing: null,
    tip: { parents: { totalCount: 0 } },
    ref: null,
    main: {
      refUpdateRule: null,
      target: {
        file: { name: 'one.txt', path: 'src/one.txt', size: 4, type: 'blob', object: { text: 'one\n' } },
        missing: null,
      },
    },
  });
});

test('what the sandbox does not have is an error, not a silent null', async () => {
  const unmodelled = await post('{ repository(owner: "acme", name: "project") { stargazerCount } }');
  expect(unmodelled.body.errors).toMatchObject([{ message: 'The sandbox does not model Repository.stargazerCount' }]);
  const wrong = await post('{ repository(owner: "acme", name: "project") { colour } }');
  expect(wrong.body).toMatchObject({ errors: [{ message: expect.stringContaining('Cannot query field "colour"') }] });
  const missing = await post('{ repository(owner: "acme", name: "nowhere") { id } }');
  expect(missing.body).toMatchObject({
    data: { repository: null },
    errors: [{ type: 'NOT_FOUND', message: "Could not resolve to a Repository with the name 'acme/nowhere'." }],
  });
});

test('pages of GraphQL have a size, and lead on', async () => {
  const list = (page: string) =>
    `{ repository(owner: "acme", name: "project") { labels${page} { nodes { name } pageInfo { hasNextPage endCursor } } } }`;
  for (const name of ['a', 'b', 'c']) await stage.octokit.issues.createLabel({ ...where, name });
  expect((await post(list(''))).body.errors[0].type).toBe('MISSING_PAGINATION_BOUNDARIES');
  expect((await post(list('(first: 101)'))).body.errors[0].type).toBe('EXCESSIVE_PAGINATION');
  const { labels: first } = (await post(list('(first: 2)'))).body.data.repository;
  expect(first).toMatchObject({ nodes: [{ name: 'a' }, { name: 'b' }], pageInfo: { hasNextPage: true } });
  const { labels: rest } = (await post(list(`(first: 2, after: "${first.pageInfo.endCursor}")`))).body.data.repository;
  expect(rest).toMatchObject({ nodes: [{ name: 'c' }], pageInfo: { hasNextPage: false } });
});
