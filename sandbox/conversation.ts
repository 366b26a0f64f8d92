/** What is said and stuck on a pull request: labels and comments. */
import { nodeId } from './create.ts';
import type { Actor } from './events.ts';
import { emitComment, emitPullRequest, labelBody } from './payloads.ts';
import { notFound, Refused } from './refused.ts';
import { type Comment, type Label, loginOf, type PullRequest, type Repository, type World } from './world.ts';

export function addLabel(world: World, repository: Repository, draft: Partial<Label> & { name: string }): Label {
  const id = world.nextId();
  const label: Label = {
    id,
    nodeId: nodeId('LA', id),
    name: draft.name,
    color: draft.color ?? 'ededed',
    description: draft.description ?? null,
  };
  repository.labels.set(draft.name.toLowerCase(), label);
  return label;
}

/** A label that the repository does not have yet is made, as GitHub does. */
export async function labelPullRequest(
  world: World,
  repository: Repository,
  pull: PullRequest,
  names: readonly string[],
  actor: Actor,
): Promise<void> {
  for (const name of names) {
    const label = repository.labels.get(name.toLowerCase()) ?? addLabel(world, repository, { name });
    if (pull.labels.includes(label.name)) continue;
    pull.labels.push(label.name);
    pull.updatedAt = world.now();
    await emitPullRequest(world, repository, pull, 'labeled', actor, labelBody(world, repository, label));
  }
}

export async function unlabelPullRequest(
  world: World,
  repository: Repository,
  pull: PullRequest,
  name: string,
  actor: Actor,
): Promise<void> {
  const label = repository.labels.get(name.toLowerCase());
  if (label === undefined || !pull.labels.includes(label.name)) throw new Refused(404, 'Label does not exist');
  pull.labels = pull.labels.filter((other) => other !== label.name);
  pull.updatedAt = world.now();
  await emitPullRequest(world, repository, pull, 'unlabeled', actor, labelBody(world, repository, label));
}

export async function comment(
  world: World,
  repository: Repository,
  pull: PullRequest,
  body: string,
  actor: Actor,
): Promise<Comment> {
  const id = world.nextId();
  const made: Comment = {
    id,
    nodeId: nodeId('IC', id),
    issueNumber: pull.number,
    body,
    authorLogin: loginOf(actor),
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  repository.comments.set(id, made);
  await emitComment(world, repository, pull, made, 'created', actor);
  return made;
}

export async function editComment(world: World, repository: Repository, edited: Comment, body: string, actor: Actor) {
  const pull = repository.pulls.get(edited.issueNumber);
  if (pull === undefined) throw notFound();
  const changes = { body: { from: edited.body } };
  edited.body = body;
  edited.updatedAt = world.now();
  await emitComment(world, repository, pull, edited, 'edited', actor, { changes });
}
