/** Jobs of workflow runs, their logs, attempts, and what runs again. */
import { lendText } from '../lent-texts.ts';
import { notFound } from '../refused.ts';
import { rerunAll, rerunFailed, rerunJob } from '../reruns.ts';
import { jobShape, workflowRunShape } from '../shapes/actions.ts';
import { jobsAsOf, jobsOf } from '../workflow-jobs.ts';
import { type CheckRun, loginOf, type WorkflowRun } from '../world.ts';
import { page, type RepositoryRequest, type Route, reads, type WriteRequest, writes } from './router.ts';

export function workflowRunOf({ repository, params }: RepositoryRequest): WorkflowRun {
  const run = repository.workflowRuns.get(Number(params['run_id']));
  if (run === undefined) throw notFound();
  return run;
}

function attemptOf({ params }: RepositoryRequest, run: WorkflowRun): number {
  const attempt = Number(params['attempt_number']);
  if (!(attempt >= 1 && attempt <= run.runAttempt)) throw notFound();
  return attempt;
}

function jobOf({ repository, params }: RepositoryRequest): CheckRun {
  const id = Number(params['job_id']);
  const check = repository.checkRuns.get(id);
  if (check === undefined || !repository.jobs.has(id)) throw notFound();
  return check;
}

function list(request: RepositoryRequest, jobs: readonly CheckRun[]) {
  const { world, repository } = request;
  const { items, headers } = page(request, jobs);
  const body = { total_count: jobs.length, jobs: items.map((job) => jobShape(world, repository, job)) };
  return { status: 200, body, headers };
}

const runsAgain = (path: string, begin: (request: WriteRequest, login: string) => void): Route =>
  writes('POST', path, 'actions', async (request) => {
    begin(request, loginOf(request.credential.actor));
    return { status: 201, body: {} };
  });

export const jobRoutes: Route[] = [
  reads('/actions/runs/{run_id}/jobs', 'actions', async (request) => {
    const run = workflowRunOf(request);
    const all = request.url.searchParams.get('filter') === 'all';
    return list(request, all ? jobsOf(request.repository, run) : jobsAsOf(request.repository, run, run.runAttempt));
  }),

  reads('/actions/runs/{run_id}/attempts/{attempt_number}', 'actions', async (request) => {
    const { world, repository } = request;
    const run = workflowRunOf(request);
    return { status: 200, body: await workflowRunShape(world, repository, run, attemptOf(request, run)) };
  }),

  reads('/actions/runs/{run_id}/attempts/{attempt_number}/jobs', 'actions', async (request) => {
    const run = workflowRunOf(request);
    return list(request, jobsAsOf(request.repository, run, attemptOf(request, run)));
  }),

  reads('/actions/jobs/{job_id}', 'actions', async (request) => {
    return { status: 200, body: jobShape(request.world, request.repository, jobOf(request)) };
  }),

  reads('/actions/jobs/{job_id}/logs', 'actions', async (request) => {
    const { world, repository } = request;
    const job = repository.jobs.get(jobOf(request).id);
    return { status: 302, headers: { location: lendText(world, job?.log ?? null) } };
  }),

  runsAgain('/actions/runs/{run_id}/rerun', (request, login) =>
    rerunAll(request.world, request.repository, workflowRunOf(request), login),
  ),

  runsAgain('/actions/runs/{run_id}/rerun-failed-jobs', (request, login) =>
    rerunFailed(request.world, request.repository, workflowRunOf(request), login),
  ),

  runsAgain('/actions/jobs/{job_id}/rerun', (request, login) =>
    rerunJob(request.world, request.repository, jobOf(request), login),
  ),
];
