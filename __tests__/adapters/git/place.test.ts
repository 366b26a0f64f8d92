/** Where Heddle stands, found in whatever state git is. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitCommand } from '../../../src/adapters/git/command.ts';
import { findMainWorktree } from '../../../src/adapters/git/place.ts';
import { openCheckout } from '../../../src/connect.ts';
import { Clone, clearClones } from './clone.ts';

let clone: Clone;
beforeEach(() => {
  clone = new Clone();
});
afterAll(clearClones);

const find = (cwd: string) => findMainWorktree(createGitCommand(process.env, undefined), cwd);

/** As a SIGKILL in the middle of `git worktree add` leaves it: from now on git lists no worktree at all. */
function tear(): void {
  const worktree = join(clone.worktrees, 'bd-e.1-1');
  clone.in(clone.checkout, 'worktree', 'add', '--quiet', '-b', 'heddle/bd-e.1/1', worktree);
  writeFileSync(join(clone.checkout, '.git/worktrees/bd-e.1-1/commondir'), '');
  expect(() => clone.in(clone.checkout, 'worktree', 'list')).toThrow('commondir');
}

describe('while git cannot list its worktrees', () => {
  test('Heddle starts all the same, and mends it', async () => {
    const sound = await find(clone.checkout);
    tear();
    const { git, place } = await openCheckout(clone.checkout, process.env);
    expect(place).toMatchObject({ ...sound, worktreeRoot: clone.worktrees });
    expect(await git.repair()).toEqual(['Mended the torn entry of worktree bd-e.1-1.']);
    expect(await git.worktrees()).toMatchObject([{ path: join(clone.worktrees, 'bd-e.1-1') }]);
    expect(await find(clone.checkout)).toEqual(sound);
  });

  test('the main worktree is found from a folder in it, and from another worktree', async () => {
    const other = join(clone.folder, 'other');
    clone.in(clone.checkout, 'worktree', 'add', '--quiet', '--detach', other);
    const deep = join(clone.checkout, 'a/b');
    mkdirSync(deep, { recursive: true });
    tear();
    for (const cwd of [deep, other]) expect((await find(cwd)).mainWorktree).toBe(clone.checkout);
  });

  test('a bare repository is told as such', async () => {
    const bare = join(clone.folder, 'bare.git');
    clone.in(clone.folder, 'clone', '--quiet', '--bare', clone.remote, bare);
    await expect(find(bare)).rejects.toThrow('is a bare repository');
    clone.in(bare, 'worktree', 'add', '--quiet', '--detach', join(clone.folder, 'of-bare'));
    writeFileSync(join(bare, 'worktrees/of-bare/commondir'), '');
    await expect(find(bare)).rejects.toThrow('is a bare repository');
  });

  test('a git folder elsewhere is where git itself says that it is', async () => {
    const apart = join(clone.folder, 'apart');
    clone.in(
      clone.folder,
      'clone',
      '--quiet',
      `--separate-git-dir=${join(clone.folder, 'git-of-it')}`,
      clone.remote,
      apart,
    );
    const sound = await find(apart);
    clone.in(apart, 'worktree', 'add', '--quiet', '--detach', join(clone.folder, 'of-apart'));
    writeFileSync(join(readFileSync(join(apart, '.git'), 'utf8').slice(8).trim(), 'worktrees/of-apart/commondir'), '');
    expect(await find(apart)).toEqual(sound);
  });
});
