/** Commits in a task's worktree, with the user's own identity and hooks. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Sha } from '../../domain/ids.ts';
import type { MergeIn } from '../../ports/git.ts';
import { TimedOut } from '../host/run.ts';
import { type GitCommand, gitText, HOOK_TIMEOUT_MS } from './command.ts';
import type { WorkTree } from './work-tree.ts';
import type { Standing } from './worktree-place.ts';

const HOOK_HANGS = `a hook did not end within ${HOOK_TIMEOUT_MS / 60_000} minutes`;

export async function commitAll(
  git: GitCommand,
  { at, gitDir }: Standing,
  message: string,
): Promise<{ is: 'committed'; head: Sha } | { is: 'nothing' } | { is: 'refused'; why: string }> {
  // Without an index all files look new: what is tracked though it is ignored, or sparsely left out, would be deleted.
  if (!existsSync(join(gitDir, 'index'))) {
    const read = await git.try(at, ['read-tree', 'HEAD']);
    if (read.exitCode !== 0) return { is: 'refused', why: gitText(read) };
  }
  const added = await git.try(at, ['add', '--all']);
  if (added.exitCode !== 0) return { is: 'refused', why: gitText(added) };
  const staged = await git.try(at, ['diff', '--cached', '--quiet']);
  // A merge is concluded also where it came to nothing.
  if (staged.exitCode === 0 && !(await isMerging(git, at))) return { is: 'nothing' };
  const commit = git.try(at, ['commit', '--quiet', '-m', message], { timeoutMs: HOOK_TIMEOUT_MS });
  const committed = await commit.catch(hookHangs);
  if (committed === undefined) {
    return { is: 'refused', why: HOOK_HANGS };
  }
  if (committed.exitCode !== 0) return { is: 'refused', why: gitText(committed) };
  return { is: 'committed', head: await git.sha(at, ['rev-parse', 'HEAD']) };
}

/** One that hangs would hang again at each further try. */
function hookHangs(error: unknown): undefined {
  if (!(error instanceof TimedOut)) throw error;
}

async function isMerging(git: GitCommand, at: WorkTree): Promise<boolean> {
  return (await git.try(at, ['rev-parse', '--quiet', '--verify', 'MERGE_HEAD'])).exitCode === 0;
}

export async function mergeIn(
  git: GitCommand,
  worktree: Standing,
  commit: Sha,
  messages: { merge: string; leftovers: string },
): Promise<MergeIn> {
  const { at } = worktree;
  const open = await unmergedPaths(git, at);
  if (open.length > 0) return { is: 'conflicts', paths: open };
  const left = await commitAll(git, worktree, messages.leftovers);
  if (left.is === 'refused') return left;
  const contained = await git.try(at, ['merge-base', '--is-ancestor', commit, 'HEAD']);
  if (contained.exitCode === 0) return { is: 'nothing' };
  const args = ['merge', '--no-ff', '--quiet', '-m', messages.merge, commit];
  const merged = await git.try(at, args, { timeoutMs: HOOK_TIMEOUT_MS }).catch(hookHangs);
  if (merged === undefined) return { is: 'refused', why: HOOK_HANGS };
  if (merged.exitCode === 0) return { is: 'merged', head: await git.sha(at, ['rev-parse', 'HEAD']) };
  const paths = await unmergedPaths(git, at);
  return paths.length > 0 ? { is: 'conflicts', paths } : { is: 'refused', why: gitText(merged) };
}

async function unmergedPaths(git: GitCommand, at: WorkTree): Promise<string[]> {
  const listed = await git.ok(at, ['diff', '--name-only', '--diff-filter=U', '-z']);
  return listed.split('\0').filter((path) => path !== '');
}

export async function restoreFolder(
  git: GitCommand,
  at: WorkTree,
  folder: string,
  commit: Sha,
  message: string,
): Promise<Sha> {
  const same = await git.try(at, ['diff', '--quiet', commit, 'HEAD', '--', folder]);
  if (same.exitCode !== 0) {
    await git.ok(at, ['rm', '-r', '--quiet', '--force', '--ignore-unmatch', '--', folder]);
    const there = await git.ok(at, ['ls-tree', '-z', commit, '--', folder]);
    if (there !== '') await git.ok(at, ['checkout', '--quiet', commit, '--', folder]);
    // The user's hooks have seen the work itself; this commit only takes something out of it.
    await git.ok(at, ['commit', '--quiet', '--no-verify', '--allow-empty', '-m', message]);
  }
  return await git.sha(at, ['rev-parse', 'HEAD']);
}
