import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { UserError } from '../../../src/domain/errors.ts';
import { Clone, clearClones } from './clone.ts';

afterAll(clearClones);

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
