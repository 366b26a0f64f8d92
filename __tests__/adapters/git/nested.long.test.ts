/** A worktree with repositories inside: what was committed in one of them is nowhere else, so it does not go with the worktree. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { branchOf } from '../../../src/domain/ids.ts';
import { Clone, clearClones, TASK } from './clone.ts';

afterAll(clearClones);
/** By default git takes no submodule from a folder. */
const LOCAL = ['-c', 'protocol.file.allow=always'];

/** A worktree of a repository that has a submodule `sub`, whose name in git's own folder has a slash. */
async function withSubmodule(...options: string[]) {
  const clone = new Clone();
  const library = join(clone.folder, 'library');
  execFileSync('git', ['clone', '--quiet', clone.remote, library]);
  identify(clone, library);
  clone.commit(library, 'library.txt', '1\n');
  clone.commit(library, 'library.txt', '2\n');
  clone.in(clone.checkout, ...LOCAL, 'submodule', '--quiet', 'add', '--name', 'libs/sub', `file://${library}`, 'sub');
  clone.in(join(clone.checkout, 'sub'), 'checkout', '--quiet', 'HEAD^');
  const start = clone.commit(clone.checkout, 'with.txt', 'sub\n');
  const { git } = await clone.open();
  const { path } = await git.ensureWorktree({ task: TASK, round: 1, start });
  clone.in(path, ...LOCAL, 'submodule', '--quiet', 'update', '--init', ...options);
  const sub = join(path, 'sub');
  identify(clone, sub);
  const remove = async () => {
    const [worktree] = await git.worktrees();
    if (worktree === undefined) throw new Error('no worktree');
    return await git.removeWorktree(worktree, [start, clone.head(path)]);
  };
  return { clone, path, sub, library, remove };
}

function identify(clone: Clone, path: string): void {
  clone.in(path, 'config', 'user.name', 'An Agent');
  clone.in(path, 'config', 'user.email', 'agent@example.invalid');
}

