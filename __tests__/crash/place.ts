/** The repository's key, as Heddle derives it: it names the locks and the run tags of a run. */
import { createGitCommand } from '../../src/adapters/git/command.ts';
import { findMainWorktree, placeOf } from '../../src/adapters/git/place.ts';
import type { Harness } from './harness.ts';

export async function placeKey({ clean, checkout }: Pick<Harness, 'clean' | 'checkout'>): Promise<string> {
  const found = await findMainWorktree(createGitCommand(clean, undefined), checkout);
  return (await placeOf(found, { remote: 'origin', worktreeRoot: '../{repo}-worktrees' })).repositoryKey;
}
