/** What is read of the remote, as of the last fetch; and how a folder of a worktree is put back. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { TransientError, UserError } from '../../../src/domain/errors.ts';
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
    clone.in(clone.checkout, 'remote', 'set-url', 'origin', join(clone.folder, 'nowhere.git'));
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

describe('restoring a folder', () => {
  test('puts back what was changed, added and removed in it, by one commit, and leaves the rest', async () => {
    const { clone, git, path, start } = await cloneWithWorktree();
    clone.write(path, '.beads/new', 'x\n');
    clone.write(path, '.beads/issues.jsonl', 'edited\n');
    const work = clone.commit(path, 'work.txt', 'work\n');
    const head = await git.restoreFolder(path, '.beads', start, 'Restore .beads');
    expect(await git.changedPaths(start, head)).toEqual(['work.txt']);
    expect(await git.countCommits(work, head)).toBe(1);
    expect((await git.worktreeState(path)).changes).toEqual([]);
    expect(await git.restoreFolder(path, '.beads', start, 'Restore .beads')).toBe(head);
  });

  test('takes away a folder that was not there', async () => {
    const { clone, git, path, start } = await cloneWithWorktree();
    clone.commit(path, '.github/workflows/x.yml', 'on: push\n');
    const head = await git.restoreFolder(path, '.github', start, 'Restore');
    expect(await git.changedPaths(start, head)).toEqual([]);
  });

  test('brings back a folder that was removed, past a hook that the work has passed already', async () => {
    const { clone, git, path, start } = await cloneWithWorktree();
    clone.in(path, 'rm', '-r', '--quiet', '.beads');
    clone.commit(path, 'work.txt', 'work\n');
    clone.hook('clone', 'pre-commit', 'exit 1');
    expect(await git.changedPaths(start, await git.restoreFolder(path, '.beads', start, 'Restore'))).toEqual([
      'work.txt',
    ]);
  });
});

describe('the user’s own checkout', () => {
  async function behind() {
    const clone = new Clone();
    const { git, own } = await clone.open();
    const from = clone.head(clone.checkout);
    const to = clone.pushed('main', 'file-0.txt', 'theirs\n');
    await git.fetch(['main']);
    return { clone, own, from, to };
  }

  test('follows its remote, with changes that are not in the way kept', async () => {
    const { clone, own, from, to } = await behind();
    writeFileSync(join(clone.checkout, 'file-1.txt'), 'mine\n');
    expect(await own.fastForward('main', to)).toEqual({ is: 'moved', from, to });
    expect(clone.in(clone.checkout, 'status', '--porcelain')).toBe('M file-1.txt');
    expect(clone.head(clone.checkout)).toBe(to);
    expect(await own.fastForward('main', to)).toEqual({ is: 'up to date' });
  });

  test.each([
    ['a change', 'file-0.txt'],
    ['an untracked file', 'new.txt'],
  ])('with %s in the way is left as it is, and that is said', async (_, path) => {
    const { clone, own, to } = await behind();
    const head = path === 'new.txt' ? clone.pushed('main', path, 'theirs\n') : to;
    clone.in(clone.checkout, 'fetch', '--quiet', 'origin', 'main');
    writeFileSync(join(clone.checkout, path), 'mine\n');
    const before = clone.own();
    const moving = own.fastForward('main', head);
    await expect(moving).rejects.toThrow(UserError);
    await expect(moving).rejects.toMatchObject({
      message: expect.stringContaining(path),
      hint: expect.stringContaining('git stash'),
      exit: 'repository',
    });
    expect(clone.own()).toEqual(before);
  });

  test('with commits of its own is left as it is; ahead of its remote it is up to date', async () => {
    const { clone, own, from, to } = await behind();
    clone.commit(clone.checkout, 'mine.txt', 'mine\n');
    const before = clone.own();
    await expect(own.fastForward('main', to)).rejects.toMatchObject({
      hint: 'Put them on top with: git rebase origin/main main',
      exit: 'repository',
    });
    expect(await own.fastForward('main', from)).toEqual({ is: 'up to date' });
    expect(clone.own()).toEqual(before);
  });

  test('on another branch stays there, and its base moves', async () => {
    const { clone, own, from, to } = await behind();
    clone.in(clone.checkout, 'switch', '--quiet', '--create', 'feature');
    expect(await own.fastForward('main', to)).toEqual({ is: 'moved', from, to });
    expect([clone.head(clone.checkout), clone.head(clone.checkout, 'main')]).toEqual([from, to]);
    expect(clone.in(clone.checkout, 'status', '--porcelain')).toBe('');
  });

  test('with its base in a second worktree of the user’s moves that one along', async () => {
    const { clone, own, to } = await behind();
    clone.in(clone.checkout, 'switch', '--quiet', '--create', 'feature');
    const second = join(clone.folder, 'second');
    clone.in(clone.checkout, 'worktree', 'add', '--quiet', second, 'main');
    await own.fastForward('main', to);
    expect([clone.head(second), clone.in(second, 'status', '--porcelain')]).toEqual([to, '']);
  });

  test('that has no such branch has nothing to follow', async () => {
    const { clone, own, to } = await behind();
    clone.in(clone.checkout, 'branch', '--move', 'main', 'trunk');
    expect(await own.fastForward('main', to)).toEqual({ is: 'up to date' });
  });
});
