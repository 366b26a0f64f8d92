import { lstatSync } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TransientError, UserError } from '../../domain/errors.ts';
import { branchOf, isSha, type Sha, taskOfBranch, taskOfWorktreeName } from '../../domain/ids.ts';
import { MAX_ISSUES_BYTES as MAX_FILE_BYTES } from '../../domain/lines.ts';
import type { GitReader, Worktree } from '../../ports/git.ts';
import { type GitCommand, gitFailure } from './command.ts';
import { nestedRepositories } from './nested.ts';
import { type Place, realpathOfMissing } from './place.ts';
import { localTaskBranches, remoteTaskBranches } from './task-branches.ts';
import type { WorkTree } from './work-tree.ts';
import { standing } from './worktree-place.ts';

export function createGitReader(git: GitCommand, place: Place): Omit<GitReader, 'rescues'> {
  const at = place.main;
  let first: string | undefined;
  return {
    mainWorktree: place.mainWorktree,
    repositoryKey: place.repositoryKey,
    worktreeRoot: place.worktreeRoot,
    stateFolder: `${place.commonDir}/heddle`,
    async remoteUrl() {
      const result = await git.try(at, ['remote', 'get-url', '--push', place.remote]);
      const url = result.stdout.trim();
      if (result.exitCode === 0) {
        first ??= url;
        if (url !== first) throw elsewhere(place.remote, first, url);
        return url;
      }
      throw new UserError(`This repository has no remote named ${JSON.stringify(place.remote)}.`, {
        hint: `Add it with: git remote add ${place.remote} https://github.com/OWNER/REPOSITORY.git`,
        exit: 'repository',
      });
    },
    async remoteBranch(name) {
      return await resolveRef(git, at, `refs/remotes/${place.remote}/${name}`);
    },
    remoteTaskBranches: () => remoteTaskBranches(git, place),
    localTaskBranches: () => localTaskBranches(git, place),
    worktrees: () => listWorktrees(git, place),
    async requireWorktree(path) {
      await standing(place, path);
    },
    async worktreeState(path) {
      const { at: worktree } = await standing(place, path);
      const head = await git.sha(worktree, ['rev-parse', '--verify', 'HEAD^{commit}']);
      const status = await git.ok(worktree, ['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames']);
      return { head, changes: status.split('\0').filter((line) => line !== '') };
    },
    isAncestor: (older, newer) => isAncestor(git, at, older, newer),
    mergeBase: (a, b) => shaIfAny(git, at, ['merge-base', a, b]),
    fileAt: (commit, path) => fileAt(git, at, commit, path),
    async changedPaths(from, to) {
      const out = await git.ok(at, ['diff', '--name-only', '--no-renames', '-z', from, to]);
      return out.split('\0').filter((path) => path !== '');
    },
    nestedRepositories: (from, to) => nestedRepositories(git, at, from, to),
    async conflictsLeft(from, to) {
      // Exit code 2 where it finds something, blanks at the ends of lines among it.
      const { stdout } = await git.try(at, ['-c', 'core.quotePath=false', 'diff', '--check', from, to]);
      const found = [...stdout.matchAll(/^(.+):\d+: leftover conflict marker$/gm)].map(([, path = '']) => path);
      return [...new Set(found)];
    },
    async countCommits(from, to) {
      return Number((await git.ok(at, ['rev-list', '--count', `${from}..${to}`])).trim());
    },
    room: () => roomBelow(place.worktreeRoot),
  };
}

async function isAncestor(git: GitCommand, at: WorkTree, older: Sha, newer: Sha): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', older, newer];
  const result = await git.try(at, args);
  if (result.exitCode === 0) return true;
  if (result.exitCode === 1) return false;
  // A commit that this repository does not have is no ancestor of any commit here.
  if (/not a valid|bad object|Not a valid commit/i.test(result.stderr)) return false;
  throw gitFailure(args, result);
}

async function fileAt(git: GitCommand, at: WorkTree, commit: Sha, path: string): Promise<string | undefined> {
  const entry = await git.ok(at, ['ls-tree', '-z', '--long', commit, '--', path]);
  if (entry === '') return undefined;
  const [, , id, size] = entry.split(/[ \t]+/);
  if (Number(size) > MAX_FILE_BYTES) {
    throw unusable(path, `has ${size} bytes, more than the limit of ${MAX_FILE_BYTES}`);
  }
  const text = await git.ok(at, ['cat-file', 'blob', `${commit}:${path}`]);
  // Bytes that are no text come out as this character, and would go back changed.
  if (!text.includes('\ufffd') || (await git.sha(at, ['hash-object', '--stdin'], { input: text })) === id) return text;
  throw unusable(path, 'is not valid UTF-8');
}

