import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Octokit } from '@octokit/rest';
import { type Stage, setStage, where } from './stage.ts';

let stage: Stage;
let app: Octokit;
let sha: string;

beforeEach(async () => {
  stage = await setStage();
  sha = await stage.branch('feature', { 'a.txt': 'a\n' });
  app = stage.as(stage.sandbox.tokens.app(stage.sandbox.addApp('weaver-ci')));
});
afterEach(() => stage.end());

const refusal = async (request: Promise<unknown>): Promise<string> => {
  try {
    await request;
    return 'not refused';
  } catch (error) {
    return error instanceof Error && 'status' in error ? `${error.status} ${error.message.split(' - ')[0]}` : '';
  }
};

const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({
    path: 'a.txt',
    start_line: from + at,
    end_line: from + at,
    annotation_level: 'failure' as const,
    message: `line ${from + at}`,
  }));
const output = (annotations: ReturnType<typeof lines>) => ({ title: 'Red', summary: 'Three threads', annotations });
const red = { name: 'test', status: 'completed', conclusion: 'failure' } as const;

test('an app makes a check run that is completed already, and its suite with it', async () => {
  const { octokit, events, sandbox } = stage;
  const { data } = await app.checks.create({ ...where, ...red, head_sha: sha, output: output(lines(1, 3)) });
  expect(data).toMatchObject({
    status: 'completed',
    conclusion: 'failure',
    output: { title: 'Red', summary: 'Three threads', annotations_count: 3 },
    app: { slug: 'weaver-ci' },
  });
  const { data: suites } = await octokit.checks.listSuitesForRef({ ...where, ref: sha });
  expect(suites.check_suites).toMatchObject([{ status: 'completed', conclusion: 'failure' }]);
  await sandbox.world.bus.settled();
  const told = events.filter(({ name }) => name.startsWith('check_')).map(({ name, action }) => `${name} ${action}`);
  expect(told).toEqual(['check_suite requested', 'check_run created', 'check_run completed', 'check_suite completed']);
});

test('annotations are added at each change, at most 50 at once, and read in REST and GraphQL', async () => {
  const { octokit } = stage;
  const tooMany = app.checks.create({ ...where, ...red, head_sha: sha, output: output(lines(1, 51)) });
  expect(await refusal(tooMany)).toBe('422 Invalid request.\n\nNo more than 50 items are allowed; 51 were supplied.');
  const { data } = await app.checks.create({ ...where, ...red, head_sha: sha, output: output(lines(1, 50)) });
  const at = { ...where, check_run_id: data.id };
  await app.checks.update({ ...at, output: output(lines(51, 2)) });
  const all = await octokit.paginate(octokit.checks.listAnnotations, { ...at, per_page: 50 });
  expect([all.length, all[51]]).toMatchObject([52, { path: 'a.txt', start_line: 52, message: 'line 52' }]);
  const field = 'annotations(last: 1) { nodes { message annotationLevel location { start { line } } } }';
  const runs = `checkSuites(first: 1) { nodes { checkRuns(first: 1) { nodes { ${field} } } } }`;
  const query = `{ repository(owner: "acme", name: "project") { object(oid: "${sha}") { ... on Commit { ${runs} } } } }`;
  const answer = await octokit.graphql(query);
  expect(JSON.stringify(answer)).toContain(
    '{"message":"line 52","annotationLevel":"FAILURE","location":{"start":{"line":52}}}',
  );
});

test('check runs are made by apps alone: no token of a user makes or changes one, the Actions token does', async () => {
  const { octokit, sandbox, as } = stage;
  const draft = { ...where, ...red, head_sha: sha };
  expect(await refusal(octokit.checks.create(draft))).toBe('403 You must authenticate via a GitHub App.');
  const narrow = as(sandbox.tokens.userAs('grace', 'write', { contents: 'write', statuses: 'write' }));
  expect(await refusal(narrow.checks.create(draft))).toBe('403 Resource not accessible by personal access token');
  const { data } = await app.checks.create(draft);
  const change = { ...where, check_run_id: data.id, conclusion: 'success' } as const;
  expect(await refusal(octokit.checks.update(change))).toBe('403 You must authenticate via a GitHub App.');
  expect((await as(sandbox.tokens.actions({ checks: 'write' })).checks.create(draft)).data.app?.slug).toBe(
    'github-actions',
  );
  const without = as(sandbox.tokens.actions({ checks: 'read', contents: 'write' }));
  expect(await refusal(without.checks.create(draft))).toBe('403 Resource not accessible by integration');
});

test('a status is made by a token of a user that may write statuses', async () => {
  const { octokit, sandbox, as } = stage;
  const draft = { ...where, sha, state: 'failure', context: 'ci/old', description: 'x'.repeat(140) } as const;
  const writes = as(sandbox.tokens.userAs('grace', 'write', { statuses: 'write' }));
  expect((await writes.repos.createCommitStatus(draft)).data).toMatchObject({ creator: { login: 'grace' } });
  const reads = as(sandbox.tokens.userAs('bob', 'write', { statuses: 'read' }));
  expect(await refusal(reads.repos.createCommitStatus(draft))).toBe(
    '403 Resource not accessible by personal access token',
  );
  expect((await octokit.repos.createCommitStatus({ ...draft, state: 'success' })).status).toBe(201);
  expect((await octokit.repos.getCombinedStatusForRef({ ...where, ref: sha })).data.state).toBe('success');
});

test('a status has at most 140 letters, and a context of a commit at most 1,000 of them', async () => {
  const { octokit, sandbox } = stage;
  const draft = { ...where, sha, state: 'success', context: 'ci/old' } as const;
  expect(await refusal(octokit.repos.createCommitStatus({ ...draft, description: 'x'.repeat(141) }))).toContain(
    '422 Validation Failed',
  );
  const { data } = await octokit.repos.createCommitStatus(draft);
  const made = sandbox.repository.statuses.find(({ id }) => id === data.id);
  if (made === undefined) throw new Error('no status');
  for (let id = 1; id < 1000; id += 1) sandbox.repository.statuses.push({ ...made, id: -id });
  expect(await refusal(octokit.repos.createCommitStatus(draft))).toContain('422 Validation Failed');
  expect((await octokit.repos.createCommitStatus({ ...draft, context: 'ci/new' })).status).toBe(201);
});