describe('a worktree with a submodule', () => {
  test('is filled, and leaves the submodule to the set-up, also where git shall look into submodules', async () => {
    const { clone, path, remove } = await withSubmodule();
    const start = clone.head(path);
    await remove();
    clone.in(clone.checkout, 'config', 'submodule.recurse', 'true');
    const { git } = await clone.open();
    await git.ensureWorktree({ task: TASK, round: 1, start });
    expect(clone.in(path, 'status', '--porcelain')).toBe('');
    expect(existsSync(join(path, 'with.txt'))).toBe(true);
    expect(readdirSync(join(path, 'sub'))).toEqual([]);
  });

  test('is not pushed where git shall check that its submodules are', async () => {
    const { clone, path, sub } = await withSubmodule();
    clone.in(clone.checkout, 'config', 'push.recurseSubmodules', 'check');
    clone.commit(sub, 'library.txt', '3\n');
    clone.commit(path, 'more.txt', 'uses it\n');
    const { git } = await clone.open();
    await expect(git.push(path, branchOf(TASK, 1), undefined)).rejects.toThrow('not be found on any remote');
    expect(clone.in(clone.remote, 'branch', '--list', 'heddle/*')).toBe('');
  });

  test.each([
    ['as it was', []],
    ['that has the one commit it was fetched for', ['--depth', '1']],
  ])('goes with the submodule %s', async (_, options) => {
    const { path, remove } = await withSubmodule(...options);
    expect(await remove()).toEqual({ is: 'removed', rescued: [] });
    expect(existsSync(path)).toBe(false);
  });

  test('goes with a submodule that is pinned at a tag off every branch', async () => {
    const { clone, path, sub, library, remove } = await withSubmodule();
    clone.in(library, 'checkout', '--quiet', '--detach');
    clone.commit(library, 'library.txt', 'release\n');
    clone.in(library, 'tag', 'v1');
    clone.in(library, 'checkout', '--quiet', '-');
    clone.in(sub, 'fetch', '--quiet', '--tags', 'origin');
    clone.in(sub, 'checkout', '--quiet', 'v1');
    clone.in(sub, 'fetch', '--quiet', 'origin', 'HEAD');
    clone.commit(path, 'more.txt', 'at the release\n');
    expect(await remove()).toMatchObject({ is: 'removed' });
  });

  test('goes when what was committed in the submodule was pushed', async () => {
    const { clone, path, sub, remove } = await withSubmodule();
    clone.commit(sub, 'library.txt', '3\n');
    clone.in(sub, 'push', '--quiet', 'origin', 'HEAD:refs/heads/mine');
    clone.commit(path, 'more.txt', 'uses it\n');
    expect(await remove()).toMatchObject({ is: 'removed' });
  });

  test('stays while a commit in the submodule is nowhere else, though everything is committed', async () => {
    const { clone, path, sub, remove } = await withSubmodule();
    const head = clone.commit(sub, 'library.txt', '3\n');
    clone.commit(path, 'more.txt', 'uses it\n');
    expect(clone.in(path, 'status', '--porcelain')).toBe('');
    expect(await remove()).toEqual({
      is: 'kept',
      why: 'it holds a repository of its own, libs/sub, with commits that were never pushed',
    });
    expect(clone.head(sub)).toBe(head);
  });

  test('stays while a branch or a stash of the submodule is nowhere else', async () => {
    const { clone, sub, remove } = await withSubmodule();
    clone.write(sub, 'library.txt', 'set aside\n');
    clone.in(sub, 'stash', '--quiet');
    expect(await remove()).toMatchObject({ is: 'kept', why: expect.stringContaining('never pushed') });
    clone.in(sub, 'stash', 'drop', '--quiet');
    const old = clone.head(sub);
    clone.in(sub, 'switch', '--quiet', '--create', 'mine');
    clone.commit(sub, 'library.txt', '3\n');
    clone.in(sub, 'checkout', '--quiet', old);
    expect(await remove()).toMatchObject({ is: 'kept', why: expect.stringContaining('never pushed') });
  });

  test('stays while commits of the submodule are left where its folder is gone', async () => {
    const { clone, path, sub, remove } = await withSubmodule();
    clone.commit(sub, 'library.txt', '3\n');
    clone.in(path, 'rm', '--quiet', '--force', 'sub');
    clone.commit(path, 'more.txt', 'without it\n');
    expect(existsSync(sub)).toBe(false);
    expect(await remove()).toMatchObject({ is: 'kept', why: expect.stringContaining('never pushed') });
  });

  test('stays while the submodule has files that .gitmodules says to overlook', async () => {
    const { clone, path, sub, remove } = await withSubmodule();
    clone.in(path, 'config', '--file', '.gitmodules', 'submodule.libs/sub.ignore', 'all');
    clone.commit(path, 'more.txt', 'overlook it\n');
    clone.write(sub, 'library.txt', 'changed\n');
    expect(clone.in(path, 'status', '--porcelain')).toBe('');
    expect(await remove()).toEqual({ is: 'kept', why: 'it holds a repository of its own, sub' });
  });

  test('stays when git cannot read the submodule', async () => {
    const { clone, sub, remove } = await withSubmodule();
    const own = clone.in(sub, 'rev-parse', '--absolute-git-dir');
    writeFileSync(join(own, 'HEAD'), 'ref: refs/heads/none\n');
    expect(await remove()).toMatchObject({ is: 'kept', why: expect.stringContaining('git cannot read') });
  });
});

describe('a worktree with a repository that was cloned into it and committed by name', () => {
  test('stays while a commit in it, or in one within it, is nowhere else', async () => {
    const { clone, path, sub, library, remove } = await withSubmodule();
    clone.in(path, 'rm', '--quiet', '--force', 'sub');
    expect(existsSync(sub)).toBe(false);
    const tool = join(path, 'tool');
    execFileSync('git', ['clone', '--quiet', `file://${library}`, tool]);
    identify(clone, tool);
    const within = join(tool, 'within');
    execFileSync('git', ['clone', '--quiet', `file://${library}`, within]);
    identify(clone, within);
    clone.commit(tool, 'tool.txt', 'tool\n');
    clone.in(tool, 'push', '--quiet', 'origin', 'HEAD:refs/heads/tool');
    clone.commit(within, 'within.txt', 'within\n');
    clone.commit(tool, 'tool.txt', 'tool with it\n');
    clone.commit(path, 'more.txt', 'with the tool\n');
    expect(clone.in(path, 'status', '--porcelain')).toBe('');
    expect(await remove()).toMatchObject({ is: 'kept', why: expect.stringMatching(/own, tool, with commits/) });
    clone.in(tool, 'push', '--quiet', 'origin', 'HEAD:refs/heads/tool');
    expect(await remove()).toMatchObject({ is: 'kept', why: expect.stringMatching(/own, tool\/within, with commits/) });
    rmSync(within, { recursive: true, force: true });
    clone.in(tool, 'reset', '--quiet', '--hard', 'HEAD');
    expect(await remove()).toMatchObject({ is: 'removed' });
  });
});
