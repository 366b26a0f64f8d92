/** Plumbing on one bare repository. Everything here is real git; nothing knows of pull requests. */
import { mkdir } from 'node:fs/promises';
import { gitIn } from './git-command.ts';
import { historyReaders, objectReaders, refReaders } from './git-readers.ts';
import { objectWriters, refWriters } from './git-writers.ts';
import { createOnce } from './once.ts';

export { gitEnvironment } from './git-command.ts';
export type { Commit, FileChange, Signature, TreeEntry } from './git-objects.ts';
export type { RefMove, TreeEdit } from './git-writers.ts';
export { ZERO_OID } from './oid.ts';

export type Git = ReturnType<typeof openGit>;

/** Makes a bare repository whose HEAD names the default branch. */
export async function initBare(dir: string, defaultBranch: string): Promise<Git> {
  await mkdir(dir, { recursive: true });
  const made = await gitIn(dir).run(['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, '.']);
  if (made.code !== 0) throw new Error(`git init: ${made.stderr}`);
  return openGit(dir);
}

function openGit(dir: string) {
  const git = gitIn(dir);
  const once = createOnce();
  return {
    dir,
    run: git.run,
    ...refReaders(git, once),
    ...objectReaders(git, once),
    ...historyReaders(git, once),
    ...refWriters(git),
    ...objectWriters(dir, git),
  };
}
