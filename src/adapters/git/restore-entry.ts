/**
 * A worktree for somebody else, in a folder of their choice. A git that is killed while it makes one leaves an entry that
 * may break every git command, and that says nothing of whose it is. So it is made below our root, under one name of
 * ours, and handed over whole: what is found under that name was cut off, and nobody has worked in it.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Sha } from '../../domain/ids.ts';
import { type GitCommand, gitText } from './command.ts';
import { isRepository, linkOf, namesIn, textOf } from './links.ts';
import { ensureRoot, type Place } from './place.ts';
import { standing } from './worktree-place.ts';

/** Of the folder below the root, so also of git's entry, perhaps with a digit more. */
const NAME = 'heddle-salvage';
const ENTRY = new RegExp(`^${NAME}\\d*$`);

/** The entry, with no files in the folder yet, or what git says against it. Runs under the host lock. */
export async function makeEntry(
  git: GitCommand,
  place: Place,
  commit: Sha,
  path: string,
): Promise<{ is: 'made' } | { is: 'refused'; why: string }> {
  await clearEntry(place);
  const link = join(path, '.git');
  for (const { name, leadsTo } of await entriesOf(place))
    if (leadsTo === link) return { is: 'refused', why: `git still has its entry ${name}` };
  await mkdir(path, { recursive: true });
  const begun = join(await ensureRoot(place), NAME);
  const args = ['worktree', 'add', '--quiet', '--no-checkout', '--detach', begun, commit];
  const added = await git.try(place.main, args);
  if (added.exitCode !== 0) return { is: 'refused', why: gitText(added) };
  const { gitDir: admin } = await standing(place, begun);
  // Not by `worktree move`: that renames the folder, which fails from one file system to another.
  await writeFile(link, `gitdir: ${admin}\n`);
  await writeFile(join(admin, 'gitdir.new'), `${link}\n`);
  await rename(join(admin, 'gitdir.new'), join(admin, 'gitdir'));
  await removeLink(begun);
  return { is: 'made' };
}

/** Takes away what was begun and not handed over; tells whether there was any. Runs under the host lock. */
export async function clearEntry(place: Place, dryRun = false): Promise<boolean> {
  const begun = join(place.worktreeRoot, NAME);
  let found = false;
  for (const { name, admin, leadsTo } of await entriesOf(place)) {
    const ours = leadsTo === undefined ? ENTRY.test(name) : leadsTo === join(begun, '.git');
    // One with an index has files in its folder: it was handed over, or never came from here.
    if (!ours || existsSync(join(admin, 'index'))) continue;
    found = true;
    if (!dryRun) await rm(admin, { recursive: true, force: true });
  }
  if (!(await isLeft(place, begun))) return found;
  if (!dryRun) await removeLink(begun);
  return true;
}

/** A folder with nothing in it but a link to an entry of this repository that does not lead back. */
export async function isLeft(place: Place, folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined || names.some((name) => name !== '.git') || (await isRepository(folder))) return false;
  const admin = await linkOf(folder);
  if (admin === '') return true;
  return dirname(admin) === join(place.commonDir, 'worktrees') && (await linkFrom(admin)) !== join(folder, '.git');
}

type Entry = { name: string; admin: string; leadsTo: string | undefined };

async function entriesOf(place: Place): Promise<readonly Entry[]> {
  const folder = join(place.commonDir, 'worktrees');
  const found: Entry[] = [];
  for (const name of await namesIn(folder))
    found.push({ name, admin: join(folder, name), leadsTo: await linkFrom(join(folder, name)) });
  return found;
}

/** The link in a worktree's folder that the entry leads to. */
async function linkFrom(admin: string): Promise<string | undefined> {
  const gitdir = await textOf(join(admin, 'gitdir'));
  return gitdir === '' ? undefined : resolve(admin, gitdir);
}

/** Removes the folder, too, unless there is more in it. */
async function removeLink(folder: string): Promise<void> {
  await rm(join(folder, '.git'), { force: true });
  await rmdir(folder).catch(() => undefined);
}
