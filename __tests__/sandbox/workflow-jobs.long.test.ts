/** Jobs, logs and attempts over HTTP, of a CI that the test makes up. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { beginJob, endJob, queueJob } from '../../sandbox/workflow-jobs.ts';
import {
  actionsApp,
  completeWorkflowRun,
  createWorkflowRun,
  startWorkflowRun,
  workflowAt,
} from '../../sandbox/workflow-runs.ts';
import type { CheckConclusion, WorkflowRun } from '../../sandbox/world.ts';
import { type Stage, setStage, where } from './stage.ts';

let stage: Stage;
let head: string;
let clock: Date;

beforeEach(async () => {
  clock = new Date('2026-11-01T10:00:00Z');
  stage = await setStage({ now: () => clock });
  head = await stage.branch('feature', { 'a.txt': 'a\n' });
});
afterEach(() => stage.end());

const later = (ms: number): void => {
  clock = new Date(clock.getTime() + ms);
};
const day = 24 * 3_600_000;

async function startRun(): Promise<WorkflowRun> {
  const { world, repository } = stage.sandbox;
  const workflow = workflowAt(world, repository, '.github/workflows/ci.yml', 'CI');
  const draft = { workflow, event: 'push', headSha: head, headBranch: 'feature', startedBy: actionsApp };
  const run = await createWorkflowRun(world, repository, draft);
  await startWorkflowRun(world, repository, run, actionsApp);
  return run;
}

async function ran(run: WorkflowRun, name: string, conclusion: CheckConclusion, log = `${name}\n`): Promise<number> {
  const { world, repository } = stage.sandbox;
  const check = await queueJob(world, repository, run, name);
  await beginJob(world, repository, check);
  await endJob(world, repository, check, { conclusion, log });
  return check.id;
}

const complete = (run: WorkflowRun, conclusion: CheckConclusion) =>
  completeWorkflowRun(stage.sandbox.world, stage.sandbox.repository, run, conclusion, actionsApp);

const logOf = (job_id: number) => stage.octokit.actions.downloadJobLogsForWorkflowRun({ ...where, job_id });

const refusal = async (request: Promise<unknown>): Promise<string> => {
  try {
    await request;
    return 'not refused';
  } catch (error) {
    return error instanceof Error && 'status' in error
      ? `${String(error.status)} ${error.message.split(' - ')[0]}`
      : '';
  }
};

test('a job is a check run under the same id, with the steps that it took', async () => {
  const { octokit, sandbox } = stage;
  const run = await startRun();
  const id = await ran(run, 'test', 'failure');
  const { data: job } = await octokit.actions.getJobForWorkflowRun({ ...where, job_id: id });
  const { data: check } = await octokit.checks.get({ ...where, check_run_id: id });
  expect(job).toMatchObject({
    id,
    run_id: run.id,
    run_attempt: 1,
    name: 'test',
    workflow_name: 'CI',
    status: 'completed',
    conclusion: 'failure',
    check_run_url: check.url,
  });
  expect(check.details_url).toBe(`${sandbox.url}/acme/project/actions/runs/${run.id}/job/${id}`);
  const ofNobody = octokit.actions.getJobForWorkflowRun({ ...where, job_id: run.id });
  expect(await refusal(ofNobody)).toBe('404 Not Found');
});

test('a log is plain text with a time before each line, at an address that needs no credentials and expires in a minute', async () => {
  const id = await ran(await startRun(), 'test', 'failure', 'one\ntwo\n');
  expect((await logOf(id)).data).toBe('2026-11-01T10:00:00.0000000Z one\n2026-11-01T10:00:00.0000000Z two\n');
  const asked = await fetch(`${stage.sandbox.url}/repos/acme/project/actions/jobs/${id}/logs`, { redirect: 'manual' });
  expect(asked.status).toBe(302);
  const address = asked.headers.get('location') ?? '';
  // A client that decodes text leaves out the byte order mark.
  const bytes = Buffer.from(await (await fetch(address)).arrayBuffer());
  expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
  later(61_000);
  const expired = await fetch(address);
  expect([expired.status, await expired.text()]).toEqual([403, expect.stringContaining('AuthenticationFailed')]);
});

test('a job that has not ended, or never began, has no log: the address leads nowhere', async () => {
  const { world, repository } = stage.sandbox;
  const run = await startRun();
  const check = await queueJob(world, repository, run, 'test');
  await beginJob(world, repository, check);
  const asked = await fetch(`${stage.sandbox.url}/repos/acme/project/actions/jobs/${check.id}/logs`);
  expect([asked.status, await asked.text()]).toEqual([404, expect.stringContaining('BlobNotFound')]);
});

test('a run that is done again keeps its id and suite, counts its attempts, and has new check runs', async () => {
  const { octokit, events } = stage;
  const run = await startRun();
  const first = await ran(run, 'test', 'failure', 'red\n');
  const kept = await ran(run, 'lint', 'success');
  await complete(run, 'failure');
  expect((await octokit.actions.reRunWorkflowFailedJobs({ ...where, run_id: run.id })).status).toBe(201);
  const look = async () => (await octokit.actions.getWorkflowRun({ ...where, run_id: run.id })).data;
  expect(await look()).toMatchObject({ id: run.id, run_attempt: 2, status: 'queued', conclusion: null });
  const suites = async () => (await octokit.checks.listSuitesForRef({ ...where, ref: head })).data.check_suites;
  expect(await suites()).toMatchObject([{ id: run.suiteId, status: 'queued', conclusion: null }]);

  await startWorkflowRun(stage.sandbox.world, stage.sandbox.repository, run, actionsApp);
  const second = await ran(run, 'test', 'success', 'green\n');
  await complete(run, 'success');

  const ids = (jobs: readonly { id: number }[]) => jobs.map(({ id }) => id).sort();
  const at = { ...where, run_id: run.id };
  const latest = await octokit.actions.listJobsForWorkflowRun(at);
  expect(ids(latest.data.jobs)).toEqual([kept, second].sort());
  const all = await octokit.actions.listJobsForWorkflowRun({ ...at, filter: 'all' });
  expect(ids(all.data.jobs)).toEqual([first, kept, second].sort());
  const one = await octokit.actions.listJobsForWorkflowRunAttempt({ ...at, attempt_number: 1 });
  expect(ids(one.data.jobs)).toEqual([first, kept].sort());
  const attempt = await octokit.actions.getWorkflowRunAttempt({ ...at, attempt_number: 1 });
  expect(attempt.data).toMatchObject({ run_attempt: 1, status: 'completed', conclusion: 'failure' });
  expect(await refusal(octokit.actions.getWorkflowRunAttempt({ ...at, attempt_number: 3 }))).toBe('404 Not Found');
  expect([(await logOf(first)).data, (await logOf(second)).data]).toEqual([
    expect.stringContaining('red'),
    expect.stringContaining('green'),
  ]);
  const checks = await octokit.checks.listForRef({ ...where, ref: head });
  expect(checks.data.check_runs.map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
  await stage.sandbox.world.bus.settled();
  const told = events.flatMap(({ name, action, payload }) =>
    name === 'workflow_run' ? [`${action} ${String(Object(payload['workflow_run']).run_attempt)}`] : [],
  );
  expect(told).toEqual(['requested 1', 'in_progress 1', 'completed 1', 'in_progress 2', 'completed 2']);
  expect((await octokit.actions.listWorkflowRunsForRepo({ ...where, head_sha: head })).data.total_count).toBe(1);
});

test('what runs, what is green, what is old and what an earlier attempt ran is not done again', async () => {
  const { octokit } = stage;
  const run = await startRun();
  const at = { ...where, run_id: run.id };
  const job = await ran(run, 'test', 'success');
  expect(await refusal(octokit.actions.reRunWorkflow(at))).toBe('403 This workflow is already running');
  expect(await refusal(octokit.actions.reRunWorkflowFailedJobs(at))).toBe('403 This workflow is already running');
  expect(await refusal(octokit.actions.reRunJobForWorkflowRun({ ...where, job_id: job }))).toBe(
    '403 The workflow run containing this job is already running',
  );
  await complete(run, 'success');
  expect(await refusal(octokit.actions.reRunWorkflowFailedJobs(at))).toBe('403 This workflow run cannot be retried');
  expect((await octokit.actions.reRunJobForWorkflowRun({ ...where, job_id: job })).status).toBe(201);
  await complete(run, 'success');
  expect(await refusal(octokit.actions.reRunJobForWorkflowRun({ ...where, job_id: job }))).toBe(
    '403 Only jobs from the current attempt can be re-run',
  );
  later(31 * day);
  expect(await refusal(octokit.actions.reRunWorkflow(at))).toBe(
    '403 Unable to retry this workflow run because it was created over a month ago',
  );
  expect(run.runAttempt).toBe(2);
});

test('a token without actions: write does nothing again, though it reads the log', async () => {
  const { sandbox, as } = stage;
  const run = await startRun();
  const job = await ran(run, 'test', 'failure');
  await complete(run, 'failure');
  const reader = as(sandbox.tokens.actions({ actions: 'read', checks: 'write', contents: 'write' }));
  const at = { ...where, run_id: run.id };
  expect(await refusal(reader.actions.reRunWorkflow(at))).toBe('403 Resource not accessible by integration');
  expect((await reader.actions.downloadJobLogsForWorkflowRun({ ...where, job_id: job })).data).toContain('test');
  const writer = as(sandbox.tokens.actions({ actions: 'write' }));
  expect((await writer.actions.reRunWorkflow(at)).status).toBe(201);
});
