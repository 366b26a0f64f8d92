/**
 * Making and removing worktrees. Git's own `worktree add` is racy in parallel, so all that touches
 * the shared parts of the repository runs under one lock per host; filling a worktree with files does not.
 */
import { existsSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TransientError } from '../../domain/errors.ts';
import { branchOf, type IssueId, type Sha, worktreeName } from '../../domain/ids.ts';
import type { Worktree } from '../../ports/git.ts';
import { type GitCommand, gitText } from './command.ts';
import { ensureRoot, insideOf, type Place } from './place.ts';
import { checkedOutIn, listWorktrees, resolveRef } from './read.ts';
import { linkAgain } from './repair.ts';

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
  await locked(() => addWorktree(git, place, path, want));
  const real = insideOf(root, await realpath(path));
  await populate(git, real);
  const made = (await listWorktrees(git, place)).find((worktree) => worktree.path === real);
  if (made === undefined) throw new TransientError(`git does not list the worktree ${real} that it has just made.`);
  return made;
}

async function addWorktree(
  git: GitCommand,
  place: Place,
  path: string,
  want: { task: IssueId; round: number; start: Sha },
): Promise<void> {
  const branch = branchOf(want.task, want.round);
  const at = place.mainWorktree;
  const known = (await listWorktrees(git, place)).find((worktree) => worktree.path === path);
  if (known !== undefined) await linkAgain(place, path);
  if (known !== undefined && existsSync(join(path, '.git'))) return;
  // An entry without a folder (somebody deleted it) is in the way of a new one; the branch still has the commits.
  if (known !== undefined) await git.ok(at, ['worktree', 'remove', '--force', '--force', path]);
  const local = await resolveRef(git, at, `refs/heads/${branch}`);
  if (local === undefined) {
    const remote = await resolveRef(git, at, `refs/remotes/${place.remote}/${branch}`);
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

/** A worktree without an index was never filled; no agent has been in it, so filling it again loses nothing. */
async function populate(git: GitCommand, path: string): Promise<void> {
  const index = (await git.ok(path, ['rev-parse', '--path-format=absolute', '--git-path', 'index'])).replace(/\n$/, '');
  // Our own lock per task is held and nothing older of the task is alive, so a lock file here is a dead one's.
  for (const stale of [`${index}.lock`, join(index, '..', 'HEAD.lock')]) await rm(stale, { force: true });
  if (existsSync(index)) return;
  await git.ok(path, ['reset', '--quiet', '--hard', 'HEAD']);
}

export async function removeWorktree(
  git: GitCommand,
  place: Place,
  worktree: Worktree,
  safe: readonly Sha[],
): Promise<{ is: 'removed' } | { is: 'kept'; why: string }> {
  insideOf(place.worktreeRoot, worktree.path);
  const at = place.mainWorktree;
  const branch = await resolveRef(git, at, `refs/heads/${worktree.branch}`);
  const heads = [worktree.head, branch].filter((head) => head !== undefined);
  for (const head of heads) {
    if (!(await isContained(git, at, head, safe))) {
      return { is: 'kept', why: `${head.slice(0, 10)} has commits that were never landed` };
    }
  }
  await linkAgain(place, worktree.path);
  if (existsSync(join(worktree.path, '.git'))) {
    const dirty = (await git.ok(worktree.path, ['status', '--porcelain', '--untracked-files=all']))
      .split('\n')
      .filter(Boolean);
    if (dirty.length > 0)
      return { is: 'kept', why: `${dirty.length} uncommitted or untracked files, such as ${dirty[0]?.slice(3)}` };
    // Without --force, git itself refuses what the check above may have missed in between.
    const removed = await git.try(at, ['worktree', 'remove', worktree.path]);
    if (removed.exitCode !== 0) return { is: 'kept', why: gitText(removed) };
  } else {
    await git.ok(at, ['worktree', 'remove', '--force', '--force', worktree.path]);
  }
  // The branch stays where somebody has it checked out elsewhere.
  const ref = `refs/heads/${worktree.branch}`;
  if (branch !== undefined && (await checkedOutIn(git, at, ref)) === undefined)
    await git.ok(at, ['update-ref', '-d', ref, branch]);
  return { is: 'removed' };
}

async function isContained(git: GitCommand, at: string, head: Sha, safe: readonly Sha[]): Promise<boolean> {
  for (const commit of safe) {
    if (commit === head) return true;
    // A commit that was never fetched gives an error here, which is a no.
    if ((await git.try(at, ['merge-base', '--is-ancestor', head, commit])).exitCode === 0) return true;
  }
  return false;
}
