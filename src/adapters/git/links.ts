/** How a worktree's folder and git's entry of it name each other. */
import { existsSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

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
