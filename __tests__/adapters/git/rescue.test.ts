import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Sha, sha } from '../../../src/domain/ids.ts';
import type { Git, Worktree } from '../../../src/ports/git.ts';
import { type Bench, BRANCH, benchWithWorktree, clearTemplate, TASK } from '../../worker/bench.ts';

let bench: Bench;
let git: Git;
let base: Sha;
let worktree: Worktree;
beforeEach(async () => {
  ({ bench, git, base, worktree } = await benchWithWorktree());
});
afterEach(() => bench.clear());
afterAll(clearTemplate);

const write = (path: string, text: string) => writeFileSync(join(worktree.path, path), text);
const shown = (commit: string, path: string) => bench.inCheckout('show', `${commit}:${path}`);
const refs = () => bench.inCheckout('for-each-ref', '--format=%(refname)', 'refs/heddle');
const standing = () => readdirSync(join(bench.folder, 'repo-worktrees'));
function commit(path: string, text: string): string {
  write(path, text);
  bench.inWorktree('add', path);
  bench.inWorktree('commit', '--quiet', '-m', `Add ${path}`);
  return bench.inWorktree('rev-parse', 'HEAD');
}

describe('a worktree that goes', () => {
  test('leaves nothing behind when nothing in it was new', async () => {
    expect(await git.removeWorktree(worktree, [base])).toEqual({ is: 'removed', rescued: [] });
    expect(await git.worktrees()).toEqual([]);
    expect(standing()).toEqual([]);
    expect(bench.inCheckout('branch', '--list', 'heddle/*')).toBe('');
    expect(refs()).toBe('');
  });

  test('leaves its uncommitted, staged and untracked files under one rescue ref', async () => {
    write('README.md', 'staged\n');
    bench.inWorktree('add', 'README.md');
    write('README.md', 'changed since\n');
    mkdirSync(join(worktree.path, 'new folder'));
    write('new folder/untracked ✓.txt', 'untracked\n');
    const removed = await git.removeWorktree(worktree, [base]);
    expect(removed).toEqual({ is: 'removed', rescued: [expect.stringMatching(/^refs\/heddle\/rescue\/bd-e\.1\/1\//)] });
    expect(existsSync(worktree.path)).toBe(false);
    const [rescue] = await git.rescues(TASK);
    expect(rescue).toMatchObject({ task: TASK, round: 1, files: 2, commits: 0 });
    const kept = rescue?.commit ?? '';
    expect(shown(kept, 'README.md')).toBe('changed since');
    expect(shown(kept, 'new folder/untracked ✓.txt')).toBe('untracked');
    expect(shown(`${kept}^2`, 'README.md')).toBe('staged');
    expect(bench.inCheckout('rev-parse', `${kept}^1`)).toBe(base);
  });

  test('leaves the commits that were neither pushed nor landed, as they were', async () => {
    const first = commit('a.txt', 'a\n');
    const second = commit('b.txt', 'b\n');
    await git.removeWorktree(worktree, [base]);
    expect(await git.rescues()).toMatchObject([{ commit: second, commits: 2, files: 0 }]);
    expect(bench.inCheckout('merge-base', first, second)).toBe(first);
  });

  test('leaves nothing of commits that one which stays contains', async () => {
    const head = sha(commit('a.txt', 'a\n'));
    expect(await git.removeWorktree(worktree, [head])).toEqual({ is: 'removed', rescued: [] });
    expect(refs()).toBe('');
  });

  test('leaves both lines when the agent went off its branch', async () => {
    const onBranch = commit('a.txt', 'a\n');
    bench.inWorktree('checkout', '--quiet', '--detach', base);
    const detached = commit('b.txt', 'b\n');
    await git.removeWorktree(worktree, [base]);
    expect(new Set((await git.rescues()).map((one) => one.commit))).toEqual(new Set([onBranch, detached]));
  });

  test('leaves what a rebase that was cut off has set aside', async () => {
    const aside = bench.inWorktree('commit-tree', `${base}^{tree}`, '-p', base, '-m', 'autostash');
    const own = bench.inWorktree('rev-parse', '--path-format=absolute', '--git-path', 'rebase-merge');
    mkdirSync(own);
    writeFileSync(join(own, 'autostash'), `${aside}\n`);
    await git.removeWorktree(worktree, [base]);
    expect(await git.rescues()).toMatchObject([{ commit: aside }]);
  });

  test('leaves the files of a conflict as they stand', async () => {
    commit('README.md', 'ours\n');
    bench.inWorktree('checkout', '--quiet', '-b', 'other', base);
    commit('README.md', 'theirs\n');
    bench.inWorktree('checkout', '--quiet', BRANCH);
    expect(() => bench.inWorktree('merge', 'other')).toThrow();
    await git.removeWorktree(worktree, [base]);
    const uncommitted = (await git.rescues()).find(({ files }) => files > 0);
    expect(shown(uncommitted?.commit ?? '', 'README.md')).toContain('<<<<<<<');
  });

  test.each(['--assume-unchanged', '--skip-worktree'])(
    'leaves changes that the index was told to overlook by %s',
    async (how) => {
      bench.inWorktree('update-index', how, 'README.md');
      write('README.md', 'overlooked\n');
      expect(bench.inWorktree('status', '--porcelain')).toBe('');
      await git.removeWorktree(worktree, [base]);
      const [rescue] = await git.rescues();
      expect(shown(rescue?.commit ?? '', 'README.md')).toBe('overlooked');
    },
  );

  test('leaves no ignored files: they can be made again', async () => {
    writeFileSync(join(bench.checkout, '.git/info/exclude'), '*.log\n');
    write('build.log', 'noise\n');
    expect(await git.removeWorktree(worktree, [base])).toEqual({ is: 'removed', rescued: [] });
  });

  test('stays when it holds a repository of its own, of which git would keep no file', async () => {
    const nested = join(worktree.path, 'nested');
    execFileSync('git', ['clone', '--quiet', bench.remote, nested]);
    expect(await git.removeWorktree(worktree, [base])).toMatchObject({ is: 'kept', why: /nested/ });
    expect(existsSync(join(nested, 'README.md'))).toBe(true);
  });

  test('stays when somebody has locked it', async () => {
    bench.inCheckout('worktree', 'lock', worktree.path);
    expect(await git.removeWorktree(worktree, [base])).toMatchObject({ is: 'kept' });
    expect(existsSync(worktree.path)).toBe(true);
  });

  test('goes with folders that cannot be written to', async () => {
    writeFileSync(join(bench.checkout, '.git/info/exclude'), 'cache\n');
    mkdirSync(join(worktree.path, 'cache/sub'), { recursive: true });
    write('cache/sub/file', 'x');
    chmodSync(join(worktree.path, 'cache/sub'), 0o500);
    expect(await git.removeWorktree(worktree, [base])).toMatchObject({ is: 'removed' });
    expect(standing()).toEqual([]);
  });

  test('keeps the same work once, however often it is tried', async () => {
    write('work.txt', 'work\n');
    bench.inWorktree('add', 'work.txt');
    write('work.txt', 'more\n');
    execFileSync('git', ['clone', '--quiet', bench.remote, join(worktree.path, 'nested')]);
    await git.removeWorktree(worktree, [base]);
    execFileSync('rm', ['-rf', join(worktree.path, 'nested')]);
    await git.removeWorktree(worktree, [base]);
    const again = await git.ensureWorktree({ task: TASK, round: 1, start: base });
    write('work.txt', 'work\n');
    bench.inWorktree('add', 'work.txt');
    write('work.txt', 'more\n');
    expect(await git.removeWorktree(again, [base])).toMatchObject({ is: 'removed' });
    expect(await git.rescues()).toHaveLength(1);
  });

  test('keeps work where the user has no identity, and leaves the user’s checkout as it was', async () => {
    bench.inCheckout('config', '--unset', 'user.name');
    bench.inCheckout('config', '--unset', 'user.email');
    bench.inCheckout('config', 'user.useConfigOnly', 'true');
    writeFileSync(join(bench.checkout, 'mine.txt'), 'mine\n');
    bench.inCheckout('add', 'mine.txt');
    const index = readFileSync(join(bench.checkout, '.git/index'));
    write('work.txt', 'work\n');
    expect(await git.removeWorktree(worktree, [base])).toMatchObject({ is: 'removed', rescued: [expect.anything()] });
    expect(readFileSync(join(bench.checkout, '.git/index'))).toEqual(index);
    expect(bench.inCheckout('status', '--porcelain')).toBe('A  mine.txt');
  });
});

test('what was rescued outlives git gc', async () => {
  write('work.txt', 'work\n');
  await git.removeWorktree(worktree, [base]);
  bench.inCheckout('reflog', 'expire', '--expire=now', '--all');
  bench.inCheckout('gc', '--quiet', '--prune=now');
  const [rescue] = await git.rescues();
  expect(shown(rescue?.commit ?? '', 'work.txt')).toBe('work');
});

describe('a branch that goes', () => {
  test('leaves what none of the commits that stay contains', async () => {
    const head = sha(commit('a.txt', 'a\n'));
    bench.inWorktree('checkout', '--quiet', '--detach');
    expect(await git.deleteLocalBranch(worktree.branch, head, [base])).toMatchObject({ is: 'removed' });
    expect(await git.rescues()).toMatchObject([{ commit: head }]);
    expect(bench.inCheckout('branch', '--list', 'heddle/*')).toBe('');
  });

  test('stays when it has moved since', async () => {
    const head = sha(commit('a.txt', 'a\n'));
    bench.inWorktree('checkout', '--quiet', '--detach');
    expect(await git.deleteLocalBranch(worktree.branch, base, [head])).toMatchObject({ is: 'kept' });
    expect((await git.localTaskBranches()).get(worktree.branch)).toBe(head);
  });
});

test('a push that replaces what was pushed keeps it first', async () => {
  const old = sha(commit('a.txt', 'a\n'));
  await git.push(worktree.path, worktree.branch, undefined);
  bench.inWorktree('commit', '--quiet', '--amend', '-m', 'Again');
  expect(await git.push(worktree.path, worktree.branch, old)).toEqual({ is: 'pushed' });
  expect(await git.rescues()).toMatchObject([{ commit: old }]);
});

describe('what was rescued comes back', () => {
  let kept: Sha;
  beforeEach(async () => {
    write('work.txt', 'work\n');
    await git.removeWorktree(worktree, [base]);
    kept = (await git.rescues())[0]?.commit ?? base;
  });

  test('as a branch, once', async () => {
    expect(await git.restoreRescue(kept, { branch: 'mine' })).toEqual({ is: 'restored' });
    expect(await git.restoreRescue(kept, { branch: 'mine' })).toEqual({ is: 'there already' });
    expect(shown('mine', 'work.txt')).toBe('work');
  });

  test('in a worktree, once, also when it was cut off before it was filled', async () => {
    const folder = join(bench.folder, 'elsewhere/back');
    expect(await git.restoreRescue(kept, { folder })).toEqual({ is: 'restored' });
    expect(await git.restoreRescue(kept, { folder })).toEqual({ is: 'there already' });
    const index = execFileSync('git', ['-C', folder, 'rev-parse', '--git-path', 'index']).toString().trim();
    execFileSync('rm', [index, join(folder, 'work.txt')]);
    expect(await git.restoreRescue(kept, { folder })).toEqual({ is: 'restored' });
    expect(readFileSync(join(folder, 'work.txt'), 'utf8')).toBe('work\n');
  });

  test('never over something else', async () => {
    bench.inCheckout('branch', 'mine', base);
    await expect(git.restoreRescue(kept, { branch: 'mine' })).rejects.toThrow('There is a branch mine already');
    await expect(git.restoreRescue(kept, { branch: '-x' })).rejects.toThrow('cannot be the name');
    await expect(git.restoreRescue(kept, { folder: bench.checkout })).rejects.toThrow('something else');
    await expect(git.restoreRescue(kept, { folder: worktree.path })).rejects.toThrow('where Heddle cleans up');
    expect(bench.inCheckout('rev-parse', 'mine')).toBe(base);
  });
});
