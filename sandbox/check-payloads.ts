/** Emits what happened to checks, statuses and workflow runs, with the body that GitHub's webhooks have. */
import type { Actor } from './events.ts';
import { emit } from './payloads.ts';
import { workflowRunShape, workflowShape } from './shapes/actions.ts';
import { checkRunShape, checkSuiteShape, statusShape } from './shapes/checks.ts';
import { commitShape } from './shapes/commits.ts';
import { repositoryUrl } from './shapes/repositories.ts';
import type { CheckRun, CheckSuite, CommitStatus, Repository, WorkflowRun, World } from './world.ts';

export async function emitCheckRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  action: 'created' | 'completed',
  causedBy: Actor,
): Promise<void> {
  const suite = repository.checkSuites.get(run.suiteId);
  if (suite === undefined) throw new Error(`check run ${run.id} has no suite`);
  const { repository: _repository, head_commit: _commit, ...short } = await checkSuiteShape(world, repository, suite);
  emit(
    world,
    repository,
    'check_run',
    action,
    { check_run: { ...checkRunShape(world, repository, run), check_suite: short } },
    { sha: run.headSha, checkRunId: run.id, checkSuiteId: run.suiteId, appId: run.appId },
    causedBy,
  );
}

export async function emitCheckSuite(
  world: World,
  repository: Repository,
  suite: CheckSuite,
  action: 'requested' | 'completed',
  causedBy: Actor,
): Promise<void> {
  const { repository: _repository, ...shape } = await checkSuiteShape(world, repository, suite);
  emit(
    world,
    repository,
    'check_suite',
    action,
    { check_suite: shape },
    {
      sha: suite.headSha,
      checkSuiteId: suite.id,
      appId: suite.appId,
      ...(suite.headBranch === null ? {} : { ref: `refs/heads/${suite.headBranch}` }),
    },
    causedBy,
  );
}

export async function emitStatus(world: World, repository: Repository, status: CommitStatus, causedBy: Actor) {
  const { url: _url, creator: _creator, node_id: _nodeId, ...shape } = statusShape(world, repository, status);
  const commit = commitShape(world, repository, await repository.git.commit(status.sha));
  const url = repositoryUrl(world, repository);
  const branches = (await repository.git.branches())
    .filter(({ oid }) => oid === status.sha)
    .map(({ name, oid }) => ({ name, commit: { sha: oid, url: `${url}/commits/${oid}` }, protected: false }));
  const body = { ...shape, sha: status.sha, name: repository.fullName, commit, branches };
  emit(world, repository, 'status', undefined, body, { sha: status.sha }, causedBy);
}

export async function emitWorkflowRun(
  world: World,
  repository: Repository,
  run: WorkflowRun,
  action: 'requested' | 'in_progress' | 'completed',
  causedBy: Actor,
): Promise<void> {
  const workflow = repository.workflows.get(run.workflowId);
  if (workflow === undefined) throw new Error(`workflow run ${run.id} has no workflow`);
  emit(
    world,
    repository,
    'workflow_run',
    action,
    {
      workflow: workflowShape(world, repository, workflow),
      workflow_run: await workflowRunShape(world, repository, run),
    },
    {
      sha: run.headSha,
      workflowRunId: run.id,
      workflowName: workflow.name,
      workflowPath: workflow.path,
      ...(run.headBranch === null ? {} : { ref: `refs/heads/${run.headBranch}` }),
    },
    causedBy,
  );
}
