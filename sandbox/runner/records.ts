/** A workflow run as the rest of GitHub sees it: the run, its check suite, a check run per job, and their events. */
import { worst } from '../check-summary.ts';
import { createCheckRun, updateCheckRun } from '../checks.ts';
import { actionsApp, completeWorkflowRun, createWorkflowRun, startWorkflowRun, workflowAt } from '../workflow-runs.ts';
import {
  ACTIONS_APP_ID,
  type CheckConclusion,
  type CheckRun,
  type Repository,
  type WorkflowRun,
  type World,
} from '../world.ts';
import type { Start } from './routing.ts';

export type RunRecord = {
  run: WorkflowRun;
  /** The run has left its queue. */
  begin(): Promise<void>;
  /** A job has its check run from the moment when all that it `needs` has ended, not before. */
  startJob(name: string): Promise<CheckRun>;
  endJob(check: CheckRun, ended: { conclusion: CheckConclusion; summary: string; text: string }): Promise<void>;
  /** Completes the run with the worst of its jobs, or as told. */
  complete(conclusion?: CheckConclusion): Promise<CheckConclusion>;
};

export async function openRecord(world: World, repository: Repository, start: Start): Promise<RunRecord> {
  const { context, eventName } = start;
  const { headSha, headBranch } = context;
  const startedBy = start.event.causedBy;
  const run = await repository.exclusively(async () => {
    const workflow = workflowAt(world, repository, start.workflow.path, start.workflow.name);
    const draft = { workflow, event: eventName, headSha, headBranch, startedBy };
    const made = await createWorkflowRun(world, repository, draft);
    made.pullNumbers = context.pullNumbers;
    // A run that another run started keeps that one's actor.
    const cause = repository.workflowRuns.get(start.event.facts.workflowRunId ?? 0);
    if (eventName === 'workflow_run' && cause !== undefined) made.actorLogin = cause.actorLogin;
    return made;
  });
  const checks: CheckRun[] = [];
  return {
    run,
    begin: () => repository.exclusively(() => startWorkflowRun(world, repository, run, startedBy)),
    startJob: (name) =>
      repository.exclusively(async () => {
        const draft = { appId: ACTIONS_APP_ID, name, headSha, suiteId: run.suiteId, status: 'in_progress' as const };
        const check = await createCheckRun(world, repository, draft, actionsApp);
        checks.push(check);
        return check;
      }),
    endJob: (check, { conclusion, summary, text }) =>
      repository.exclusively(async () => {
        const output = { title: check.name, summary, text };
        await updateCheckRun(world, repository, check, { conclusion, output }, actionsApp);
      }),
    complete: async (told) => {
      const conclusion = told ?? worst(checks.map((check) => check.conclusion));
      await repository.exclusively(() => completeWorkflowRun(world, repository, run, conclusion, startedBy));
      return conclusion;
    },
  };
}
