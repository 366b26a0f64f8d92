/** What git itself has set aside in a worktree while a merge, a rebase or the like is under way. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSha, type Sha } from '../../domain/ids.ts';
import type { GitCommand } from './command.ts';
import type { Place } from './place.ts';
import { resolveRef } from './read.ts';

/** Where git notes commits that no branch may hold, while a merge, a rebase or the like is under way. */
const NOTES = ['MERGE_HEAD', 'MERGE_AUTOSTASH', 'CHERRY_PICK_HEAD', 'REVERT_HEAD'];
const NOTE_FOLDERS = ['rebase-merge', 'rebase-apply'];

/**
 * Commits that only an unfinished operation in a worktree holds, its set-aside changes among them.
 * @param own git's entry of the worktree, if there is one
 */
export async function unfinishedCommits(git: GitCommand, place: Place, own: string | undefined): Promise<Sha[]> {
  if (own === undefined) return [];
  const files = NOTES.map((name) => join(own, name));
  for (const folder of NOTE_FOLDERS) {
    for (const name of ['autostash', 'orig-head']) files.push(join(own, folder, name));
  }
  const found: Sha[] = [];
  for (const file of files) {
    for (const line of (await readFile(file, 'utf8').catch(() => '')).split('\n')) {
      const id = line.trim();
      if (isSha(id) && (await resolveRef(git, place.main, id)) !== undefined) found.push(id);
    }
  }
  return found;
}
