/** Where Heddle stands: the main worktree, the shared git folder, the remote, the folder of the worktrees. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import type { RunResult } from '../host/run.ts';
import { type CheckoutKeys, isTrue, readCheckoutKeys, requireCheckout } from './checkout-keys.ts';
import { type GitCommand, gitFailure } from './command.ts';
import { asTyped, named, notAbove, type WorkTree } from './work-tree.ts';

export type Place = {
  /** The user's own checkout. */
  mainWorktree: string;
  commonDir: string;
  /** As they were when this process began. */
  checkoutKeys: CheckoutKeys;
  /** Where git runs that needs no worktree of a task: the user's checkout, with its repository. */
  main: WorkTree;
  /** Names this repository in locks and run tags: short, stable, without separators. */
  repositoryKey: string;
  /** Git's name of the remote on GitHub, such as `origin`. */
  remote: string;
  /** Folder of the worktrees; it need not exist yet. */
  worktreeRoot: string;
};

type Found = Pick<Place, 'mainWorktree' | 'commonDir' | 'checkoutKeys'>;

/** Throws a UserError when `cwd` is in no repository, in one without a checkout, or in one that git refuses to work in. */
export async function findMainWorktree(git: GitCommand, cwd: string): Promise<Found> {
  const args = ['rev-parse', '--path-format=absolute', '--git-common-dir'];
  // Told where to work, git does not follow a `core.worktree`: one that leads nowhere ends every command.
  const result = await git.try(asTyped(cwd), args, { env: { GIT_WORK_TREE: cwd } });
  if (result.exitCode === undefined) throw gitFailure(args, result);
  if (result.exitCode !== 0) throw refusal(cwd, result);
  const commonDir = await realpath(result.stdout.replace(/\n$/, ''));
  const checkoutKeys = await readCheckoutKeys(git, commonDir);
  requireCheckout(checkoutKeys, commonDir);
  const list = await git.try(asTyped(cwd), ['worktree', 'list', '--porcelain', '-z']);
  const first = list.exitCode === 0 ? firstIn(list.stdout) : firstUnlisted(commonDir, checkoutKeys);
  if (first === undefined) {
    throw new UserError(`${commonDir} is a bare repository; Heddle needs a checkout.`, {
      hint: 'Clone it with: git clone URL',
      exit: 'repository',
    });
  }
  return { mainWorktree: await realpath(first), commonDir, checkoutKeys };
}

/** Git has reasons of its own, such as whose the folder is, and names in its next lines what repairs it. */
function refusal(cwd: string, result: RunResult): UserError {
  // Warnings may come before it.
  const text = result.stderr.replace(/^.*?^fatal: /ms, '');
  const [why = '', ...rest] = text.split('\n').flatMap((line) => line.trim() || []);
  if (why.startsWith('not a git repository')) {
    return new UserError(`${cwd} is not in a git repository.`, {
      hint: 'Change to your clone of the repository, or make one with: git clone URL',
      exit: 'repository',
    });
  }
  return new UserError(`git refuses to work in ${cwd}: ${why || `exit code ${result.exitCode}`}.`, {
    hint: rest.join(' ') || 'Fix what git names there; it says the same to: git status',
    exit: 'repository',
  });
}

/** Git names the main worktree first. Undefined if there is none. */
function firstIn(list: string): string | undefined {
  const [worktree = '', ...rest] = list.slice(0, list.indexOf('\0\0')).split('\0');
  return worktree === '' || rest.includes('bare') ? undefined : worktree.replace(/^worktree /, '');
}

/**
 * A git that was killed while it made a worktree can leave an entry with which git lists none. Repairing it begins with
 * where it is, so the main worktree is derived as git itself does it.
 */
function firstUnlisted(commonDir: string, keys: CheckoutKeys): string | undefined {
  if (isTrue(keys['core.bare'])) return undefined;
  return basename(commonDir) === '.git' ? dirname(commonDir) : commonDir;
}

export async function placeOf(found: Found, options: { remote: string; worktreeRoot: string }): Promise<Place> {
  const template = options.worktreeRoot.replaceAll('{repo}', basename(found.mainWorktree));
  const worktreeRoot = await realpathOfMissing(resolve(found.mainWorktree, template));
  return {
    ...found,
    main: mainTree(found),
    repositoryKey: createHash('sha256').update(found.commonDir).digest('hex').slice(0, 12),
    remote: options.remote,
    worktreeRoot,
  };
}

/** With a git folder elsewhere, git itself tells what the files of the main worktree are. */
function mainTree({ mainWorktree, commonDir }: { mainWorktree: string; commonDir: string }): WorkTree {
  return dirname(commonDir) === mainWorktree ? named(mainWorktree, commonDir) : notAbove(mainWorktree);
}

/** Throws unless `path` is strictly inside the folder, symbolic links resolved. */
export function insideOf(folder: string, path: string): string {
  const way = relative(folder, path);
  if (way === '' || isAbsolute(way) || way === '..' || way.startsWith(`..${sep}`)) {
    throw new Error(`expected a path inside ${folder}, got ${path}`);
  }
  return path;
}

/** The real path of what may not exist yet: the nearest existing folder is resolved. */
export async function realpathOfMissing(path: string): Promise<string> {
  let existing = path;
  const rest: string[] = [];
  while (!existsSync(existing)) {
    rest.unshift(basename(existing));
    existing = dirname(existing);
  }
  return join(await realpath(existing), ...rest);
}

/** The worktree root, made and real. */
export async function ensureRoot(place: Place): Promise<string> {
  await mkdir(place.worktreeRoot, { recursive: true });
  return await realpath(place.worktreeRoot);
}
