/** What a commit that somebody else makes in the user's checkout would take in, and in whose name. */
import type { GitCommand } from './command.ts';
import type { WorkTree } from './work-tree.ts';

type Pending = {
  /** Paths in the index that differ from HEAD. */
  staged: string[];
  /** Paths in the worktree that differ from the index; untracked files too, ignored ones not. */
  changed: string[];
};

export async function pendingChanges(git: GitCommand, at: WorkTree): Promise<Pending> {
  const out = await git.ok(at, ['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames']);
  const pending: Pending = { staged: [], changed: [] };
  for (const entry of out.split('\0')) {
    if (entry.length < 4) continue;
    const [index = ' ', worktree = ' '] = entry;
    const path = entry.slice(3);
    if (index !== ' ' && index !== '?') pending.staged.push(path);
    if (worktree !== ' ') pending.changed.push(path);
  }
  return pending;
}

/** `Name <mail>` of a commit made here now; undefined if git would refuse to make one. */
export async function committer(git: GitCommand, at: WorkTree): Promise<string | undefined> {
  const found = await git.try(at, ['var', 'GIT_COMMITTER_IDENT']);
  // What follows is a time stamp.
  return found.exitCode === 0 ? found.stdout.replace(/ \d+ [+-]\d+\s*$/, '').trim() : undefined;
}
