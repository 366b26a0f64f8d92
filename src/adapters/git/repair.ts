/**
 * A kill inside a git command can leave what breaks every git command of the repository. What belongs to a worktree of
 * ours is derived from its name, so it can be written again; an entry of anybody else's is left alone.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { branchOf, taskOfWorktreeName } from '../../domain/ids.ts';
import { type GitCommand, gitText } from './command.ts';
import { linkOf, namesIn, textOf } from './links.ts';
import type { Place } from './place.ts';
import { resolveRef } from './read.ts';
import { ASIDE, removeFolder } from './remove.ts';
import { clearTemporaryIndex } from './rescue.ts';
import { clearEntry } from './restore-entry.ts';
import { removeStaleLocks } from './stale-locks.ts';
import { entryOf, isCommonDir, lookAt } from './worktree-place.ts';

/** What was repaired, or in a dry run would be, one sentence each. */
type Repairing = { said: string[]; dryRun: boolean };

/** Runs under the host lock, before other git commands. Gives a sentence for each thing that was repaired. */
export async function repair(
  git: GitCommand,
  place: Place,
  options: { dryRun: boolean } = { dryRun: false },
): Promise<readonly string[]> {
  const repairing: Repairing = { said: [], dryRun: options.dryRun };
  if (await clearEntry(place, options.dryRun))
    repairing.said.push('Removed what was left of a salvage that was cut off.');
  const own: string[] = [];
  for (const entry of await entries(place)) {
    if (await repairEntry(place, entry, repairing)) own.push(entry.admin);
  }
  const locks = await removeStaleLocks(place, own, options.dryRun);
  repairing.said.push(...locks.removed.map((name) => `Removed the lock ${name} of a git that has ended.`));
  repairing.said.push(...locks.held.map((name) => `Left the lock ${name}: a git may still be at work.`));
  await removeLeftovers(git, place, repairing);
  return repairing.said;
}

/**
 * What an earlier start of this worktree has left half made: git could not list it, and would make a second entry beside
 * it that nobody takes away. Runs under the host lock.
 */
export async function repairStart(git: GitCommand, place: Place, name: string): Promise<void> {
  const repairing = { said: [], dryRun: false };
  for (const entry of await entries(place, name)) await repairEntry(place, entry, repairing);
  if ((await entryOf(place, join(place.worktreeRoot, name))) === undefined)
    await repairFolder(git, place, name, repairing);
}

/** One of git's entries of a worktree: its folder in `.git/worktrees`, and the worktree that it is for. */
type Entry = { admin: string; path: string | undefined };

/** @param start how their names begin */
async function entries(place: Place, start = ''): Promise<readonly Entry[]> {
  const folder = join(place.commonDir, 'worktrees');
  const found: Entry[] = [];
  for (const name of await namesIn(folder)) {
    if (!name.startsWith(start)) continue;
    const admin = join(folder, name);
    const gitdir = await textOf(join(admin, 'gitdir'));
    // The entry's own name says nothing: git adds a digit to it where the name was taken.
    const path = gitdir === '' ? await linkedFrom(place, admin) : dirname(gitdir);
    if (path === undefined ? await isOurStart(place, name) : isOurs(place, path)) found.push({ admin, path });
  }
  return found;
}

function isOurs(place: Place, path: string): boolean {
  return dirname(path) === place.worktreeRoot && taskOfWorktreeName(basename(path)) !== undefined;
}

/** The worktree of ours whose link leads to this entry. */
async function linkedFrom(place: Place, admin: string): Promise<string | undefined> {
  for (const name of await namesIn(place.worktreeRoot)) {
    const path = join(place.worktreeRoot, name);
    if (isOurs(place, path) && (await linkOf(path)) === admin) return path;
  }
  return undefined;
}

/** Git makes the branch before the entry: one of this name, perhaps with a digit more, tells that the start was ours. */
async function isOurStart(place: Place, name: string): Promise<boolean> {
  for (let at = name; at !== ''; at = at.slice(0, -1)) {
    const named = taskOfWorktreeName(at);
    if (named === undefined) return false;
    const branch = `refs/heads/${branchOf(named.task, named.round)}`;
    if (existsSync(join(place.commonDir, branch))) return true;
    if ((await textOf(join(place.commonDir, 'packed-refs'))).split('\n').some((line) => line.endsWith(` ${branch}`)))
      return true;
  }
  return false;
}

