/**
 * A rescue makes commits of what would be lost, under refs of our own: `git gc` keeps what a ref holds, and no push or
 * fetch touches these. Ignored files are not rescued: by the repository's own word they can be made again.
 */
import { existsSync, lstatSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TransientError } from '../../domain/errors.ts';
import { type IssueId, isNameable, isSha, issueId, type Sha, sha } from '../../domain/ids.ts';
import type { Rescue } from '../../ports/git.ts';
import { type GitCommand, gitText } from './command.ts';
import { type IndexEntry, indexEntries, repositoriesAt, whyNestedStays } from './nested.ts';
import type { Place } from './place.ts';
import { resolveRef } from './read.ts';
import type { WorkTree } from './work-tree.ts';
import { lookAt } from './worktree-place.ts';

const RESCUE_PREFIX = 'refs/heddle/rescue/';
/** Hex digits of the commit in the ref's name: derived from it, so a rescue that is done again is the same one. */
const NAME_DIGITS = 12;
const UNCOMMITTED = 'Uncommitted work of';
/** Rescues must work where the user has no identity, and must not differ from run to run. */
const IDENTITY = {
  GIT_AUTHOR_NAME: 'Heddle',
  GIT_AUTHOR_EMAIL: 'heddle@localhost',
  GIT_COMMITTER_NAME: 'Heddle',
  GIT_COMMITTER_EMAIL: 'heddle@localhost',
};

export type Owner = { task: IssueId; round: number };

/** Rescues one commit and all that it contains. Done again, it changes nothing. */
export async function rescueCommit(git: GitCommand, at: WorkTree, owner: Owner, commit: Sha): Promise<string> {
  const ref = `${RESCUE_PREFIX}${owner.task}/${owner.round}/${commit.slice(0, NAME_DIGITS)}`;
  await git.ok(at, ['update-ref', '-m', 'heddle: rescue', ref, commit]);
  // Nothing may be removed before all that the commit contains is known to be there.
  await git.ok(at, ['rev-list', '--objects', '--quiet', ref, '--not', '--branches', '--remotes']);
  return ref;
}

/** `whole`: what git would see in the folder is rescued, or there was nothing. `impossible`: git cannot store it. */
type Uncommitted =
  | { is: 'whole'; rescue: { ref: string; commit: Sha } | undefined }
  | { is: 'impossible'; why: string };

/** Rescues what is uncommitted in a worktree, untracked files included. The worktree's own index is only read. */
export async function rescueUncommitted(
  git: GitCommand,
  place: Place,
  worktree: Owner & { path: string },
): Promise<Uncommitted> {
  const { path } = worktree;
  const found = await lookAt(place, path);
  if (found.is !== 'there') return { is: 'impossible', why: found.why };
  const { at, gitDir } = found;
  const own = join(gitDir, 'index');
  let changes: readonly string[];
  try {
    const entries = await indexEntries(git, at);
    const stays = await whyNestedStays(git, gitDir, path, entries);
    if (stays !== undefined) return { is: 'impossible', why: stays };
    changes = await changesIn(git, at, entries);
  } catch (cause) {
    if (!(cause instanceof TransientError)) throw cause;
    return { is: 'impossible', why: `git cannot read its state: ${cause.message}` };
  }
  if (changes.length === 0) return { is: 'whole', rescue: undefined };
  const index = temporaryIndex(place);
  const env = { ...IDENTITY, GIT_INDEX_FILE: index };
  await mkdir(dirname(index), { recursive: true });
  try {
    // Built from HEAD rather than copied: flags in the worktree's own index can hide changes.
    await clearTemporaryIndex(place);
    const head = await resolveRef(git, at, 'HEAD');
    await git.ok(at, head === undefined ? ['read-tree', '--empty'] : ['read-tree', head], { env });
    const options = ['-c', 'core.safecrlf=false', '-c', 'add.ignoreErrors=false', '-c', 'advice.addEmbeddedRepo=false'];
    const added = await git.try(at, [...options, 'add', '--all'], { env });
    if (added.exitCode !== 0) return { is: 'impossible', why: `git cannot keep what is in it: ${gitText(added)}` };
    if (existsSync(join(gitDir, 'info/sparse-checkout'))) await addOutside(git, at, env, changes);
    const nested = await changedRepository(git, at, env, changes);
    if (nested !== undefined) return { is: 'impossible', why: `it holds a repository of its own, ${nested}` };
    const tree = await git.sha(at, ['write-tree'], { env });
    const before = head === undefined ? undefined : await git.sha(at, ['rev-parse', `${head}^{tree}`]);
    // The start was cut off while it filled the worktree, so what is missing was never there.
    if (!existsSync(own) && before !== undefined && (await onlyDeletes(git, at, before, tree))) {
      return { is: 'whole', rescue: undefined };
    }
    const staged = await stagedTree(git, at, own, index);
    const also = staged === undefined || staged === tree || staged === before ? undefined : staged;
    if (tree === before && also === undefined) return { is: 'whole', rescue: undefined };
    const commit = await commitTrees(git, place, worktree, { head, tree, also });
    return { is: 'whole', rescue: { ref: await rescueCommit(git, place.main, worktree, commit), commit } };
  } finally {
    await clearTemporaryIndex(place);
  }
}

