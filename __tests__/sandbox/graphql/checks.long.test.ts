import { afterEach, expect, test } from '@jest/globals';
import { actionsApp, completeWorkflowRun, createWorkflowRun, workflowAt } from '../../../sandbox/workflow-runs.ts';
import { type Stage, setStage, where } from '../stage.ts';

let stage: Stage;
afterEach(() => stage.end());

/** A commit with one check run, one status and one workflow run. */
async function reportOn(isPrivate: boolean): Promise<string> {
  stage = await setStage({ repository: { private: isPrivate } });
  const { sandbox, octokit, as } = stage;
  const sha = await stage.branch('feature', { 'a.txt': 'a\n' });
  const app = as(sandbox.tokens.app(sandbox.addApp('weaver-ci')));
  await app.checks.create({ ...where, name: 'test', head_sha: sha, status: 'completed', conclusion: 'success' });
  await octokit.repos.createCommitStatus({ ...where, sha, context: 'ci/old', state: 'success' });
  const workflow = workflowAt(sandbox.world, sandbox.repository, '.github/workflows/ci.yml', 'CI');
  const draft = { workflow, event: 'push', headSha: sha, headBranch: 'feature', startedBy: actionsApp };
  const run = await createWorkflowRun(sandbox.world, sandbox.repository, draft);
  await completeWorkflowRun(sandbox.world, sandbox.repository, run, 'success', actionsApp);
  return sha;
}

const ask = async (sha: string, fields: string, permissions: Readonly<Record<string, 'read'>>) => {
  const query = `{ repository(owner: "acme", name: "project") { object(oid: "${sha}") { ... on Commit { ${fields} } } } }`;
  const response = await fetch(stage.sandbox.graphqlUrl, {
    method: 'POST',
    headers: { authorization: `bearer ${stage.sandbox.tokens.actions({ contents: 'read', ...permissions })}` },
    body: JSON.stringify({ query }),
  });
  const { data, errors = [] } = JSON.parse(await response.text());
  const said = errors.map(({ type, message, path }: Record<string, unknown>) => `${type} ${message} ${String(path)}`);
  return { found: data.repository.object, said };
};

const rollup = `statusCheckRollup { state contexts(first: 9) {
  nodes { __typename ... on CheckRun { name } ... on StatusContext { context } }
} }`;
const suites = 'checkSuites(first: 9) { nodes { workflowRun { event } } }';
const refusal = (path: string) => `FORBIDDEN Resource not accessible by integration repository,object,${path}`;
const contexts = 'statusCheckRollup,contexts,nodes';

test('of a private repository, each check context needs the permission of its kind, and the others are there', async () => {
  const sha = await reportOn(true);
  const run = { __typename: 'CheckRun', name: 'test' };
  const status = { __typename: 'StatusContext', context: 'ci/old' };
  const nodes = (...of: unknown[]) => ({ statusCheckRollup: { state: 'SUCCESS', contexts: { nodes: of } } });
  expect(await ask(sha, rollup, { checks: 'read', statuses: 'read' })).toEqual({ found: nodes(run, status), said: [] });
  expect(await ask(sha, rollup, { checks: 'read' })).toEqual({
    found: nodes(run, null),
    said: [refusal(`${contexts},1`)],
  });
  expect(await ask(sha, rollup, { statuses: 'read' })).toEqual({
    found: nodes(null, status),
    said: [refusal(`${contexts},0`)],
  });
});

test('of a private repository, suites need checks, their runs actions, and the combined status statuses', async () => {
  const sha = await reportOn(true);
  expect((await ask(sha, suites, { statuses: 'read' })).said).toEqual([refusal('checkSuites')]);
  expect((await ask(sha, suites, { checks: 'read' })).said).toEqual([refusal('checkSuites,nodes,1,workflowRun')]);
  expect(await ask(sha, suites, { checks: 'read', actions: 'read' })).toMatchObject({
    found: { checkSuites: { nodes: [{ workflowRun: null }, { workflowRun: { event: 'push' } }] } },
    said: [],
  });
  expect((await ask(sha, 'status { state }', { checks: 'read' })).said).toEqual([refusal('status')]);
});

test('of a public repository all of it is read without', async () => {
  const sha = await reportOn(false);
  expect((await ask(sha, `${rollup} ${suites} status { state }`, {})).said).toEqual([]);
});
