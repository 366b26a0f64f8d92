/** A sparse checkout: what it leaves out was not deleted, and what stands there all the same is not lost. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Clone, clearClones, TASK } from './clone.ts';

afterAll(clearClones);

async function sparse() {
  const clone = new Clone();
  const { git } = await clone.open();
  const { path } = await git.ensureWorktree({ task: TASK, round: 1, start: clone.head(clone.checkout) });
  clone.write(path, 'out/other.txt', 'other\n');
  const head = clone.commit(path, 'out/file.txt', 'file\n');
  clone.in(path, 'sparse-checkout', 'set', 'in');
  expect(existsSync(join(path, 'out'))).toBe(false);
  const remove = async () => {
    const [worktree] = await git.worktrees();
    if (worktree === undefined) throw new Error('no worktree');
    return await git.removeWorktree(worktree, [head]);
  };
  return { clone, git, path, remove };
}

test('a worktree in which nothing was changed goes and leaves nothing behind', async () => {
  const { remove } = await sparse();
  expect(await remove()).toEqual({ is: 'removed', rescued: [] });
});

test('a worktree that goes leaves what was changed outside of the checkout, and deletes nothing else there', async () => {
  const { clone, git, path, remove } = await sparse();
  clone.write(path, 'out/file.txt', 'changed\n');
  clone.write(path, 'file-1.txt', 'changed\n');
  expect(await remove()).toMatchObject({ is: 'removed', rescued: [expect.anything()] });
  const [rescue] = await git.rescues();
  expect(rescue).toMatchObject({ files: 2 });
  for (const file of ['out/file.txt', 'file-1.txt'])
    expect(clone.in(clone.checkout, 'show', `${rescue?.commit}:${file}`)).toBe('changed');
});
