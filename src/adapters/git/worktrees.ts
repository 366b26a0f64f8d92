/**
 * Making worktrees. Git's own `worktree add` is racy in parallel, so all that touches
 * the shared parts of the repository runs under one lock per host; filling a worktree with files does not.
 */
import { existsSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TransientError } from '../../domain/errors.ts';
import { branchOf, type IssueId, type Sha, worktreeName } from '../../domain/ids.ts';
import type { Worktree } from '../../ports/git.ts';
import type { GitCommand } from './command.ts';
import { ensureRoot, insideOf, type Place } from './place.ts';
import { listWorktrees, resolveRef } from './read.ts';
import { rescueHeads } from './remove.ts';
import { repairStart } from './repair.ts';
import { removeLock } from './stale-locks.ts';
import { unfinishedCommits } from './unfinished.ts';
import { entryOf, lookAt, putAside, type Standing, standing } from './worktree-place.ts';

/** A large repository on a slow disk; the files of Git LFS are fetched here too. */
const FILL_TIMEOUT_MS = 30 * 60_000;

/** Runs with the host lock of the repository held. */
export type Locked = <T>(work: () => Promise<T>) => Promise<T>;

export async function ensureWorktree(
  git: GitCommand,
  place: Place,
  locked: Locked,
  want: { task: IssueId; round: number; start: Sha },
): Promise<Worktree> {
  const root = await ensureRoot(place);
  const path = insideOf(root, join(root, worktreeName(want.task, want.round)));
  // Listed under the same lock: beside somebody else's `worktree add` git cannot even list them.
  const made = await locked(async () => {
    await addWorktree(git, place, path, want);
    const real = insideOf(root, await realpath(path));
    return (await listWorktrees(git, place)).find((worktree) => worktree.path === real);
  });
  if (made === undefined) throw new TransientError(`git does not list the worktree ${path} that it has just made.`);
  const stands = await standing(place, made.path);
  await populate(git, stands);
  return await catchUp(git, place, made, stands);
}

/**
 * Somebody has pushed on top of what stands here: work goes on from there, or it could never be pushed. A worktree with
 * uncommitted files stays where it is.
 */
async function catchUp(git: GitCommand, place: Place, made: Worktree, { at }: Standing): Promise<Worktree> {
  const remote = await resolveRef(git, at, `refs/remotes/${place.remote}/${made.branch}`);
  const head = await resolveRef(git, at, 'HEAD');
  if (remote === undefined || head === undefined || remote === head || made.checkedOut !== made.branch) return made;
  if ((await git.try(at, ['merge-base', '--is-ancestor', head, remote])).exitCode !== 0) return made;
  if ((await git.ok(at, ['status', '--porcelain', '--untracked-files=all'])) !== '') return made;
  await git.ok(at, ['reset', '--quiet', '--keep', remote]);
  return { ...made, head: remote };
}

async function addWorktree(
  git: GitCommand,
  place: Place,
  path: string,
  want: { task: IssueId; round: number; start: Sha },
): Promise<void> {
  const branch = branchOf(want.task, want.round);
  const at = place.main;
  await repairStart(git, place, basename(path));
  // As with the locks of its index: nothing older of the task is alive, so it is a dead one's, and no commit gets past it.
  await removeLock(join(place.commonDir, 'refs/heads', `${branch}.lock`));
  const found = await lookAt(place, path);
  if (found.is === 'foreign' || found.is === 'unlinked') await putAside(path);
  const known = (await listWorktrees(git, place)).find((worktree) => worktree.path === path);
  const local = await resolveRef(git, at, `refs/heads/${branch}`);
  const remote = await resolveRef(git, at, `refs/remotes/${place.remote}/${branch}`);
  if (known !== undefined && found.is === 'there') {
    if (known.head !== undefined || local !== undefined) return;
    // Its branch was deleted from under it.
    await git.ok(at, ['update-ref', `refs/heads/${branch}`, remote ?? want.start]);
    return;
  }
  // An entry without a folder (somebody deleted it) is in the way of a new one; the branch still has the commits.
  if (known !== undefined) await forget(git, place, known, local);
  if (local === undefined) {
    await git.ok(at, [
      'worktree',
      'add',
      '--quiet',
      '--no-track',
      '--no-checkout',
      '-b',
      branch,
      '--',
      path,
      remote ?? want.start,
    ]);
  } else {
    await git.ok(at, ['worktree', 'add', '--quiet', '--no-checkout', '--', path, branch]);
  }
}

/** Takes away git's entry of a worktree whose folder is gone; commits that were made beside the branch are rescued. */
async function forget(git: GitCommand, place: Place, known: Worktree, branch: Sha | undefined): Promise<void> {
  const heads = await unfinishedCommits(git, place, await entryOf(place, known.path));
  const held = branch === undefined ? [] : [branch];
  if (known.head !== undefined) heads.unshift(known.head);
  await rescueHeads(git, place.main, known, heads, held);
  await git.ok(place.main, ['worktree', 'remove', '--force', '--force', known.path]);
}

/**
 * A worktree whose index was never written was never filled: no agent has been in it, so filling it again loses nothing.
 * To fill one is to reset it, which leaves ORIG_HEAD behind; an index that is gone from such a one was removed since, and
 * is made again around the files as they are.
 */
async function populate(git: GitCommand, { at, gitDir }: Standing): Promise<void> {
  const index = join(gitDir, 'index');
  // Our own lock per task is held and nothing older of the task is alive, so a lock file here is a dead one's.
  for (const stale of [`${index}.lock`, join(gitDir, 'HEAD.lock')]) await rm(stale, { force: true });
  if (existsSync(index)) return;
  const wasFilled = (await resolveRef(git, at, 'ORIG_HEAD')) !== undefined;
  const how = wasFilled ? '--mixed' : '--hard';
  await git.ok(at, ['reset', '--quiet', how, 'HEAD'], { timeoutMs: FILL_TIMEOUT_MS });
}
