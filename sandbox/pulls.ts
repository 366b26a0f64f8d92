/** The life of a pull request up to its merge: opened, edited, labelled, reviewed, closed, opened again. */
import { nodeId } from './create.ts';
import type { Actor } from './events.ts';
import { forgetMergeability } from './mergeability.ts';
import { emitPullRequest } from './payloads.ts';
import { close, keepHead } from './refs.ts';
import { invalidField, Refused } from './refused.ts';
import { findRepository, loginOf, type PullRequest, type Repository, type World } from './world.ts';

type PullRequestDraft = { title: string; body: string | null; head: string; base: string; draft: boolean };

/** `head` is `branch` or `owner:branch`, the latter for a fork. */
export async function openPullRequest(
  world: World,
  repository: Repository,
  draft: PullRequestDraft,
  actor: Actor,
): Promise<PullRequest> {
  const head = headOf(world, repository, draft.head);
  const baseSha = await repository.git.branch(draft.base);
  if (baseSha === null) throw invalidField('PullRequest', 'base', 'invalid');
  const headSha = head === null ? null : await head.repository.git.branch(head.ref);
  if (head === null || headSha === null) throw invalidField('PullRequest', 'head', 'invalid');
  refuseSecond(repository, head.repository, head.ref, draft.base);
  const number = repository.nextNumber;
  const pull: PullRequest = {
    number,
    id: world.nextId(),
    nodeId: nodeId('PR', `${repository.id}/${number}`),
    issueId: world.nextId(),
    title: draft.title,
    body: draft.body,
    authorLogin: loginOf(actor),
    state: 'open',
    draft: draft.draft,
    head: { ...head, sha: headSha },
    base: { ref: draft.base, sha: baseSha },
    labels: [],
    mergeability: { state: 'unknown' },
    merge: null,
    createdAt: world.now(),
    updatedAt: world.now(),
    closedAt: null,
  };
  await keepHead(repository, pull, headSha);
  if (await repository.git.isAncestor(headSha, baseSha)) {
    throw custom(`No commits between ${draft.base} and ${draft.head}`);
  }
  if ((await repository.git.mergeBase(baseSha, headSha)) === null) {
    throw custom(`The ${draft.head} branch has no history in common with ${draft.base}`);
  }
  repository.nextNumber += 1;
  repository.pulls.set(number, pull);
  await emitPullRequest(world, repository, pull, 'opened', actor);
  return pull;
}

const custom = (message: string) =>
  new Refused(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);

function headOf(world: World, repository: Repository, head: string): { repository: Repository; ref: string } | null {
  const [owner, ...rest] = head.split(':');
  if (rest.length === 0 || owner === undefined) return { repository, ref: head };
  const ref = rest.join(':');
  if (owner.toLowerCase() === repository.owner.toLowerCase()) return { repository, ref };
  const fork = findRepository(world, owner, repository.name);
  return fork?.parent === repository ? { repository: fork, ref } : null;
}

/** One open pull request per head and base. */
function refuseSecond(repository: Repository, from: Repository, head: string, base: string): void {
  for (const pull of repository.pulls.values()) {
    if (pull.state === 'open' && pull.head.repository === from && pull.head.ref === head && pull.base.ref === base) {
      throw custom(`A pull request already exists for ${from.owner}:${head}.`);
    }
  }
}

type PullRequestEdit = {
  title?: string | undefined;
  body?: string | null | undefined;
  state?: 'open' | 'closed' | undefined;
  base?: string | undefined;
};

export async function editPullRequest(
  world: World,
  repository: Repository,
  pull: PullRequest,
  edit: PullRequestEdit,
  actor: Actor,
): Promise<void> {
  const changes: Record<string, { from: unknown }> = {};
  if (edit.title !== undefined && edit.title !== pull.title) {
    changes['title'] = { from: pull.title };
    pull.title = edit.title;
  }
  if (edit.body !== undefined && edit.body !== pull.body) {
    changes['body'] = { from: pull.body ?? '' };
    pull.body = edit.body;
  }
  if (edit.base !== undefined && edit.base !== pull.base.ref) {
    changes['base'] = { from: { ref: pull.base.ref, sha: pull.base.sha } };
    await retarget(repository, pull, edit.base);
  }
  if (Object.keys(changes).length > 0) {
    // GitHub nests the old base one level deeper than the other changes.
    const base = changes['base'];
    const from =
      base === undefined ? {} : { base: { ref: { from: at(base.from, 'ref') }, sha: { from: at(base.from, 'sha') } } };
    pull.updatedAt = world.now();
    await emitPullRequest(world, repository, pull, 'edited', actor, { changes: { ...changes, ...from } });
  }
  if (edit.state === 'closed' && pull.state === 'open') await close(world, repository, pull, actor);
  if (edit.state === 'open' && pull.state === 'closed') await reopen(world, repository, pull, actor);
}

async function retarget(repository: Repository, pull: PullRequest, base: string): Promise<void> {
  if (pull.state === 'closed') throw custom('Cannot change the base branch of a closed pull request.');
  const sha = await repository.git.branch(base);
  if (sha === null) throw invalidField('PullRequest', 'base', 'invalid');
  if (pull.head.repository !== null) refuseSecond(repository, pull.head.repository, pull.head.ref, base);
  pull.base = { ref: base, sha };
  forgetMergeability(pull);
}

async function reopen(world: World, repository: Repository, pull: PullRequest, actor: Actor): Promise<void> {
  const { repository: from, ref } = pull.head;
  const head = from === null ? null : await from.git.branch(ref);
  const base = await repository.git.branch(pull.base.ref);
  if (pull.merge !== null || from === null || head === null || base === null) {
    throw new Refused(422, 'Validation Failed', [
      { resource: 'PullRequest', field: 'state', code: 'invalid', message: 'state cannot be changed.' },
    ]);
  }
  if (!(await from.git.isAncestor(pull.head.sha, head))) {
    throw new Refused(422, 'Validation Failed', [
      {
        resource: 'PullRequest',
        field: 'state',
        code: 'invalid',
        message: `state cannot be changed. The ${ref} branch was force-pushed or recreated.`,
      },
    ]);
  }
  refuseSecond(repository, from, ref, pull.base.ref);
  pull.head.sha = head;
  pull.base.sha = base;
  await keepHead(repository, pull, head);
  pull.state = 'open';
  pull.closedAt = null;
  pull.updatedAt = world.now();
  forgetMergeability(pull);
  await emitPullRequest(world, repository, pull, 'reopened', actor);
}

export async function setDraft(world: World, repository: Repository, pull: PullRequest, draft: boolean, actor: Actor) {
  if (pull.draft === draft) return;
  pull.draft = draft;
  pull.updatedAt = world.now();
  await emitPullRequest(world, repository, pull, draft ? 'converted_to_draft' : 'ready_for_review', actor);
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : null;
}