/** False when nothing of the entry is left. */
async function repairEntry(place: Place, entry: Entry, repairing: Repairing): Promise<boolean> {
  const { admin, path } = entry;
  const name = basename(path ?? admin);
  const named = taskOfWorktreeName(name);
  const head = await textOf(join(admin, 'HEAD'));
  const detached = /^[0-9a-f]{40,64}$/.test(head) && !/^0+$/.test(head);
  const torn: string[] = [];
  for (const file of ['gitdir', 'HEAD']) if ((await textOf(join(admin, file))) === '') torn.push(file);
  if (!(await isCommonDir(place, admin, await textOf(join(admin, 'commondir'))))) torn.push('commondir');
  if (/^0+$/.test(head)) torn.push('HEAD');
  const found = path === undefined ? undefined : await lookAt(place, path);
  const there = found !== undefined && found.is !== 'gone';
  const replaced = found?.is === 'there' && found.gitDir !== admin;
  // With a commit checked out by itself the entry may be all that holds it, so it is repaired rather than removed.
  if (path === undefined || named === undefined || ((replaced || (!there && torn.length > 0)) && !detached)) {
    repairing.said.push(`Removed the half-made entry of worktree ${name}.`);
    if (!repairing.dryRun) await rm(admin, { recursive: true, force: true });
    return repairing.dryRun;
  }
  // What git itself writes there while it makes a worktree; it would keep the entry for ever.
  const making = (await textOf(join(admin, 'locked'))) === 'initializing';
  // Where only the entry is torn, its link stands.
  const unlinked = found?.is === 'unlinked' && (await linkOf(path)) !== admin;
  if (torn.length === 0 && !making && !unlinked) return true;
  repairing.said.push(`Repaired the torn entry of worktree ${name}.`);
  if (repairing.dryRun) return true;
  if (torn.includes('commondir')) await writeFile(join(admin, 'commondir'), '../..\n');
  if (torn.includes('gitdir')) await writeFile(join(admin, 'gitdir'), `${join(path, '.git')}\n`);
  if (torn.includes('HEAD')) {
    await writeFile(join(admin, 'HEAD'), `ref: refs/heads/${branchOf(named.task, named.round)}\n`);
  }
  if (making) await rm(join(admin, 'locked'), { force: true });
  if (unlinked) await writeFile(join(path, '.git'), `gitdir: ${admin}\n`);
  return true;
}

/** What a start or a removal that was cut off has left: folders that git has no entry for. */
async function removeLeftovers(git: GitCommand, place: Place, repairing: Repairing): Promise<void> {
  await clearTemporaryIndex(place);
  const names = await namesIn(place.worktreeRoot);
  if (names.length === 0) return;
  const listed = await git.try(place.main, ['worktree', 'list', '--porcelain', '-z']);
  if (listed.exitCode !== 0) {
    // In a dry run the torn entry that was found above is still torn.
    if (!repairing.dryRun) repairing.said.push(`git does not list the worktrees: ${gitText(listed)}`);
    return;
  }
  for (const name of names) {
    const path = join(place.worktreeRoot, name);
    if (!listed.stdout.includes(`worktree ${path}\0`)) await repairFolder(git, place, name, repairing);
  }
}

/** One that git has no entry for. */
async function repairFolder(git: GitCommand, place: Place, name: string, repairing: Repairing): Promise<void> {
  const path = join(place.worktreeRoot, name);
  const removed = name.startsWith(ASIDE) ? name.slice(ASIDE.length) : undefined;
  if (taskOfWorktreeName(removed ?? name) === undefined) return;
  if (removed === undefined) {
    // Anything but git's own link is somebody's work, and what is no folder, or a repository, is not git's to begin with.
    if ((await lookAt(place, path)).is !== 'unlinked') return;
    if ((await readdir(path)).some((entry) => entry !== '.git')) return await register(git, place, path, repairing);
  }
  const what = removed === undefined ? `the half-made folder ${name}` : `what was left of worktree ${removed}`;
  repairing.said.push(`Removed ${what}.`);
  if (!repairing.dryRun) await removeFolder(path);
}

/**
 * Somebody has deleted git's entry of a worktree that has work in it: made anew, aside first, with an index as of the
 * branch, so that whatever differs counts as uncommitted. Nothing without a branch of ours, or with a repository of its own.
 */
async function register(git: GitCommand, place: Place, path: string, repairing: Repairing): Promise<void> {
  const name = basename(path);
  const named = taskOfWorktreeName(name);
  const admin = join(place.commonDir, 'worktrees', name);
  if (named === undefined || existsSync(admin)) return;
  const branch = `refs/heads/${branchOf(named.task, named.round)}`;
  const head = await resolveRef(git, place.main, branch);
  if (head === undefined) return;
  repairing.said.push(`Made git's entry of worktree ${name} anew.`);
  if (repairing.dryRun) return;
  const aside = join(place.commonDir, 'heddle', 'entry');
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  await writeFile(join(aside, 'commondir'), '../..\n');
  await writeFile(join(aside, 'gitdir'), `${join(path, '.git')}\n`);
  await writeFile(join(aside, 'HEAD'), `ref: ${branch}\n`);
  await git.ok(place.main, ['read-tree', head], { env: { GIT_INDEX_FILE: join(aside, 'index') } });
  await mkdir(dirname(admin), { recursive: true });
  await writeFile(join(path, '.git'), `gitdir: ${admin}\n`);
  await rename(aside, admin);
}
