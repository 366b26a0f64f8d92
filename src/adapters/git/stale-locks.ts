/**
 * Lock files that a killed git has left. They are removed only when they are proven dead: nobody alive may hold them,
 * at two looks in a row, with the very same file there at both. No age decides, since clocks jump.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../host/error-code.ts';
import { heldLocks } from './lock-holders.ts';
import type { Place } from './place.ts';

/** Between two looks: far more than git needs to write a lock file and rename it, were it ours to see at only one. */
const LOOK_AGAIN_MS = 100;
/** A lock that somebody alive holds is waited for, but not for ever: then it is left to its holder. */
const WAIT_MS = 5_000;

type StaleLocks = { removed: readonly string[]; held: readonly string[] };

/** @param own admin folders of our own worktrees */
export async function removeStaleLocks(place: Place, own: readonly string[], dryRun: boolean): Promise<StaleLocks> {
  const removed: string[] = [];
  const names = (paths: readonly string[]) => paths.map((path) => relative(place.commonDir, path));
  let seen = new Map<string, string>();
  const until = performance.now() + WAIT_MS;
  for (;;) {
    const locks = findLocks(place, own);
    if (locks.length === 0) return { removed: names(removed), held: [] };
    const held = await heldLocks(locks, [place.mainWorktree, place.commonDir, place.worktreeRoot]);
    const free = locks.filter((path) => !held.has(path));
    const dead = free.filter((path) => seen.get(path) === fileId(path));
    if (dryRun && dead.length > 0) return { removed: names(dead), held: names([...held]) };
    for (const path of dead) {
      await rm(path, { force: true });
      removed.push(path);
    }
    if (dead.length === locks.length) return { removed: names(removed), held: [] };
    if (performance.now() > until) return { removed: names(removed), held: names([...held]) };
    seen = new Map(free.map((path) => [path, fileId(path)]));
    await delay(LOOK_AGAIN_MS);
  }
}

/** Takes away a lock that may not be there, nor its folder: where git keeps refs in a table, `refs/heads` is a file. */
export async function removeLock(path: string): Promise<void> {
  await rm(path, { force: true }).catch((cause: unknown) => {
    if (errorCode(cause) !== 'ENOTDIR') throw cause;
  });
}

function findLocks(place: Place, own: readonly string[]): string[] {
  const at = place.commonDir;
  const refs = ['refs/heads/heddle', 'refs/heddle', `refs/remotes/${place.remote}`];
  return [
    ...['packed-refs.lock', 'config.lock', 'shallow.lock', 'packed-refs.new'].map((name) => join(at, name)),
    ...own.flatMap((folder) => ['index.lock', 'HEAD.lock', 'ORIG_HEAD.lock'].map((name) => join(folder, name))),
  ]
    .filter((path) => existsSync(path))
    .concat(refs.flatMap((folder) => locksBelow(join(at, folder))));
}

function locksBelow(folder: string): string[] {
  // A user's own branch `heddle` is a file in the place of the folder.
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((entry) => entry.endsWith('.lock'))
    .map((entry) => join(folder, entry));
}

/** The file itself, not its name: a new lock of the same name is another one. */
function fileId(path: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return 'gone';
  }
}
