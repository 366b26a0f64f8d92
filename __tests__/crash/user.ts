/** What is the user's own, and no run may change: hashes of it before and after. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A line per file, ref or folder, by its name. */
export type UserState = ReadonlyMap<string, string>;

/** Of the repository's `.git` these are the user's; `hooks` and `info` are folders. */
const GIT_FILES = [
  'config',
  'index',
  'HEAD',
  'ORIG_HEAD',
  'FETCH_HEAD',
  'description',
  'hooks',
  'info',
  'logs/refs/stash',
];
/** Where refs of ours, and of this harness, are. */
const OURS = /^refs\/(heads\/heddle\/|heddle\/|remotes\/origin\/|sweep\/)/;

/** Read with nothing that could refresh the index on the way. */
export async function userState({
  root,
  checkout,
  git,
}: {
  root: string;
  checkout: string;
  git(...args: readonly string[]): Promise<string>;
}): Promise<UserState> {
  const state = new Map<string, string>();
  const add = async (at: string, name: string): Promise<void> => {
    const files = await filesBelow(join(at, name));
    for (const file of files) state.set(join(name, file), hash(await readFile(join(at, name, file))));
  };
  for (const { name } of await readdir(checkout, { withFileTypes: true }))
    if (name !== '.git' && name !== '.beads') await add(checkout, name);
  for (const name of GIT_FILES) await add(join(checkout, '.git'), name);
  await add(root, 'home');
  for (const name of await readdir(root)) state.set(`folder: ${name}`, '');
  const refs = await git('for-each-ref', '--format=%(refname) %(objectname)');
  for (const line of refs.split('\n')) {
    const [name = '', id = ''] = line.split(' ');
    if (name !== '' && !OURS.test(name)) state.set(name, id);
  }
  return state;
}

/** `harness`: names of what is the sweep's own. */
export function changesOf(before: UserState, after: UserState, harness: RegExp): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name) && !harness.test(name));
}

/** Paths of the files below, or the empty one for a file itself; nothing for what is not there. */
async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => error.code ?? '',
  );
  if (typeof entries === 'string') return entries === 'ENOTDIR' ? [''] : [];
  const found: string[] = [];
  for (const { name } of entries) found.push(...(await filesBelow(join(path, name))).map((file) => join(name, file)));
  return found;
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
