/** Workflows, their runs and jobs as REST and webhooks show them. */
import type { CheckRun, Repository, Workflow, WorkflowRun, World } from '../world.ts';
import { simpleUser } from './accounts.ts';
import { checkRunHtmlUrl, pullsAt } from './checks.ts';
import { simpleCommit } from './commits.ts';
import { minimalRepository, repositoryHtmlUrl, repositoryUrl } from './repositories.ts';

export function workflowShape(world: World, repository: Repository, workflow: Workflow) {
  const url = `${repositoryUrl(world, repository)}/actions/workflows/${workflow.id}`;
  const html = repositoryHtmlUrl(world, repository);
  return {
    id: workflow.id,
    node_id: workflow.nodeId,
    name: workflow.name,
    path: workflow.path,
    state: 'active',
    created_at: workflow.createdAt,
    updated_at: workflow.createdAt,
    url,
    html_url: `${html}/blob/${repository.defaultBranch}/${workflow.path}`,
    badge_url: `${html}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}

/** A run as it stands, or as it ended in an earlier attempt. */
export async function workflowRunShape(
  world: World,
  repository: Repository,
  run: WorkflowRun,
  number = run.runAttempt,
) {
  const url = `${repositoryUrl(world, repository)}/actions/runs/${run.id}`;
  const earlier = run.earlierAttempts[number - 1];
  const attempt = earlier === undefined ? run : { ...earlier, status: 'completed' };
  const workflow = repository.workflows.get(run.workflowId);
  const commit = await repository.git.commit(run.headSha);
  return {
    id: run.id,
    name: workflow?.name ?? '',
    node_id: run.nodeId,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: workflow?.path ?? '',
    display_title: commit.message.split('\n')[0] ?? '',
    run_number: run.runNumber,
    run_attempt: number,
    event: run.event,
    status: attempt.status,
    conclusion: attempt.conclusion,
    workflow_id: run.workflowId,
    check_suite_id: run.suiteId,
    check_suite_node_id: repository.checkSuites.get(run.suiteId)?.nodeId ?? '',
    url,
    html_url: `${repositoryHtmlUrl(world, repository)}/actions/runs/${run.id}`,
    pull_requests: pullsAt(world, repository, run.headSha),
    created_at: run.createdAt,
    updated_at: attempt.updatedAt,
    run_started_at: attempt.startedAt,
    actor: simpleUser(world, run.actorLogin),
    triggering_actor: simpleUser(world, attempt.triggeringLogin),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(world, repository)}/check-suites/${run.suiteId}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: number > 1 ? `${url}/attempts/${number - 1}` : null,
    workflow_url: `${repositoryUrl(world, repository)}/actions/workflows/${run.workflowId}`,
    referenced_workflows: [],
    head_commit: simpleCommit(commit),
    repository: minimalRepository(world, repository),
    head_repository: minimalRepository(world, repository),
  };
}

/** A job, which is a check run under the same id. */
export function jobShape(world: World, repository: Repository, check: CheckRun) {
  const job = repository.jobs.get(check.id);
  const run = repository.workflowRuns.get(job?.runId ?? 0);
  if (job === undefined || run === undefined) throw new Error(`check run ${check.id} is no job`);
  const api = repositoryUrl(world, repository);
  const waits = check.status === 'queued';
  return {
    id: check.id,
    run_id: run.id,
    workflow_name: repository.workflows.get(run.workflowId)?.name ?? null,
    head_branch: run.headBranch,
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: job.attempt,
    node_id: check.nodeId,
    head_sha: check.headSha,
    url: `${api}/actions/jobs/${check.id}`,
    html_url: checkRunHtmlUrl(world, repository, check),
    status: check.status,
    conclusion: check.conclusion,
    created_at: job.createdAt,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    name: check.name,
    steps: job.steps.map(({ name, number, conclusion, startedAt, completedAt }) => ({
      name,
      number,
      status: 'completed',
      conclusion,
      started_at: startedAt,
      completed_at: completedAt,
    })),
    check_run_url: `${api}/check-runs/${check.id}`,
    labels: ['ubuntu-latest'],
    runner_id: waits ? null : 1,
    runner_name: waits ? null : 'sandbox',
    runner_group_id: waits ? null : 0,
    runner_group_name: waits ? null : 'GitHub Actions',
  };
}
