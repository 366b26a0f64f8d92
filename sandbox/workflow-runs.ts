/** Workflow runs of GitHub Actions: each has a check suite of its own, and its jobs are that suite's check runs. */

import { emitWorkflowRun } from './check-payloads.ts';
import { completeCheckSuite, createCheckSuite } from './checks.ts';
import { nodeId } from './create.ts';
import type { Actor } from './events.ts';
import {
  ACTIONS_APP_ID,
  loginOf,
  type Repository,
  type RunConclusion,
  type Workflow,
  type WorkflowRun,
  type World,
} from './world.ts';

/** What GitHub Actions itself does (suites, runs) is caused by no workflow's token. */
export const actionsApp: Actor = { kind: 'app', appId: ACTIONS_APP_ID, slug: 'github-actions' };

/** The workflow of that file, made known on first mention. */
export function workflowAt(world: World, repository: Repository, path: string, name: string): Workflow {
  for (const workflow of repository.workflows.values()) {
    if (workflow.path !== path) continue;
    workflow.name = name;
    return workflow;
  }
  const id = world.nextId();
  const workflow: Workflow = { id, nodeId: nodeId('W', id), name, path, createdAt: world.now() };
  repository.workflows.set(id, workflow);
  return workflow;
}

type WorkflowRunDraft = {
  workflow: Workflow;
  /** Name of the event that started it. */
  event: string;
  headSha: string;
  headBranch: string | null;
  startedBy: Actor;
};

export async function createWorkflowRun(
  world: World,
  repository: Repository,
  draft: WorkflowRunDraft,
): Promise<WorkflowRun> {
  const { workflow, event, headSha, headBranch } = draft;
  const id = world.nextId();
  const suite = await createCheckSuite(
    world,
    repository,
    { appId: ACTIONS_APP_ID, headSha, headBranch, workflowRunId: id },
    actionsApp,
  );
  const earlier = [...repository.workflowRuns.values()].filter(({ workflowId }) => workflowId === workflow.id);
  const run: WorkflowRun = {
    id,
    nodeId: nodeId('WFR', id),
    workflowId: workflow.id,
    event,
    headSha,
    headBranch,
    status: 'queued',
    conclusion: null,
    runNumber: earlier.length + 1,
    runAttempt: 1,
    earlierAttempts: [],
    suiteId: suite.id,
    actorLogin: loginOf(draft.startedBy),
    triggeringLogin: loginOf(draft.startedBy),
    pullNumbers: [],
    createdAt: world.now(),
    startedAt: world.now(),
    updatedAt: world.now(),
  };
  repository.workflowRuns.set(id, run);
  await emitWorkflowRun(world, repository, run, 'requested', draft.startedBy);
  return run;
}

export async function startWorkflowRun(
  world: World,
  repository: Repository,
  run: WorkflowRun,
  startedBy: Actor,
): Promise<void> {
  run.status = 'in_progress';
  run.updatedAt = world.now();
  const suite = repository.checkSuites.get(run.suiteId);
  if (suite !== undefined) suite.status = 'in_progress';
  await emitWorkflowRun(world, repository, run, 'in_progress', startedBy);
}

/** Completes the run and its suite; `workflow_run: completed` counts as caused by whoever started the run. */
export async function completeWorkflowRun(
  world: World,
  repository: Repository,
  run: WorkflowRun,
  conclusion: RunConclusion,
  startedBy: Actor,
): Promise<void> {
  run.status = 'completed';
  run.conclusion = conclusion;
  run.updatedAt = world.now();
  const suite = repository.checkSuites.get(run.suiteId);
  if (suite !== undefined) await completeCheckSuite(world, repository, suite, conclusion, actionsApp);
  await emitWorkflowRun(world, repository, run, 'completed', startedBy);
}
