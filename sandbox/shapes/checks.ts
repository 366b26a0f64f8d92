/** Check suites, check runs and statuses as REST and webhooks show them. */
import type { Annotation, CheckRun, CheckSuite, CommitStatus, PullRequest, Repository, World } from '../world.ts';
import { integration, simpleUser } from './accounts.ts';
import { simpleCommit } from './commits.ts';
import { minimalRepository, repositoryHtmlUrl, repositoryUrl } from './repositories.ts';

const brief = (world: World, repository: Repository) => ({
  id: repository.id,
  url: repositoryUrl(world, repository),
  name: repository.name,
});

/** Open pull requests of the same repository whose head is this commit; those from forks are never listed. */
export function pullsAt(world: World, repository: Repository, sha: string) {
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

/** The page of a check run: that of the job, if it is one. */
export function checkRunHtmlUrl(world: World, repository: Repository, run: CheckRun): string {
  const html = repositoryHtmlUrl(world, repository);
  const job = repository.jobs.get(run.id);
  return job === undefined ? `${html}/runs/${run.id}` : `${html}/actions/runs/${job.runId}/job/${run.id}`;
}

export function checkRunShape(world: World, repository: Repository, run: CheckRun) {
  const url = `${repositoryUrl(world, repository)}/check-runs/${run.id}`;
  const html = checkRunHtmlUrl(world, repository, run);
  return {
    id: run.id,
    name: run.name,
    node_id: run.nodeId,
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { ...run.output, annotations_count: run.annotations.length, annotations_url: `${url}/annotations` },
    check_suite: { id: run.suiteId },
    app: appShape(world, run.appId),
    pull_requests: pullsAt(world, repository, run.headSha),
  };
}

export function annotationShape(world: World, repository: Repository, run: CheckRun, annotation: Annotation) {
  const { path, startLine, endLine, startColumn, endColumn, level, title, message, rawDetails } = annotation;
  return {
    path,
    blob_href: `${repositoryHtmlUrl(world, repository)}/blob/${run.headSha}/${path}`,
    start_line: startLine,
    end_line: endLine,
    start_column: startColumn,
    end_column: endColumn,
    annotation_level: level,
    title,
    message,
    raw_details: rawDetails,
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
