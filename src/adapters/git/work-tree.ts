/**
 * Where a git command runs. Git goes up from a folder until it finds a repository, and follows whatever link it finds:
 * where an agent has been, that may be somebody else's. So a repository is named outright, with its work tree.
 */
import { dirname } from 'node:path';

export type WorkTree = { readonly cwd: string; readonly env: Readonly<Record<string, string>> };

/** Git looks nowhere else: where `gitDir` is no repository, it fails. */
export function named(cwd: string, gitDir: string): WorkTree {
  return { cwd, env: { GIT_DIR: gitDir, GIT_WORK_TREE: cwd } };
}

/** Git finds the repository in this very folder, or none. */
export function notAbove(cwd: string): WorkTree {
  return { cwd, env: { GIT_CEILING_DIRECTORIES: dirname(cwd) } };
}

/** Git finds the repository as it does for a user who types there. */
export function asTyped(cwd: string): WorkTree {
  return { cwd, env: {} };
}
