/** Emits what happened, with the body that GitHub's webhooks have. */
import type { Actor, EventFacts, SandboxEventName } from './events.ts';
import { type RefMove, ZERO_OID } from './git.ts';
import { simpleUser } from './shapes/accounts.ts';
import { simpleCommit } from './shapes/commits.ts';
import { issueShape } from './shapes/issues.ts';
import { commentShape, labelShape, pullRequest, reviewShape } from './shapes/pulls.ts';
import { repositoryHtmlUrl, repositoryShape } from './shapes/repositories.ts';
import {
  type Comment,
  type Label,
  loginOf,
  type PullRequest,
  type Repository,
  type Review,
  type Workflow,
  type World,
} from './world.ts';

export function emit(
  world: World,
  repository: Repository,
  name: SandboxEventName,
  action: string | undefined,
  body: Record<string, unknown>,
  facts: EventFacts,
  causedBy: Actor,
): void {
  world.bus.emit({
    name,
    ...(action === undefined ? {} : { action }),
    repository: repository.fullName,
    payload: {
      ...(action === undefined ? {} : { action }),
      ...body,
      repository: repositoryShape(world, repository),
      sender: simpleUser(world, loginOf(causedBy)),
    },
    facts,
    causedBy,
  });
}

/** A webhook tells at most so many commits of a push. */
const maxPushCommits = 2048;

export async function emitPush(world: World, repository: Repository, move: RefMove, causedBy: Actor): Promise<void> {
  const created = move.before === ZERO_OID;
  const deleted = move.after === ZERO_OID;
  const html = repositoryHtmlUrl(world, repository);
  const tip = deleted ? null : await repository.git.resolve(`${move.after}^{commit}`);
  const range = created
    ? [`${move.after}`, '--not', `refs/heads/${repository.defaultBranch}`]
    : [`${move.before}..${move.after}`];
  const oids = tip === null ? [] : await repository.git.list(['--reverse', `--max-count=${maxPushCommits}`, ...range]);
  const commits = await Promise.all(oids.map((oid) => pushedCommit(html, repository, oid)));
  const pusher = loginOf(causedBy);
  emit(
    world,
    repository,
    'push',
    undefined,
    {
      ref: move.ref,
      before: move.before,
      after: move.after,
      created,
      deleted,
      forced: !created && !deleted && !(await repository.git.isAncestor(move.before, move.after)),
      base_ref: null,
      compare: `${html}/compare/${move.before.slice(0, 12)}...${move.after.slice(0, 12)}`,
      commits,
      head_commit: tip === null ? null : await pushedCommit(html, repository, tip),
      pusher: { name: pusher, email: `${pusher}@users.noreply.github.com` },
    },
    { ref: move.ref, sha: move.after },
    causedBy,
  );
}

async function pushedCommit(html: string, repository: Repository, oid: string) {
  const commit = await repository.git.commit(oid);
  const parent = commit.parents[0];
  const changes = parent === undefined ? [] : await repository.git.changes(parent, oid);
  const paths = (...statuses: string[]) =>
    changes.filter(({ status }) => statuses.includes(status)).map(({ path }) => path);
  return {
    ...simpleCommit(commit),
    distinct: true,
    url: `${html}/commit/${oid}`,
    added: paths('added', 'renamed', 'copied'),
    removed: [
      ...paths('removed'),
      ...changes.flatMap(({ previousPath }) => (previousPath === null ? [] : [previousPath])),
    ],
    modified: paths('modified', 'changed'),
  };
}

export async function emitCreateOrDelete(world: World, repository: Repository, move: RefMove, causedBy: Actor) {
  const [, kind = '', ...rest] = move.ref.split('/');
  if (kind !== 'heads' && kind !== 'tags') return;
  const body = { ref: rest.join('/'), ref_type: kind === 'heads' ? 'branch' : 'tag', pusher_type: 'user' };
  const created = move.before === ZERO_OID;
  const more = created ? { master_branch: repository.defaultBranch, description: null } : {};
  emit(world, repository, created ? 'create' : 'delete', undefined, { ...body, ...more }, { ref: move.ref }, causedBy);
}

type PullRequestAction =
  | 'opened'
  | 'closed'
  | 'reopened'
  | 'edited'
  | 'synchronize'
  | 'labeled'
  | 'unlabeled'
  | 'ready_for_review'
  | 'converted_to_draft';

export async function emitPullRequest(
  world: World,
  repository: Repository,
  pull: PullRequest,
  action: PullRequestAction,
  causedBy: Actor,
  more: Record<string, unknown> = {},
): Promise<void> {
  const body = { number: pull.number, pull_request: await pullRequest(world, repository, pull), ...more };
  emit(world, repository, 'pull_request', action, body, pullFacts(pull), causedBy);
}

export const labelBody = (world: World, repository: Repository, label: Label) => ({
  label: labelShape(world, repository, label),
});

const pullFacts = (pull: PullRequest): EventFacts => ({
  ref: `refs/heads/${pull.head.ref}`,
  sha: pull.head.sha,
  pullNumber: pull.number,
  baseRef: pull.base.ref,
});

export async function emitReview(
  world: World,
  repository: Repository,
  pull: PullRequest,
  review: Review,
  action: 'submitted' | 'edited' | 'dismissed',
  causedBy: Actor,
  more: Record<string, unknown> = {},
): Promise<void> {
  const shape = reviewShape(world, repository, review);
  const body = {
    // Webhooks spell the state in small letters, REST in capitals.
    review: { ...shape, state: shape.state.toLowerCase(), updated_at: world.now() },
    pull_request: await pullRequest(world, repository, pull),
    ...more,
  };
  emit(world, repository, 'pull_request_review', action, body, pullFacts(pull), causedBy);
}

export async function emitComment(
  world: World,
  repository: Repository,
  pull: PullRequest,
  comment: Comment,
  action: 'created' | 'edited',
  causedBy: Actor,
  more: Record<string, unknown> = {},
): Promise<void> {
  const body = {
    issue: issueShape(world, repository, pull),
    comment: commentShape(world, repository, comment),
    ...more,
  };
  emit(world, repository, 'issue_comment', action, body, { pullNumber: pull.number }, causedBy);
}

export function emitWorkflowDispatch(
  world: World,
  repository: Repository,
  workflow: Workflow,
  dispatch: { ref: string; sha: string; inputs: Record<string, string> },
  causedBy: Actor,
): void {
  const { ref, sha, inputs } = dispatch;
  const facts = { ref, sha, inputs, workflowName: workflow.name, workflowPath: workflow.path };
  emit(world, repository, 'workflow_dispatch', undefined, { ref, inputs, workflow: workflow.path }, facts, causedBy);
}

/** The sandbox has no clock of its own: a test or the runner says when it is time. */
export async function emitSchedule(world: World, repository: Repository, schedule: string): Promise<void> {
  const sha = await repository.git.branch(repository.defaultBranch);
  const facts = { ref: `refs/heads/${repository.defaultBranch}`, schedule, ...(sha === null ? {} : { sha }) };
  emit(world, repository, 'schedule', undefined, { schedule }, facts, { kind: 'user', login: repository.owner });
}
