/** A workflow run as the rest of GitHub sees it: the run, its check suite, a check run per job, and their events. */
import { worst } from '../check-summary.ts';
import type { Actor } from '../events.ts';
import { beginJob, endJob, jobsAsOf, queueJob } from '../workflow-jobs.ts';
import { completeWorkflowRun, createWorkflowRun, startWorkflowRun, workflowAt } from '../workflow-runs.ts';
import type { CheckConclusion, CheckRun, JobStep, Repository, WorkflowRun, World } from '../world.ts';
import { annotationsOf, asLogged } from './commands.ts';
import type { Start } from './routing.ts';

export type RunRecord = {
  run: WorkflowRun;
  /** The run has left its queue. */
  begin(): Promise<void>;
  /** A job has its check run from the moment when all that it `needs` has ended, not before. */
  queueJob(name: string): Promise<CheckRun>;
  /** The job has a machine. */
  beginJob(check: CheckRun): Promise<void>;
  /** `log` is null of a job that never began. */
  endJob(check: CheckRun, ended: { conclusion: CheckConclusion; log: string | null; steps: JobStep[] }): Promise<void>;
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
    if (eventName === 'workflow_run' && cause !== undefined) {
      made.actorLogin = cause.actorLogin;
      made.triggeringLogin = cause.actorLogin;
    }
    return made;
  });
  return recordOf(world, repository, run, startedBy);
}

/** Of a run that is there already, in its newest attempt; it has the rights of whoever caused the first one. */
export function recordOf(world: World, repository: Repository, run: WorkflowRun, startedBy: Actor): RunRecord {
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => repository.exclusively(change);
  return {
    run,
    begin: () => inTurn(() => startWorkflowRun(world, repository, run, startedBy)),
    queueJob: (name) => inTurn(() => queueJob(world, repository, run, name)),
    beginJob: (check) => inTurn(() => beginJob(world, repository, check)),
    endJob: (check, { conclusion, log, steps }) =>
      inTurn(() => {
        const [kept, annotations] = log === null ? [null, []] : [asLogged(log), annotationsOf(log)];
        return endJob(world, repository, check, { conclusion, log: kept, annotations, steps });
      }),
    complete: async (told) => {
      const jobs = jobsAsOf(repository, run, run.runAttempt);
      const conclusion = told ?? worst(jobs.map((check) => check.conclusion));
      await inTurn(() => completeWorkflowRun(world, repository, run, conclusion, startedBy));
      return conclusion;
    },
  };
}
