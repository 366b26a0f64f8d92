/** Uses of operations that need some setting up, for the contract test: each is used once, by whoever may. */
import { expect } from '@jest/globals';
import { beginJob, endJob, queueJob } from '../../sandbox/workflow-jobs.ts';
import {
  actionsApp,
  completeWorkflowRun,
  createWorkflowRun,
  startWorkflowRun,
  workflowAt,
} from '../../sandbox/workflow-runs.ts';
import type { WorkflowRun } from '../../sandbox/world.ts';
import { type Stage, where } from './stage.ts';

export async function useActions(stage: Stage, head: string): Promise<void> {
  const { octokit: user, sandbox } = stage;
  const { world, repository } = sandbox;
  expect((await user.actions.listRepoWorkflows(where)).data.workflows.map(({ name }) => name)).toEqual(['Weave']);
  const at = { ...where, workflow_id: 'weave.yml' };
  expect((await user.actions.getWorkflow(at)).data.path).toBe('.github/workflows/weave.yml');
  expect((await user.actions.createWorkflowDispatch({ ...at, ref: 'main', inputs: { base: 'main' } })).status).toBe(
    204,
  );
  const weave = workflowAt(world, repository, '.github/workflows/weave.yml', 'Weave');
  const started = { workflow: weave, event: 'push', headSha: head, headBranch: 'feature', startedBy: actionsApp };
  const run = await createWorkflowRun(world, repository, started);
  await startWorkflowRun(world, repository, run, actionsApp);
  const check = await queueJob(world, repository, run, 'test');
  await beginJob(world, repository, check);
  await endJob(world, repository, check, { conclusion: 'failure', log: 'red\n' });
  await completeWorkflowRun(world, repository, run, 'failure', actionsApp);
  expect((await user.actions.listWorkflowRunsForRepo({ ...where, head_sha: head })).data.total_count).toBe(1);
  expect((await user.actions.listWorkflowRuns(at)).data.total_count).toBe(1);
  expect((await user.actions.getWorkflowRun({ ...where, run_id: run.id })).data.conclusion).toBe('failure');
  await useJobs(stage, run, check.id);
  expect((await user.repos.createDispatchEvent({ ...where, event_type: 'weave' })).status).toBe(204);
}

async function useJobs({ octokit, sandbox }: Stage, run: WorkflowRun, job_id: number): Promise<void> {
  const { actions } = octokit;
  const at = { ...where, run_id: run.id };
  expect((await actions.listJobsForWorkflowRun({ ...at, filter: 'all' })).data.total_count).toBe(1);
  expect((await actions.getWorkflowRunAttempt({ ...at, attempt_number: 1 })).data.run_attempt).toBe(1);
  expect((await actions.listJobsForWorkflowRunAttempt({ ...at, attempt_number: 1 })).data.total_count).toBe(1);
  expect((await actions.getJobForWorkflowRun({ ...where, job_id })).data.name).toBe('test');
  expect((await actions.downloadJobLogsForWorkflowRun({ ...where, job_id })).data).toContain('red');
  expect((await actions.reRunJobForWorkflowRun({ ...where, job_id })).status).toBe(201);
  const complete = () => completeWorkflowRun(sandbox.world, sandbox.repository, run, 'failure', actionsApp);
  await complete();
  expect((await actions.reRunWorkflowFailedJobs(at)).status).toBe(201);
  await complete();
  expect((await actions.reRunWorkflow(at)).status).toBe(201);
}

export async function useReviews(stage: Stage, pull_number: number): Promise<void> {
  const { pulls } = stage.as(stage.sandbox.tokens.userAs('grace'));
  const at = { ...where, pull_number };
  const begin = async () => (await pulls.createReview({ ...at, body: 'Hm' })).data;
  const begun = await begin();
  expect(begun.state).toBe('PENDING');
  expect((await pulls.deletePendingReview({ ...at, review_id: begun.id })).status).toBe(200);
  const { id: review_id } = await begin();
  await pulls.submitReview({ ...at, review_id, event: 'APPROVE' });
  expect((await pulls.updateReview({ ...at, review_id, body: 'Good' })).data.body).toBe('Good');
  expect((await pulls.getReview({ ...at, review_id })).data.state).toBe('APPROVED');
  await pulls.dismissReview({ ...at, review_id, message: 'Looked too early' });
  expect((await pulls.listReviews(at)).data.map(({ state }) => state)).toEqual(['DISMISSED']);
}