/** Under the host lock there is one at a time; what a dead one has left is overwritten. */
function temporaryIndex(place: Place): string {
  return join(place.commonDir, 'heddle', 'rescue.index');
}

export async function clearTemporaryIndex(place: Place): Promise<void> {
  for (const file of [temporaryIndex(place), `${temporaryIndex(place)}.lock`]) await rm(file, { force: true });
}

/** Paths that differ from HEAD; also those whose changes the index has been told to overlook. */
async function changesIn(git: GitCommand, at: WorkTree, entries: readonly IndexEntry[]): Promise<readonly string[]> {
  const options = ['--untracked-files=all', '--no-renames', '--ignore-submodules=none'];
  const status = await git.ok(at, ['status', '--porcelain', '-z', ...options]);
  const changed = status.split('\0').filter((line) => line !== '');
  const overlooked = entries.filter((entry) => isOverlooked(at.cwd, entry));
  return [...changed.map((line) => line.slice(3)), ...overlooked.map((entry) => entry.path)];
}

/** Lower case: assumed unchanged. `S`: skipped, as whatever a sparse checkout leaves out, so only a file that is there counts. */
function isOverlooked(path: string, { flag, path: name }: IndexEntry): boolean {
  return flag === 'S' ? isThere(join(path, name)) : flag !== flag.toUpperCase();
}

