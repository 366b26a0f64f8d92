/**
 * Where a git command runs. Git goes up from a folder until it finds a repository, and follows whatever link it finds:
 * where an agent has been, that may be somebody else's. So a repository is named outright, with its work tree.
 */
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TransientError } from '../../domain/errors.ts';

export type WorkTree = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The real folder that the repository is; where something else stands there, nothing is run. */
  readonly gitDir?: string;
};

/** Git looks nowhere else. */
export function named(cwd: string, gitDir: string): WorkTree {
  return { ...through(cwd, gitDir), gitDir };
}

/** As `named`, but of a repository that may be reached through a link, as that of a submodule is. */
export function through(cwd: string, link: string): WorkTree {
  return { cwd, env: { GIT_DIR: link, GIT_WORK_TREE: cwd } };
}

/** Git finds the repository in this very folder, or none. */
export function notAbove(cwd: string): WorkTree {
  return { cwd, env: { GIT_CEILING_DIRECTORIES: dirname(cwd) } };
}

/** Git finds the repository as it does for a user who types there. */
export function asTyped(cwd: string): WorkTree {
  return { cwd, env: {} };
}

/** The folder to run in. Throws TransientError where a link or a file has taken the repository's place: git would follow it. */
export async function folderOf({ cwd, gitDir }: WorkTree): Promise<string> {
  if (gitDir === undefined || (await realpath(`${gitDir}/.`).catch(() => undefined)) === gitDir) return cwd;
  throw new TransientError(`${gitDir} is not the repository any more that it was.`);
}
