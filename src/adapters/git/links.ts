/** How a worktree's folder and git's entry of it name each other. */
import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from './place.ts';

/**
 * Writes the link to git's entry again, where somebody has deleted it from a folder that is still there: without it,
 * git neither reads nor removes the worktree, though the work in it is whole.
 */
export async function linkAgain(place: Place, path: string): Promise<boolean> {
  const link = join(path, '.git');
  const admin = join(place.commonDir, 'worktrees');
  if (!existsSync(path) || existsSync(link)) return false;
  for (const name of await namesIn(admin)) {
    if ((await textOf(join(admin, name, 'gitdir'))) !== link) continue;
    await writeFile(link, `gitdir: ${join(admin, name)}\n`);
    return true;
  }
  return false;
}

/**
 * A worktree's `.git` is a file that leads to the repository. Where it is a folder, somebody has made a repository of
 * the worktree: that folder is all there is of its history, and no ref of ours holds any of it.
 */
export async function isRepository(path: string): Promise<boolean> {
  const found = await lstat(join(path, '.git')).catch(() => undefined);
  return found?.isDirectory() === true;
}

/** The entry that the folder's link leads to; empty if there is none. */
export async function linkOf(path: string): Promise<string> {
  return (await textOf(join(path, '.git'))).replace(/^gitdir: /, '');
}

export async function namesIn(folder: string): Promise<readonly string[]> {
  return existsSync(folder) ? await readdir(folder) : [];
}

export async function textOf(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim();
}