/** What a sparse checkout leaves out `add --all` passes over, even where it is there and was changed. */
async function addOutside(
  git: GitCommand,
  at: WorkTree,
  env: Record<string, string>,
  changes: readonly string[],
): Promise<void> {
  const input = changes.filter((name) => isThere(join(at.cwd, name))).map((name) => `${name}\0`);
  if (input.length === 0) return;
  const args = ['add', '--sparse', '--pathspec-from-file=-', '--pathspec-file-nul'];
  await git.ok(at, args, { env: { ...env, GIT_LITERAL_PATHSPECS: '1' }, input: input.join('') });
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** A changed repository inside of the worktree: the commit that git would keep the name of is not all that it holds. */
async function changedRepository(
  git: GitCommand,
  at: WorkTree,
  env: Record<string, string>,
  changes: readonly string[],
): Promise<string | undefined> {
  const changed = new Set(changes.map((one) => one.replace(/\/$/, '')));
  return repositoriesAt(at.cwd, await indexEntries(git, at, env)).find((name) => changed.has(name));
}

async function onlyDeletes(git: GitCommand, at: WorkTree, before: Sha, tree: Sha): Promise<boolean> {
  return (await git.ok(at, ['diff-tree', '-r', '--name-only', '--diff-filter=d', before, tree])).trim() === '';
}

/** What is staged, if git can tell: in the middle of a conflict it cannot, and the files themselves say it all. */
async function stagedTree(git: GitCommand, at: WorkTree, own: string, index: string): Promise<Sha | undefined> {
  if (!existsSync(own)) return undefined;
  await copyFile(own, index);
  const written = await git.try(at, ['write-tree'], { env: { GIT_INDEX_FILE: index } });
  const text = written.stdout.trim();
  return written.exitCode === 0 && isSha(text) ? text : undefined;
}

/** A commit like that of a stash: the files as they are, on top of HEAD and of what was staged if that differs. */
async function commitTrees(
  git: GitCommand,
  place: Place,
  owner: Owner,
  work: { head: Sha | undefined; tree: Sha; also: Sha | undefined },
): Promise<Sha> {
  const at = place.main;
  const on = work.head === undefined ? [] : [work.head];
  const commit = async (tree: Sha, parents: readonly Sha[], message: string, date?: string): Promise<Sha> => {
    const env = date === undefined ? IDENTITY : { ...IDENTITY, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', message];
    return await git.sha(at, args, { env });
  };
  const name = `${owner.task}, round ${owner.round}`;
  // Always of the same date, so that it is the same commit when it is made again.
  const staged = work.also === undefined ? [] : [await commit(work.also, on, `What was staged of ${name}`, '@0 +0000')];
  const parents = [...on, ...staged];
  const prefix = `${RESCUE_PREFIX}${owner.task}/${owner.round}/`;
  const known = await git.ok(at, ['for-each-ref', '--format=%(objectname) %(tree) %(parent)', prefix]);
  const same = known
    .split('\n')
    .find((line) => line.slice(line.indexOf(' ') + 1) === [work.tree, ...parents].join(' '));
  return same === undefined
    ? await commit(work.tree, parents, `${UNCOMMITTED} ${name}`)
    : sha(same.split(' ')[0] ?? '');
}

/** What has been rescued of a round already. */
export async function rescuedCommits(git: GitCommand, at: WorkTree, owner: Owner): Promise<readonly Sha[]> {
  const prefix = `${RESCUE_PREFIX}${owner.task}/${owner.round}/`;
  const out = await git.ok(at, ['for-each-ref', '--format=%(objectname)', prefix]);
  return out.split('\n').filter((line) => isSha(line));
}

export async function listRescues(git: GitCommand, place: Place, task?: IssueId): Promise<readonly Rescue[]> {
  const at = place.main;
  const format = '%(refname) %(objectname) %(committerdate:iso-strict) %(contents:subject)';
  const out = await git.ok(at, ['for-each-ref', `--format=${format}`, `${RESCUE_PREFIX}${task ?? ''}`]);
  const rescues: Rescue[] = [];
  for (const line of out.split('\n')) {
    const [ref = '', id = '', date = '', ...subject] = line.split(' ');
    const [owner, round, name] = ref.slice(RESCUE_PREFIX.length).split('/');
    if (owner === undefined || !isNameable(owner) || name === undefined || !isSha(id)) continue;
    if (task !== undefined && owner !== task) continue;
    const uncommitted = subject.join(' ').startsWith(`${UNCOMMITTED} ${owner},`);
    const count = async (args: readonly string[]): Promise<number> =>
      (await git.ok(at, args)).split('\0').filter((path) => path !== '').length;
    const parent = uncommitted ? await resolveRef(git, at, `${id}^1`) : undefined;
    const since = parent === undefined ? ['ls-tree', '-r', '-z', '--name-only', id] : undefined;
    const files = since ?? ['diff-tree', '-r', '-z', '--no-renames', '--name-only', parent ?? id, id];
    const missing = Number(
      (await git.ok(at, ['rev-list', '--count', '--first-parent', id, '--not', '--remotes'])).trim(),
    );
    rescues.push({
      task: issueId(owner),
      round: Number(round),
      name,
      ref,
      commit: id,
      at: date,
      files: uncommitted ? await count(files) : 0,
      commits: uncommitted ? Math.max(0, missing - 1) : missing,
    });
  }
  return rescues.sort((a, b) => a.task.localeCompare(b.task) || a.round - b.round || a.at.localeCompare(b.at));
}
