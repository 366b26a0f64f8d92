/** Where Heddle stands, found in whatever state git is. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitCommand } from '../../../src/adapters/git/command.ts';
import { findMainWorktree } from '../../../src/adapters/git/place.ts';
import { openCheckout } from '../../../src/wiring/checkout.ts';
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
  test('Heddle starts all the same, and repairs it', async () => {
    const whole = await find(clone.checkout);
    tear();
    const { git, place } = await openCheckout(clone.checkout, process.env);
    expect(place).toMatchObject({ ...whole, worktreeRoot: clone.worktrees });
    expect(await git.repair()).toEqual(['Repaired the torn entry of worktree bd-e.1-1.']);
    expect(await git.worktrees()).toMatchObject([{ path: join(clone.worktrees, 'bd-e.1-1') }]);
    expect(await find(clone.checkout)).toEqual(whole);
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
    const whole = await find(apart);
    clone.in(apart, 'worktree', 'add', '--quiet', '--detach', join(clone.folder, 'of-apart'));
    writeFileSync(join(readFileSync(join(apart, '.git'), 'utf8').slice(8).trim(), 'worktrees/of-apart/commondir'), '');
    expect(await find(apart)).toEqual(whole);
  });
});

describe('where git does not work', () => {
  test('that a folder is in no repository is said only where git says so', async () => {
    const outside = clone.folder;
    await expect(openCheckout(outside, { ...process.env, GIT_TRACE: '1' })).rejects.toMatchObject({
      message: `${outside} is not in a git repository.`,
      hint: expect.stringContaining('git clone URL'),
      exit: 'repository',
    });
  });

  test('because the folder is somebody else’s, git’s own words are shown, and its own command', async () => {
    const env = { ...process.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
    await expect(openCheckout(clone.checkout, env)).rejects.toMatchObject({
      message: `git refuses to work in ${clone.checkout}: detected dubious ownership in repository at '${clone.checkout}'.`,
      hint: expect.stringContaining(`git config --global --add safe.directory ${clone.checkout}`),
      exit: 'repository',
    });
  });

  test('because its configuration is broken, git’s own words are shown', async () => {
    writeFileSync(join(clone.checkout, '.git/config'), '[core\n');
    await expect(find(clone.checkout)).rejects.toMatchObject({
      message: expect.stringMatching(/^git refuses to work in .*: bad config line 1 in file /),
      hint: expect.stringContaining('git status'),
      exit: 'repository',
    });
  });
});
