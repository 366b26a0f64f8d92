/** Every move of a ref, by push or API, comes through here: rules, compare-and-swap, then what follows from it. */
import { createCheckSuite } from './checks.ts';
import type { Actor } from './events.ts';
import { type RefMove, ZERO_OID } from './git.ts';
import { forgetMergeability } from './mergeability.ts';
import { emitCreateOrDelete, emitPullRequest, emitPush } from './payloads.ts';
import { Refused } from './refused.ts';
import { apiRefusal, forbidsForce, refusalsOfMove } from './rulesets.ts';
import { loginOf, type PullRequest, type Repository, type World } from './world.ts';

/**
 * Moves refs as an API call does: all or none. Refused by a rule, by a lost race (`stale`), or when it is no fast-forward
 * and `force` is not set. The caller holds the repository's turn.
 */
export async function moveRefs(
  world: World,
  repository: Repository,
  moves: readonly (RefMove & { force: boolean })[],
  actor: Actor,
  stale: () => Refused,
): Promise<void> {
  for (const move of moves) {
    const refusals = refusalsOfMove(repository, move, actor);
    if (refusals.length > 0) throw new Refused(422, apiRefusal(refusals));
    if (move.before === ZERO_OID || move.after === ZERO_OID) continue;
    if (await repository.git.isAncestor(move.before, move.after)) continue;
    if (!move.force) throw new Refused(422, 'Update is not a fast forward');
    if (forbidsForce(repository, move.ref, actor)) {
      throw new Refused(422, apiRefusal(['Cannot force-push to this branch']));
    }
  }
  if (!(await repository.git.updateRefs(moves))) throw stale();
  await refsMoved(world, repository, moves, actor);
}

/** What follows from refs that have moved: events, pull requests brought up to date, suites for apps that wait for pushes. */
export async function refsMoved(
  world: World,
  repository: Repository,
  moves: readonly RefMove[],
  actor: Actor,
): Promise<void> {
  for (const move of moves) {
    if (move.before === move.after) continue;
    repository.pushedAt = world.now();
    if (move.before === ZERO_OID || move.after === ZERO_OID) await emitCreateOrDelete(world, repository, move, actor);
    await emitPush(world, repository, move, actor);
    if (!move.ref.startsWith('refs/heads/')) continue;
    const branch = move.ref.slice('refs/heads/'.length);
    if (move.after !== ZERO_OID) await suitesForApps(world, repository, branch, move.after, actor);
    for (const base of world.repositories.values()) {
      for (const pull of base.pulls.values()) {
        if (pull.state !== 'open') continue;
        if (pull.head.repository === repository && pull.head.ref === branch) {
          await headMoved(world, base, pull, move, actor);
        } else if (base === repository && pull.base.ref === branch) {
          await baseMoved(world, base, pull, move, actor);
        }
      }
    }
  }
}

async function suitesForApps(world: World, repository: Repository, branch: string, sha: string, actor: Actor) {
  for (const app of world.apps.values()) {
    if (!app.autoSuites) continue;
    await createCheckSuite(world, repository, { appId: app.id, headSha: sha, headBranch: branch }, actor);
  }
}

async function headMoved(world: World, base: Repository, pull: PullRequest, move: RefMove, actor: Actor) {
  if (move.after === ZERO_OID) return close(world, base, pull, actor);
  await keepHead(base, pull, move.after);
  pull.head.sha = move.after;
  pull.base.sha = (await base.git.branch(pull.base.ref)) ?? pull.base.sha;
  pull.updatedAt = world.now();
  forgetMergeability(pull);
  await emitPullRequest(world, base, pull, 'synchronize', actor, { before: move.before, after: move.after });
  // Force-pushed to where the base already is: nothing is left to merge.
  if (await base.git.isAncestor(move.after, pull.base.sha)) await close(world, base, pull, actor);
}

async function baseMoved(world: World, base: Repository, pull: PullRequest, move: RefMove, actor: Actor) {
  if (move.after === ZERO_OID) return close(world, base, pull, actor);
  forgetMergeability(pull);
  if (!(await base.git.isAncestor(pull.head.sha, move.after))) return;
  const path = await base.git.list([
    '--reverse',
    '--first-parent',
    '--ancestry-path',
    `${pull.head.sha}..${move.after}`,
  ]);
  // Merged by whatever brought it in: the merge commit, or after a fast-forward the head itself.
  const broughtIn = await firstContaining(base, path, pull.head.sha);
  await markMerged(world, base, pull, broughtIn, move.before, actor);
}

async function firstContaining(repository: Repository, path: readonly string[], head: string): Promise<string> {
  const first = path[0];
  if (first === undefined) return head;
  const { parents } = await repository.git.commit(first);
  return parents[0] === head ? head : first;
}

/** Head commits stay reachable in the base repository, whatever becomes of the branch or the fork. */
export async function keepHead(base: Repository, pull: PullRequest, sha: string): Promise<void> {
  const ref = `refs/pull/${pull.number}/head`;
  if (pull.head.repository !== null && pull.head.repository !== base) {
    await base.git.fetchFrom(pull.head.repository.git.dir, `refs/heads/${pull.head.ref}`, ref);
  } else {
    await base.git.run(['update-ref', ref, sha]);
  }
}

export async function close(world: World, base: Repository, pull: PullRequest, actor: Actor): Promise<void> {
  pull.base.sha = (await base.git.branch(pull.base.ref)) ?? pull.base.sha;
  pull.state = 'closed';
  pull.closedAt = world.now();
  pull.updatedAt = world.now();
  await emitPullRequest(world, base, pull, 'closed', actor);
}

export async function markMerged(
  world: World,
  base: Repository,
  pull: PullRequest,
  mergeSha: string,
  baseBefore: string,
  actor: Actor,
): Promise<void> {
  pull.state = 'closed';
  pull.base.sha = baseBefore;
  pull.merge = { sha: mergeSha, at: world.now(), byLogin: loginOf(actor) };
  pull.closedAt = world.now();
  pull.updatedAt = world.now();
  await emitPullRequest(world, base, pull, 'closed', actor);
}
