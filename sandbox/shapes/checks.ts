/** Check suites, check runs, statuses and workflow runs as REST and webhooks show them. */
import type {
  CheckRun,
  CheckSuite,
  CommitStatus,
  PullRequest,
  Repository,
  Workflow,
  WorkflowRun,
  World,
} from '../world.ts';
import { integration, simpleUser } from './accounts.ts';
import { simpleCommit } from './commits.ts';
import { minimalRepository, repositoryHtmlUrl, repositoryUrl } from './repositories.ts';

const brief = (world: World, repository: Repository) => ({
  id: repository.id,
  url: repositoryUrl(world, repository),
  name: repository.name,
});

/** Open pull requests of the same repository whose head is this commit; those from forks are never listed. */
function pullsAt(world: World, repository: Repository, sha: string) {
  return [...repository.pulls.values()]
    .filter((pull) => pull.state === 'open' && pull.head.sha === sha && pull.head.repository === repository)
    .map((pull) => pullRequestMinimal(world, repository, pull));
}

function pullRequestMinimal(world: World, repository: Repository, pull: PullRequest) {
  return {
    id: pull.id,
    number: pull.number,
    url: `${repositoryUrl(world, repository)}/pulls/${pull.number}`,
    head: { ref: pull.head.ref, sha: pull.head.sha, repo: brief(world, pull.head.repository ?? repository) },
    base: { ref: pull.base.ref, sha: pull.base.sha, repo: brief(world, repository) },
  };
}

function appShape(world: World, appId: number) {
  const app = world.apps.get(appId);
  if (app === undefined) throw new Error(`no app ${appId}`);
  return integration(world, app);
}

export function checkRunShape(world: World, repository: Repository, run: CheckRun) {
  const url = `${repositoryUrl(world, repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: run.nodeId,
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${repositoryHtmlUrl(world, repository)}/runs/${run.id}`,
    details_url: run.detailsUrl ?? `${repositoryHtmlUrl(world, repository)}/runs/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { ...run.output, annotations_count: 0, annotations_url: `${url}/annotations` },
    check_suite: { id: run.suiteId },
    app: appShape(world, run.appId),
    pull_requests: pullsAt(world, repository, run.headSha),
  };
}

export async function checkSuiteShape(world: World, repository: Repository, suite: CheckSuite) {
  const url = `${repositoryUrl(world, repository)}/check-suites/${suite.id}`;
  const runs = [...repository.checkRuns.values()].filter(({ suiteId }) => suiteId === suite.id);
  return {
    id: suite.id,
    node_id: suite.nodeId,
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: suite.status,
    conclusion: suite.conclusion,
    url,
    before: null,
    after: suite.headSha,
    pull_requests: pullsAt(world, repository, suite.headSha),
    app: appShape(world, suite.appId),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    head_commit: simpleCommit(await repository.git.commit(suite.headSha)),
    repository: minimalRepository(world, repository),
  };
}

/** The item in `GET /commits/{ref}/status`, where the creator is left out. */
export function simpleStatus(world: World, repository: Repository, status: CommitStatus) {
  return {
    url: `${repositoryUrl(world, repository)}/statuses/${status.sha}`,
    avatar_url: simpleUser(world, status.creatorLogin).avatar_url,
    id: status.id,
    node_id: status.nodeId,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

export function statusShape(world: World, repository: Repository, status: CommitStatus) {
  return { ...simpleStatus(world, repository, status), creator: simpleUser(world, status.creatorLogin) };
}

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

export async function workflowRunShape(world: World, repository: Repository, run: WorkflowRun) {
  const url = `${repositoryUrl(world, repository)}/actions/runs/${run.id}`;
  const workflow = repository.workflows.get(run.workflowId);
  const commit = await repository.git.commit(run.headSha);
  const actor = simpleUser(world, run.actorLogin);
  return {
    id: run.id,
    name: workflow?.name ?? '',
    node_id: run.nodeId,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: workflow?.path ?? '',
    display_title: commit.message.split('\n')[0] ?? '',
    run_number: run.runNumber,
    run_attempt: run.runAttempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    check_suite_id: run.suiteId,
    check_suite_node_id: repository.checkSuites.get(run.suiteId)?.nodeId ?? '',
    url,
    html_url: `${repositoryHtmlUrl(world, repository)}/actions/runs/${run.id}`,
    pull_requests: pullsAt(world, repository, run.headSha),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.createdAt,
    actor,
    triggering_actor: actor,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(world, repository)}/check-suites/${run.suiteId}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${repositoryUrl(world, repository)}/actions/workflows/${run.workflowId}`,
    referenced_workflows: [],
    head_commit: simpleCommit(commit),
    repository: minimalRepository(world, repository),
    head_repository: minimalRepository(world, repository),
  };
}

/** A job has the number of its check run. */
export function jobShape(world: World, repository: Repository, run: WorkflowRun, job: CheckRun) {
  const { id, nodeId, headSha, name, status, conclusion, startedAt, completedAt } = job;
  const url = repositoryUrl(world, repository);
  return {
    id,
    run_id: run.id,
    run_url: `${url}/actions/runs/${run.id}`,
    run_attempt: run.runAttempt,
    node_id: nodeId,
    head_sha: headSha,
    head_branch: run.headBranch,
    url: `${url}/actions/jobs/${id}`,
    html_url: `${repositoryHtmlUrl(world, repository)}/actions/runs/${run.id}/job/${id}`,
    check_run_url: `${url}/check-runs/${id}`,
    workflow_name: repository.workflows.get(run.workflowId)?.name ?? null,
    name,
    status,
    conclusion,
    created_at: startedAt,
    started_at: startedAt,
    completed_at: completedAt,
    labels: [],
    runner_id: null,
    runner_name: null,
    runner_group_id: null,
    runner_group_name: null,
  };
}
