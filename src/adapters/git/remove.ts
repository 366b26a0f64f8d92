/** Taking away a worktree or a branch of a task: whatever nothing else holds is rescued first. */
import { existsSync } from 'node:fs';
import { chmod, lstat, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Branch, type Sha, taskOfBranch } from '../../domain/ids.ts';
import type { Removal, Worktree } from '../../ports/git.ts';
import { errorCode } from '../host/error-code.ts';
import type { GitCommand } from './command.ts';
import { insideOf, type Place } from './place.ts';
import { checkedOutIn, listWorktrees, resolveRef } from './read.ts';
import { type Owner, rescueCommit, rescuedCommits, rescueUncommitted } from './rescue.ts';
import { unfinishedCommits } from './unfinished.ts';
import type { WorkTree } from './work-tree.ts';
import { entryOf, linkAgain, lookAt } from './worktree-place.ts';

/** A folder gets a name that begins like this only after all that it holds was rescued, or is held elsewhere. */
export const ASIDE = '.removing-';

/** Removes the worktree and its local branch. Every step can be repeated, and after each of them nothing is lost. */
export async function removeWorktree(
  git: GitCommand,
  place: Place,
  worktree: Worktree,
  safe: readonly Sha[],
): Promise<Removal> {
  insideOf(place.worktreeRoot, worktree.path);
  const at = place.main;
  await linkAgain(place, worktree.path);
  const found = await lookAt(place, worktree.path);
  const now = (await listWorktrees(git, place)).find(({ path }) => path === worktree.path);
  if (now?.locked) return { is: 'kept', why: 'git holds it locked (git worktree lock)' };
  // Something else is in its place, and no ref of ours holds any of that.
  if (found.is === 'foreign' || (found.is === 'unlinked' && now !== undefined)) return { is: 'kept', why: found.why };
  const branch = await resolveRef(git, at, `refs/heads/${worktree.branch}`);
  const heads: Sha[] = [];
  const held: Sha[] = [...safe];
  const rescued: string[] = [];
  if (now?.head !== undefined) heads.push(now.head);
  if (branch !== undefined) heads.push(branch);
  if (now !== undefined && found.is === 'there') {
    const uncommitted = await rescueUncommitted(git, place, now);
    if (uncommitted.is === 'impossible') return { is: 'kept', why: uncommitted.why };
    if (uncommitted.rescue !== undefined) {
      rescued.push(uncommitted.rescue.ref);
      held.push(uncommitted.rescue.commit);
    }
  }
  heads.push(...(await unfinishedCommits(git, place, await entryOf(place, worktree.path))));
  rescued.push(...(await rescueHeads(git, at, worktree, heads, held)));
  if (now !== undefined) {
    const refused = await discard(git, place, now.path);
    if (refused !== undefined) return { is: 'kept', why: refused };
  }
  // The branch stays where somebody has it checked out elsewhere.
  const ref = `refs/heads/${worktree.branch}`;
  if (branch !== undefined && (await checkedOutIn(git, at, ref)) === undefined)
    await git.ok(at, ['update-ref', '-d', ref, branch]);
  return { is: 'removed', rescued };
}

/** Deletes a task's branch if it is still at `expected`; gone already is fine. */
export async function deleteLocalBranch(
  git: GitCommand,
  place: Place,
  name: Branch,
  expected: Sha,
  safe: readonly Sha[],
): Promise<Removal> {
  const at = place.main;
  const owner = taskOfBranch(name);
  if (owner === undefined) throw new Error(`expected the branch of a task, got ${JSON.stringify(name)}`);
  const there = await resolveRef(git, at, `refs/heads/${name}`);
  if (there === undefined) return { is: 'removed', rescued: [] };
  const user = await checkedOutIn(git, at, `refs/heads/${name}`);
  if (user !== undefined) return { is: 'kept', why: `the branch ${name} is checked out in ${user}` };
  if (there !== expected) return { is: 'kept', why: `the branch ${name} has moved to ${there.slice(0, 10)}` };
  const rescued = await rescueHeads(git, at, owner, [expected], [...safe]);
  await git.ok(at, ['update-ref', '-d', `refs/heads/${name}`, expected]);
  return { is: 'removed', rescued };
}

/** Rescues those that neither `held` nor an earlier rescue contains, and adds each of them to `held`. */
export async function rescueHeads(
  git: GitCommand,
  at: WorkTree,
  owner: Owner,
  heads: readonly Sha[],
  held: Sha[],
): Promise<string[]> {
  const rescued: string[] = [];
  if (heads.some((head) => !held.includes(head))) held.push(...(await rescuedCommits(git, at, owner)));
  for (const head of heads) {
    if (await isContained(git, at, head, held)) continue;
    rescued.push(await rescueCommit(git, at, owner, head));
    held.push(head);
  }
  return rescued;
}

async function isContained(git: GitCommand, at: WorkTree, head: Sha, held: readonly Sha[]): Promise<boolean> {
  if (held.includes(head)) return true;
  for (const commit of held) {
    // A commit that was never fetched gives an error here, which is a no.
    if ((await git.try(at, ['merge-base', '--is-ancestor', head, commit])).exitCode === 0) return true;
  }
  return false;
}

/**
 * The folder is renamed first, in one step: one that is half deleted would look as if an agent had deleted files in it.
 * Gives the reason if it has to stay.
 */
async function discard(git: GitCommand, place: Place, path: string): Promise<string | undefined> {
  const aside = insideOf(place.worktreeRoot, join(dirname(path), `${ASIDE}${basename(path)}`));
  await removeFolder(aside);
  if (existsSync(path)) {
    try {
      await rename(path, aside);
    } catch (cause) {
      return `its folder cannot be moved (${errorCode(cause) ?? 'unknown'})`;
    }
  }
  await git.ok(place.main, ['worktree', 'remove', '--force', '--force', path]);
  await removeFolder(aside);
  return undefined;
}

/** Folders without write permission (Go's module cache has such) are made writable; symbolic links are not followed. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (cause) {
    if (errorCode(cause) !== 'EACCES' && errorCode(cause) !== 'EPERM') throw cause;
    await makeWritable(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function makeWritable(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return;
  await chmod(path, 0o700);
  for (const entry of await readdir(path)) await makeWritable(join(path, entry));
}