/** Of a folder that need not exist yet: its disk is that of the nearest folder above it. */
async function roomBelow(root: string): Promise<{ freeMb: number; worktrees: number }> {
  let folder = root;
  for (;;) {
    try {
      const { bavail, bsize } = await statfs(folder);
      const entries = await readdir(root).catch(() => []);
      return { freeMb: Math.floor((Number(bavail) * Number(bsize)) / 2 ** 20), worktrees: entries.length };
    } catch (cause) {
      if (dirname(folder) === folder) throw new TransientError(`cannot read the free space of ${root}`, { cause });
      folder = dirname(folder);
    }
  }
}

/** What is pushed would go to somebody else's repository, and what is fetched would be taken for the base. */
function elsewhere(remote: string, first: string, now: string): UserError {
  const [before, after] = [first, now].map((url) => url.replace(/\/\/[^/@]*@/, '//'));
  return new UserError(`The remote ${remote} leads to ${after} now, and led to ${before} when this began.`, {
    hint: `A program that an agent has run may have changed it. See where with: git config --show-origin --get-regexp '^(remote|url)\\.'; undo it there, or with: git remote set-url ${remote} ${before}`,
    exit: 'repository',
  });
}

function unusable(path: string, why: string): UserError {
  return new UserError(`${path} ${why}.`, {
    hint: `Fix it with a commit of your own; git log -- ${path}`,
    exit: 'config',
  });
}

export async function resolveRef(git: GitCommand, at: WorkTree, ref: string): Promise<Sha | undefined> {
  return await shaIfAny(git, at, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
}

/** Undefined where git says that there is none; any other answer is a failure. */
async function shaIfAny(git: GitCommand, at: WorkTree, args: readonly string[]): Promise<Sha | undefined> {
  const result = await git.try(at, args);
  const text = result.stdout.trim();
  if (result.exitCode === 0 && isSha(text)) return text;
  if (result.exitCode === 1 && text === '') return undefined;
  throw gitFailure(args, result);
}

/** The worktree, the user's own ones included, that has this branch checked out. */
export async function checkedOutIn(git: GitCommand, at: WorkTree, ref: string): Promise<string | undefined> {
  const out = await git.ok(at, ['worktree', 'list', '--porcelain', '-z']);
  const block = out.split('\0\0').find((one) => one.split('\0').includes(`branch ${ref}`));
  return block?.split('\0')[0]?.replace(/^worktree /, '');
}

/** False for a symbolic link to a folder. */
function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Our worktrees in git's own list: those below the root whose folder and branch are derived from one task and round. */
export async function listWorktrees(git: GitCommand, place: Place): Promise<readonly Worktree[]> {
  const out = await git.ok(place.main, ['worktree', 'list', '--porcelain', '-z']);
  const found: Worktree[] = [];
  // The first is the user's own checkout, which may have the name of a worktree where the root is its own parent.
  for (const block of out.split('\0\0').slice(1)) {
    const fields = new Map(
      block.split('\0').map((line): [string, string] => {
        const space = line.indexOf(' ');
        return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
      }),
    );
    const path = fields.get('worktree');
    if (path === undefined || path === '') continue;
    // A link in the place of a worktree is not followed.
    const real = join(await realpathOfMissing(dirname(path)), basename(path));
    if (dirname(real) !== place.worktreeRoot) continue;
    const named = taskOfWorktreeName(basename(real));
    if (named === undefined) continue;
    const head = fields.get('HEAD') ?? '';
    found.push({
      path: real,
      ...named,
      branch: branchOf(named.task, named.round),
      // Somebody who checks out another branch in there is not stopped; what is asked for is the branch of the task.
      checkedOut: fields.get('branch')?.replace(/^refs\/heads\//, ''),
      head: isSha(head) && !/^0+$/.test(head) ? head : undefined,
      // Git says so itself (`prunable`), except of a locked one.
      missing: fields.has('prunable') || !isFolder(real),
      locked: fields.has('locked'),
    });
  }
  return found.filter((worktree) => taskOfBranch(worktree.branch) !== undefined);
}
