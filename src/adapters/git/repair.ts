/**
 * A kill inside `git worktree add` can leave an admin folder that breaks every git command of the repository.
 * What belongs to a worktree of ours is derived from its name, so it can be written again.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { branchOf, taskOfWorktreeName } from '../../domain/ids.ts';
import type { GitCommand } from './command.ts';
import type { Place } from './place.ts';

/** Runs under the host lock, before other git commands. Gives a sentence for each thing that was mended. */
export async function repair(git: GitCommand, place: Place): Promise<readonly string[]> {
  const admin = join(place.commonDir, 'worktrees');
  const said: string[] = [];
  for (const name of existsSync(admin) ? await readdir(admin) : []) {
    const named = taskOfWorktreeName(name);
    if (named === undefined) continue;
    const folder = join(admin, name);
    const gitdir = await textOf(join(folder, 'gitdir'));
    const path = join(place.worktreeRoot, name);
    // An entry that points elsewhere is somebody else's, whatever its name.
    if (gitdir !== '' && gitdir !== join(path, '.git')) continue;
    const torn = ['gitdir', 'commondir', 'HEAD'];
    const broken: string[] = [];
    for (const file of torn) if ((await textOf(join(folder, file))) === '') broken.push(file);
    const nullHead = /^0+$/.test(await textOf(join(folder, 'HEAD')));
    if (broken.length === 0 && !nullHead) continue;
    if (!existsSync(join(path, '.git'))) {
      await rm(folder, { recursive: true, force: true });
      said.push(`Removed the half-made entry of worktree ${name}.`);
      continue;
    }
    await writeFile(join(folder, 'commondir'), '../..\n');
    await writeFile(join(folder, 'gitdir'), `${join(path, '.git')}\n`);
    if (broken.includes('HEAD') || nullHead) {
      await writeFile(join(folder, 'HEAD'), `ref: refs/heads/${branchOf(named.task, named.round)}\n`);
    }
    said.push(`Mended the torn entry of worktree ${name}.`);
  }
  said.push(...(await removeHalfMadeFolders(git, place)));
  said.push(...(await removeStaleRefLocks(place)));
  return said;
}

/**
 * Writes the link to git's entry again, where somebody has deleted it from a folder that is still there: without it,
 * git neither reads nor removes the worktree, though the work in it is whole.
 */
export async function linkAgain(place: Place, path: string): Promise<boolean> {
  const link = join(path, '.git');
  const admin = join(place.commonDir, 'worktrees');
  if (!existsSync(path) || existsSync(link) || !existsSync(admin)) return false;
  for (const name of await readdir(admin)) {
    if ((await textOf(join(admin, name, 'gitdir'))) !== link) continue;
    await writeFile(link, `gitdir: ${join(admin, name)}\n`);
    return true;
  }
  return false;
}

/** A folder that git has no entry for, with nothing in it but git's own link: a start that was cut off. */
async function removeHalfMadeFolders(git: GitCommand, place: Place): Promise<string[]> {
  if (!existsSync(place.worktreeRoot)) return [];
  const listed = await git.ok(place.mainWorktree, ['worktree', 'list', '--porcelain', '-z']);
  const said: string[] = [];
  for (const name of await readdir(place.worktreeRoot)) {
    const path = join(place.worktreeRoot, name);
    if (taskOfWorktreeName(name) === undefined || listed.includes(`worktree ${path}\0`)) continue;
    const inside = await readdir(path).catch(() => undefined);
    if (inside === undefined || inside.some((entry) => entry !== '.git')) continue;
    await rm(path, { recursive: true, force: true });
    said.push(`Removed the half-made folder ${name}.`);
  }
  return said;
}

/** Ref locks are held for milliseconds; the host lock is ours, so one of this age below our prefix is a dead one's. */
const STALE_LOCK_MS = 60_000;

async function removeStaleRefLocks(place: Place): Promise<string[]> {
  const folder = join(place.commonDir, 'refs', 'heads', 'heddle');
  const said: string[] = [];
  for (const entry of existsSync(folder) ? await readdir(folder, { recursive: true }) : []) {
    if (!entry.endsWith('.lock')) continue;
    const path = join(folder, entry);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age < STALE_LOCK_MS) continue;
    await rm(path, { force: true });
    said.push(`Removed the stale lock refs/heads/heddle/${entry}.`);
  }
  return said;
}

async function textOf(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim();
}
