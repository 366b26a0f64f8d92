/**
 * Repositories inside of a worktree, submodules among them: of such a one git keeps the name of a commit and nothing of
 * what it holds. Its own history goes with the worktree, also where git put it into `modules` of the worktree's entry.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isSha, type Sha } from '../../domain/ids.ts';
import { type GitCommand, gitText } from './command.ts';
import { named, through, type WorkTree } from './work-tree.ts';

/** `flag` is the letter of `git ls-files -v`. */
export type IndexEntry = { flag: string; mode: string; path: string };

export async function indexEntries(
  git: GitCommand,
  at: WorkTree,
  env: Record<string, string> = {},
): Promise<readonly IndexEntry[]> {
  const listing = await git.ok(at, ['ls-files', '-v', '--stage', '-z'], { env });
  return listing
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => ({ flag: line.slice(0, 1), mode: line.slice(2, 8), path: line.slice(line.indexOf('\t') + 1) }));
}

/** The paths at which a repository stands instead of the files of this one. */
export function repositoriesAt(path: string, entries: readonly IndexEntry[]): readonly string[] {
  const links = entries.filter(({ mode }) => mode === '160000').map((entry) => entry.path);
  return [...new Set(links)].filter((name) => existsSync(join(path, name, '.git')));
}

/** Links to commits that `to` has and `from` has not, but for those that `.gitmodules` of `to` names. */
export async function nestedRepositories(
  git: GitCommand,
  at: WorkTree,
  from: Sha,
  to: Sha,
): Promise<readonly string[]> {
  // `:MODE MODE ID ID STATUS`, then the path.
  const fields = (await git.ok(at, ['diff', '--raw', '--no-renames', '-z', from, to])).split('\0');
  const links = fields.flatMap((field, index) =>
    /^:(?!160000)\d+ 160000 /.test(field) ? [fields[index + 1] ?? ''] : [],
  );
  if (links.length === 0) return [];
  const args = ['config', '--blob', `${to}:.gitmodules`, '-z', '--get-regexp', '^submodule\\..*\\.path$'];
  const named = (await git.try(at, args)).stdout.split('\0').map((entry) => entry.slice(entry.indexOf('\n') + 1));
  return links.filter((path) => !named.includes(path));
}

/**
 * Why the repositories in a worktree may not go with it: one of them has commits that no remote is known to have, or
 * cannot be asked. Without any it asks git nothing.
 * @param admin git's entry of the worktree
 */
export async function whyNestedStays(
  git: GitCommand,
  admin: string,
  path: string,
  entries: readonly IndexEntry[],
): Promise<string | undefined> {
  const modules = join(admin, 'modules');
  for (const folder of await gitFoldersBelow(modules)) {
    const why = await whyStays(git, relative(modules, folder), named(folder, folder));
    if (why !== undefined) return why;
  }
  return await whyLinkedStays(git, path, '', entries);
}

async function whyLinkedStays(
  git: GitCommand,
  path: string,
  above: string,
  entries: readonly IndexEntry[],
): Promise<string | undefined> {
  for (const name of repositoriesAt(path, entries)) {
    const inside = join(path, name);
    const shown = join(above, name);
    // Named outright, so that where it is broken git does not go on to the worktree around it, or to files that are gone.
    const at = through(inside, join(inside, '.git'));
    const why =
      (await whyStays(git, shown, at)) ?? (await whyLinkedStays(git, inside, shown, await indexEntries(git, at)));
    if (why !== undefined) return why;
  }
  return undefined;
}

async function whyStays(git: GitCommand, name: string, at: WorkTree): Promise<string | undefined> {
  const what = `it holds a repository of its own, ${name}`;
  // The pattern is the one ref of the stash, which need not be there.
  const own = ['HEAD', '--branches', '--glob=refs/stas[h]'];
  const args = ['rev-list', '--count', ...own, '--not', '--remotes', '--tags', ...(await fetched(git, at))];
  const counted = await git.try(at, args);
  if (counted.exitCode !== 0) return `${what}, that git cannot read: ${gitText(counted)}`;
  return counted.stdout.trim() === '0' ? undefined : `${what}, with commits that were never pushed`;
}

/** What came from a remote though no branch or tag of it is known to hold it: a submodule is often fetched by one commit alone. */
async function fetched(git: GitCommand, at: WorkTree): Promise<readonly string[]> {
  const names = ['--git-path', 'FETCH_HEAD', '--git-path', 'shallow'];
  const { stdout } = await git.try(at, ['rev-parse', '--path-format=absolute', ...names]);
  const found: string[] = [];
  for (const file of stdout.split('\n').filter((line) => line !== '')) {
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
    found.push(...lines.map((line) => line.split('\t')[0] ?? '').filter((id) => isSha(id)));
  }
  return found;
}

/** A submodule's name may have slashes, and a submodule has its own `modules`. */
async function gitFoldersBelow(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  if (existsSync(join(folder, 'HEAD'))) return [folder, ...(await gitFoldersBelow(join(folder, 'modules')))];
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) found.push(...(await gitFoldersBelow(join(folder, entry.name))));
  return found;
}
