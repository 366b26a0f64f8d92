/** What is read of the remote, as of the last fetch. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { TransientError } from '../../../src/domain/errors.ts';
import { branchOf, sha } from '../../../src/domain/ids.ts';
import { Clone, clearClones, cloneWithWorktree, TASK } from './clone.ts';

afterAll(clearClones);
const BRANCH = branchOf(TASK, 1);

describe('a fetch', () => {
  test('brings base, state branch and task branches, and nothing else', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    const heads = {
      main: clone.pushed('main', 'a', 'a'),
      state: clone.pushed('state', 'b', 'b'),
      [BRANCH]: clone.pushed(BRANCH, 'c', 'c'),
    };
    clone.pushed('somebody/else', 'd', 'd');
    await git.fetch(['main', 'state']);
    for (const [name, head] of Object.entries(heads)) expect(await git.remoteBranch(name)).toBe(head);
    expect(await git.remoteBranch('somebody/else')).toBeUndefined();
    expect(await git.remoteTaskBranches()).toEqual(new Map([[BRANCH, heads[BRANCH]]]));
    expect(await git.localTaskBranches()).toEqual(new Map());
  });

  test('of a branch that the remote does not have, or no longer has, shows it as absent', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    await git.fetch(['main', 'state']);
    expect(await git.remoteBranch('state')).toBeUndefined();
    clone.pushed('state', 'b', 'b');
    clone.pushed(BRANCH, 'c', 'c');
    await git.fetch(['main', 'state']);
    expect(await git.remoteBranch('state')).toBeDefined();
    clone.in(clone.remote, 'branch', '-D', 'state', BRANCH);
    await git.fetch(['main', 'state']);
    expect(await git.remoteBranch('state')).toBeUndefined();
    expect(await git.remoteTaskBranches()).toEqual(new Map());
    expect(await git.remoteBranch('main')).toBe(clone.head(clone.checkout));
  });

  test('that fails is no answer: nothing is taken as absent', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    await git.fetch(['main']);
    renameSync(clone.remote, join(clone.folder, 'gone.git'));
    await expect(git.fetch(['main'])).rejects.toThrow(TransientError);
    expect(await git.remoteBranch('main')).toBe(clone.head(clone.checkout));
  });
});

test('ancestry is told of what is known; a commit that was never fetched is nobody’s ancestor', async () => {
  const { clone, git, path, start } = await cloneWithWorktree();
  const next = clone.commit(path, 'a', 'a');
  const unknown = sha('d'.repeat(40));
  expect(
    await Promise.all([git.isAncestor(start, next), git.isAncestor(next, start), git.isAncestor(unknown, next)]),
  ).toEqual([true, false, false]);
  expect([await git.mergeBase(start, next), await git.countCommits(start, next)]).toEqual([start, 1]);
  clone.in(path, 'mv', 'a', 'b ü.txt');
  const moved = clone.commit(path, 'c', 'c');
  expect([...(await git.changedPaths(next, moved))].sort()).toEqual(['a', 'b ü.txt', 'c']);
});

test('a repository inside of the work is told, unless it is a submodule', async () => {
  const { clone, git, path, start } = await cloneWithWorktree();
  for (const name of ['app', 'lib']) {
    clone.in(path, 'init', '--quiet', name);
    clone.commit(join(path, name), 'inside.txt', 'inside\n');
  }
  clone.write(path, '.gitmodules', '[submodule "lib"]\n\tpath = lib\n\turl = https://example.com/lib.git\n');
  const head = clone.commit(path, 'work.txt', 'work\n');
  expect(await git.nestedRepositories(start, head)).toEqual(['app']);
  expect(await git.nestedRepositories(head, head)).toEqual([]);
});
