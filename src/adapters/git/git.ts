/** Git of one repository, readers and writers together. */
import { TransientError } from '../../domain/errors.ts';
import { type Branch, isSha, type Sha, taskOfBranch } from '../../domain/ids.ts';
import type { Git } from '../../ports/git.ts';
import type { Locks } from '../../ports/processes.ts';
import { putBackCheckoutKeys, readCheckoutKeys, strayed } from './checkout-keys.ts';
import { type GitCommand, gitText, REMOTE_TIMEOUT_MS } from './command.ts';
import { commitAll, mergeIn, restoreFolder } from './commit.ts';
import type { Place } from './place.ts';
import { deleteRemoteBranch, publishFile, pushRef } from './push.ts';
import { createGitReader, resolveRef } from './read.ts';
import { deleteLocalBranch, removeWorktree } from './remove.ts';
import { repair } from './repair.ts';
import { listRescues, rescueCommit } from './rescue.ts';
import { restoreBranch, restoreWorktree } from './restore.ts';
import { remoteTaskBranches } from './task-branches.ts';
import type { WorkTree } from './work-tree.ts';
import { standing } from './worktree-place.ts';
import { ensureWorktree, type Locked } from './worktrees.ts';

/** Waiting for the host lock: longer than any fetch may take. */
const LOCK_TIMEOUT_MS = REMOTE_TIMEOUT_MS + 60_000;

export function createGit(git: GitCommand, place: Place, locks: Locks): Git {
  const reader = createGitReader(git, place);
  const at = place.main;
  const locked: Locked = async (work) => {
    const lock = await locks.acquire(`git-${place.repositoryKey}`, LOCK_TIMEOUT_MS);
    try {
      return await work();
    } finally {
      await lock.release();
    }
  };
  return {
    ...reader,
    async fetch(branches) {
      await reader.remoteUrl();
      await locked(() => fetch(git, place, branches));
    },
    async repairConfig() {
      const { commonDir, checkoutKeys: start } = place;
      if (strayed(start, await readCheckoutKeys(git, commonDir)).length === 0) return [];
      return await locked(() => putBackCheckoutKeys(git, commonDir, start));
    },
    repair: (options) => locked(() => repair(git, place, options)),
    // Beside somebody else's `worktree add` git cannot list them; under the lock there is none of ours.
    worktrees: () => reader.worktrees().catch(() => locked(() => reader.worktrees())),
    rescues: (task) => listRescues(git, place, task),
    restoreRescue: (commit, where) =>
      locked(() =>
        'branch' in where
          ? restoreBranch(git, place, commit, where.branch)
          : restoreWorktree(git, place, commit, where.folder),
      ),
    ensureWorktree: (want) => ensureWorktree(git, place, locked, want),
    removeWorktree: (worktree, safe) => locked(() => removeWorktree(git, place, worktree, safe)),
    deleteLocalBranch: (name, expected, safe) => locked(() => deleteLocalBranch(git, place, name, expected, safe)),
    deleteRemoteBranch: async (name, expected) => deleteRemoteBranch(git, at, await reader.remoteUrl(), name, expected),
    mergeIn: async (path, commit, messages) => mergeIn(git, await standing(place, path), commit, messages),
    commitAll: async (path, message) => commitAll(git, await standing(place, path), message),
    restoreFolder: async (path, folder, commit, message) =>
      restoreFolder(git, (await standing(place, path)).at, folder, commit, message),
    async push(path, name, expected) {
      const worktree = (await standing(place, path)).at;
      const from = await git.sha(worktree, ['rev-parse', 'HEAD']);
      if (expected !== undefined) await keepReplaced(git, at, name, { from, expected });
      return await pushRef(git, worktree, await reader.remoteUrl(), { from, to: name, expected, hooks: true });
    },
    publishFile: async (want) => publishFile(git, at, await reader.remoteUrl(), want),
  };
}

/** A push that replaces what was pushed keeps it first. Throws TransientError if it was never fetched: then look again. */
async function keepReplaced(
  git: GitCommand,
  at: WorkTree,
  name: Branch,
  { from, expected }: { from: Sha; expected: Sha },
): Promise<void> {
  if ((await git.try(at, ['merge-base', '--is-ancestor', expected, from])).exitCode === 0) return;
  const owner = taskOfBranch(name);
  if (owner !== undefined) await rescueCommit(git, at, owner, expected);
}

/** A named branch that the remote does not have is no error: its remote-tracking ref is taken away. */
async function fetch(git: GitCommand, place: Place, branches: readonly string[]): Promise<void> {
  const { main: at, remote } = place;
  const wanted = [...new Set(branches)];
  for (;;) {
    const specs = [...wanted, 'heddle/*'].map((name) => `+refs/heads/${name}:refs/remotes/${remote}/${name}`);
    const args = [
      'fetch',
      '--quiet',
      '--no-tags',
      '--prune',
      '--no-write-fetch-head',
      '--no-recurse-submodules',
      '--refmap=',
      remote,
      ...specs,
    ];
    const result = await git.try(at, args, { timeoutMs: REMOTE_TIMEOUT_MS });
    if (result.exitCode === 0) return;
    const missing = /couldn't find remote ref (?:refs\/heads\/)?(\S+)/.exec(result.stderr)?.[1];
    const index = missing === undefined ? -1 : wanted.indexOf(missing);
    if (missing === undefined || index < 0) {
      // A ref of a branch that is long gone from the remote can be in the way, and no other look would pass.
      await remoteTaskBranches(git, place);
      throw new TransientError(`git fetch failed: ${gitText(result)}`);
    }
    wanted.splice(index, 1);
    const old = await resolveRef(git, at, `refs/remotes/${remote}/${missing}`);
    if (old !== undefined && isSha(old))
      await git.ok(at, ['update-ref', '-d', `refs/remotes/${remote}/${missing}`, old]);
  }
}
