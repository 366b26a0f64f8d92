/** Brings rescued work back, into a branch or a worktree that is not there yet. The rescue itself stays. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import type { Sha } from '../../domain/ids.ts';
import type { GitCommand } from './command.ts';
import { type Place, realpathOfMissing } from './place.ts';
import { resolveRef } from './read.ts';
import { isLeft, makeEntry } from './restore-entry.ts';
import { removeStaleLocks } from './stale-locks.ts';
import { lookAt, type Standing, standing } from './worktree-place.ts';

type Restored = { is: 'restored' } | { is: 'there already' };

/** Throws a UserError when the branch is there and holds something else. */
export async function restoreBranch(git: GitCommand, place: Place, commit: Sha, name: string): Promise<Restored> {
  const at = place.main;
  if ((await git.try(at, ['check-ref-format', '--branch', name])).exitCode !== 0 || name.startsWith('heddle/')) {
    throw new UserError(`${JSON.stringify(name)} cannot be the name of a branch of yours.`, {
      hint: 'Take another name; those that begin with heddle/ are the workers’.',
      exit: 'usage',
    });
  }
  const there = await resolveRef(git, at, `refs/heads/${name}`);
  if (there === commit) return { is: 'there already' };
  if (there !== undefined) {
    throw new UserError(`There is a branch ${name} already, at ${there.slice(0, 10)}.`, {
      hint: 'Take another name.',
      exit: 'repository',
    });
  }
  await git.ok(at, ['update-ref', '-m', 'heddle salvage', `refs/heads/${name}`, commit, '0'.repeat(commit.length)]);
  return { is: 'restored' };
}

/** Throws a UserError when the folder is there and holds something else. Runs under the host lock. */
export async function restoreWorktree(git: GitCommand, place: Place, commit: Sha, folder: string): Promise<Restored> {
  const path = await realpathOfMissing(folder);
  const way = relative(place.worktreeRoot, path);
  if (way === '' || (way !== '..' && !way.startsWith(`..${sep}`))) {
    throw new UserError(`${path} is inside the folder of the workers’ worktrees, where Heddle cleans up.`, {
      hint: 'Take a folder elsewhere.',
      exit: 'usage',
    });
  }
  // Of a salvage that was cut off there may be a link that leads nowhere; what is made here writes it anew.
  const names = !existsSync(path) || (await isLeft(place, path)) ? [] : await readdir(path);
  if (names.length > 0) {
    const found = await lookAt(place, path);
    const args = ['merge-base', '--is-ancestor', commit, 'HEAD'];
    if (found.is === 'there' && (await git.try(found.at, args)).exitCode === 0) return await fill(git, place, found);
    throw new UserError(`${path} is there already, and holds something else.`, {
      hint: 'Take a folder that is not there yet.',
      exit: 'repository',
    });
  }
  const made = await makeEntry(git, place, commit, path);
  if (made.is === 'refused') {
    throw new UserError(`git cannot make the worktree ${path}: ${made.why}`, {
      hint: 'If it names another worktree, `heddle recover` repairs that; else take another folder.',
      exit: 'repository',
    });
  }
  await fill(git, place, await standing(place, path));
  return { is: 'restored' };
}

/** A worktree without an index was never filled, so nobody has changed anything in it. */
async function fill(git: GitCommand, place: Place, { at, gitDir }: Standing): Promise<Restored> {
  const index = join(gitDir, 'index');
  if (existsSync(index)) return { is: 'there already' };
  if (existsSync(`${index}.lock`)) await removeStaleLocks(place, [gitDir], false);
  await git.ok(at, ['reset', '--quiet', '--hard', 'HEAD']);
  return { is: 'restored' };
}
