/**
 * Whether a worktree is still what git made it: a folder, whose `.git` file leads to an entry of this repository that
 * leads back to it. Agents, set-up commands and hooks can do anything to it, so this is looked at before each git call there.
 */
import type { Stats } from 'node:fs';
import { lstat, realpath, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Loss, TransientError, WorktreeLost } from '../../domain/errors.ts';
import { asideName } from '../../domain/ids.ts';
import { errorCode } from '../host/error-code.ts';
import { namesIn, textOf } from './links.ts';
import type { Place } from './place.ts';
import { named, type WorkTree } from './work-tree.ts';

/** `gitDir`: git's entry of it. */
export type Standing = { at: WorkTree; gitDir: string };
type Found = ({ is: 'there' } & Standing) | { is: Loss; why: string };

/** Throws WorktreeLost unless it is there. */
export async function standing(place: Place, path: string): Promise<Standing> {
  const found = await lookAt(place, path);
  if (found.is !== 'there') throw new WorktreeLost(found.is, found.why);
  return found;
}

/** @param path real, but for what was put in its place */
export async function lookAt(place: Place, path: string): Promise<Found> {
  const folder = await statOf(path);
  if (folder === undefined) return { is: 'gone', why: 'its folder is gone' };
  if (folder.isSymbolicLink()) return { is: 'foreign', why: 'a symbolic link stands in its place' };
  if (!folder.isDirectory()) return { is: 'foreign', why: 'a file stands in its place' };
  if ((await realpath(path)) !== path) return { is: 'foreign', why: 'a symbolic link stands above it' };
  const link = await statOf(join(path, '.git'));
  if (link === undefined) return { is: 'unlinked', why: 'its .git file was removed' };
  if (link.isDirectory()) return { is: 'foreign', why: 'it has become a repository of its own' };
  if (!link.isFile()) return { is: 'foreign', why: 'its .git is no file' };
  return await follow(place, path);
}

/** From the folder's link to git's entry, and back. */
async function follow(place: Place, path: string): Promise<Found> {
  const target = /^gitdir: (.+)$/s.exec(await textOf(join(path, '.git')))?.[1];
  if (target === undefined) return { is: 'unlinked', why: 'its .git file leads nowhere' };
  const gitDir = await realpath(resolve(path, target)).catch(() => undefined);
  if (gitDir === undefined) return { is: 'unlinked', why: "git's entry of it is gone" };
  if (dirname(gitDir) !== join(place.commonDir, 'worktrees'))
    return { is: 'foreign', why: `its .git file leads to another repository, ${gitDir}` };
  const [back, common] = [await textOf(join(gitDir, 'gitdir')), await textOf(join(gitDir, 'commondir'))];
  if (back === '' || !(await isCommonDir(place, gitDir, common)))
    return { is: 'unlinked', why: "git's entry of it is torn" };
  const from = resolve(gitDir, back);
  if (basename(from) !== '.git' || (await realpath(dirname(from)).catch(() => undefined)) !== path)
    return { is: 'foreign', why: `its .git file leads to the entry of ${dirname(from)}` };
  return { is: 'there', at: named(path, gitDir), gitDir };
}

/** Git's entry that leads to this path, whatever stands there. */
export async function entryOf(place: Place, path: string): Promise<string | undefined> {
  const folder = join(place.commonDir, 'worktrees');
  for (const name of await namesIn(folder)) {
    const back = await textOf(join(folder, name, 'gitdir'));
    if (back !== '' && resolve(folder, name, back) === join(path, '.git')) return join(folder, name);
  }
  return undefined;
}

/**
 * Writes the link to git's entry again, where somebody has deleted it from a folder that is still there: without it,
 * git neither reads nor removes the worktree, though the work in it is whole.
 */
export async function linkAgain(place: Place, path: string): Promise<void> {
  const entry = await entryOf(place, path);
  if (entry === undefined || (await lookAt(place, path)).is !== 'unlinked') return;
  await writeFile(join(path, '.git'), `gitdir: ${entry}\n`);
}

/** Whatever stands at the path is moved beside it, under a name that is no worktree's; only people delete it. */
export async function putAside(path: string): Promise<void> {
  const first = join(dirname(path), asideName(basename(path)));
  let aside = first;
  for (let n = 2; (await statOf(aside)) !== undefined; n += 1) aside = `${first}.${n}`;
  await rename(path, aside);
}

/** @param text of the entry's `commondir`: which repository the entry belongs to */
export async function isCommonDir(place: Place, gitDir: string, text: string): Promise<boolean> {
  if (text === '') return false;
  return (await realpath(resolve(gitDir, text)).catch(() => undefined)) === place.commonDir;
}

/** Undefined if nothing is there; a link is not followed. */
async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT' || errorCode(cause) === 'ENOTDIR') return undefined;
    throw new TransientError(`cannot look at ${path}`, { cause });
  }
}
