/** Worktrees under parallel workers: made safely, kept with what is in them, and never at the cost of the user's own checkout. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { branchOf, issueId } from '../../../src/domain/ids.ts';
import { Clone, clearClones, TASK } from './clone.ts';

afterAll(clearClones);
const BRANCH = branchOf(TASK, 1);
const want = (clone: Clone) => ({ task: TASK, round: 1, start: clone.head(clone.checkout) });

test('sixteen workers make their worktrees at once, beside fetches, and none fails', async () => {
  const clone = new Clone();
  const start = clone.head(clone.checkout);
  const tasks = Array.from({ length: 16 }, (_, i) => issueId(`bd-e.${i + 1}`));
  const opened = await Promise.all(tasks.map(() => clone.open()));
  const [fetcher] = opened;
  const work = opened.map(async ({ git }, i) => await git.ensureWorktree({ task: tasks[i] ?? TASK, round: 1, start }));
  const fetches = [1, 2, 3, 4].map(() => fetcher?.git.fetch(['main']));
  const worktrees = await Promise.all(work);
  await Promise.all(fetches);
  expect(new Set(worktrees.map(({ path }) => path)).size).toBe(16);
  for (const { path, branch } of worktrees) {
    expect(clone.in(path, 'status', '--porcelain')).toBe('');
    expect(clone.in(path, 'symbolic-ref', '--short', 'HEAD')).toBe(branch);
    expect(readFileSync(join(path, 'file-19.txt'), 'utf8')).toBe('19\n');
  }
  expect((await fetcher?.git.worktrees())?.length).toBe(16);
  clone.in(clone.checkout, 'fsck', '--connectivity-only');
  clone.in(clone.checkout, 'gc', '--quiet');
});

test('the user’s files, index, stash, configuration, branches and reflogs are byte-identical afterwards', async () => {
  const clone = new Clone();
  const { checkout } = clone;
  clone.write(checkout, 'file-0.txt', 'stashed\n');
  clone.in(checkout, 'stash');
  clone.write(checkout, 'file-1.txt', 'staged\n');
  clone.in(checkout, 'add', 'file-1.txt');
  clone.write(checkout, 'file-1.txt', 'changed after\n');
  clone.write(checkout, 'untracked.txt', 'mine\n');
  clone.write(checkout, 'ignored/secret', 'mine\n');
  const before = clone.own();
  const { git } = await clone.open();
  const start = clone.head(checkout);
  await git.repair();
  await git.fetch(['main', 'no-such-branch']);
  const { path } = await git.ensureWorktree({ task: TASK, round: 1, start });
  clone.write(path, 'work.txt', 'work\n');
  await git.commitAll(path, 'Work');
  await git.restoreFolder(path, '.beads', start, 'Restore');
  await git.push(path, BRANCH, undefined);
  await git.publishFile({ branch: 'main', parent: start, path: '.beads/issues.jsonl', text: 'x\n', message: 'm' });
  await git.fetch(['main']);
  const [worktree] = await git.worktrees();
  if (worktree === undefined) throw new Error('no worktree');
  const safe = [clone.head(clone.remote, BRANCH)];
  expect(await git.removeWorktree(worktree, safe)).toMatchObject({ is: 'removed' });
  await git.deleteRemoteBranch(BRANCH, safe[0] ?? start);
  await git.fetch(['main']);
  expect(clone.own()).toEqual(before);
  expect(await git.localTaskBranches()).toEqual(new Map());
});

describe('a worktree', () => {
  test('stands beside the checkout, on its own branch, which tracks nothing', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    const made = await git.ensureWorktree(want(clone));
    expect(made).toMatchObject({
      path: join(clone.worktrees, 'bd-e.1-1'),
      task: TASK,
      round: 1,
      branch: BRANCH,
      checkedOut: BRANCH,
      head: want(clone).start,
      missing: false,
      locked: false,
    });
    expect(clone.in(clone.checkout, 'config', '--get-regexp', 'branch\\..*')).not.toContain('heddle');
  });

  test('that is there already stays as it is, with everything in it', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    const { path } = await git.ensureWorktree(want(clone));
    const head = clone.commit(path, 'work.txt', 'committed\n');
    clone.write(path, 'work.txt', 'changed\n');
    clone.write(path, 'new.txt', 'untracked\n');
    expect(await git.ensureWorktree(want(clone))).toMatchObject({ path, head });
    expect([...(await git.worktreeState(path)).changes].sort()).toEqual([' M work.txt', '?? new.txt']);
    expect(readFileSync(join(path, 'work.txt'), 'utf8')).toBe('changed\n');
  });

  test('whose folder somebody has deleted comes back on the branch that holds its commits', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    const { path } = await git.ensureWorktree(want(clone));
    const head = clone.commit(path, 'work.txt', 'committed\n');
    rmSync(path, { recursive: true });
    expect((await git.worktrees())[0]).toMatchObject({ missing: true });
    expect(await git.ensureWorktree(want(clone))).toMatchObject({ path, head, missing: false });
    expect(readFileSync(join(path, 'work.txt'), 'utf8')).toBe('committed\n');
  });

  test('whose link an agent has deleted is linked again, its uncommitted work in place', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    const { path } = await git.ensureWorktree(want(clone));
    clone.write(path, 'work.txt', 'uncommitted\n');
    rmSync(join(path, '.git'));
    await git.ensureWorktree(want(clone));
    expect((await git.worktreeState(path)).changes).toEqual(['?? work.txt']);
  });

  test('whose index an agent has removed gets a new one, its uncommitted work in place', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    const { path } = await git.ensureWorktree(want(clone));
    const [tracked = ''] = clone.in(path, 'ls-files').split('\n');
    clone.write(path, tracked, 'uncommitted\n');
    rmSync(clone.in(path, 'rev-parse', '--git-path', 'index'));
    await git.ensureWorktree(want(clone));
    expect((await git.worktreeState(path)).changes).toEqual([` M ${tracked}`]);
    expect(readFileSync(join(path, tracked), 'utf8')).toBe('uncommitted\n');
  });

  test('begins where the task was pushed, if it was, rather than at the base', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    const head = clone.pushed(BRANCH, 'work.txt', 'from elsewhere\n');
    await git.fetch(['main']);
    expect(await git.ensureWorktree(want(clone))).toMatchObject({ head });
  });

  test('of another round stands beside it', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    await git.ensureWorktree(want(clone));
    const second = await git.ensureWorktree({ ...want(clone), round: 2 });
    expect(second.branch).toBe('heddle/bd-e.1/2');
    expect((await git.worktrees()).map(({ round }) => round).sort()).toEqual([1, 2]);
  });

  test('that is the user’s own is none of ours, whatever its name', async () => {
    const clone = new Clone();
    clone.in(clone.checkout, 'worktree', 'add', '--quiet', '-b', 'mine', join(clone.folder, 'bd-e.9-1'));
    clone.in(clone.checkout, 'worktree', 'add', '--quiet', '-b', 'mine-too', join(clone.worktrees, 'mine'));
    const { git } = await clone.open();
    expect(await git.worktrees()).toEqual([]);
  });
});

describe('a branch that somebody has checked out is not taken from under them', () => {
  test('when it was left over', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    const start = clone.head(clone.checkout);
    clone.in(clone.checkout, 'switch', '--quiet', '--create', BRANCH);
    const safe = [start];
    expect((await git.deleteLocalBranch(BRANCH, start, safe))?.is).not.toBe('removed');
    expect(clone.in(clone.checkout, 'symbolic-ref', '--short', 'HEAD')).toBe(BRANCH);
    expect(clone.head(clone.checkout, BRANCH)).toBe(start);
    clone.in(clone.checkout, 'switch', '--quiet', 'main');
    await git.deleteLocalBranch(BRANCH, start, safe);
    expect(await git.localTaskBranches()).toEqual(new Map());
    await git.deleteLocalBranch(BRANCH, start, safe);
  });

  test('when its worktree goes', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    const { path } = await git.ensureWorktree(want(clone));
    clone.in(path, 'switch', '--quiet', '--detach');
    clone.in(clone.checkout, 'switch', '--quiet', BRANCH);
    const [worktree] = await git.worktrees();
    if (worktree === undefined) throw new Error('no worktree');
    await git.removeWorktree(worktree, [want(clone).start]);
    expect(clone.head(clone.checkout, BRANCH)).toBe(want(clone).start);
    expect(existsSync(path)).toBe(false);
  });
});

test('how much room there is can be asked before there is any worktree', async () => {
  const clone = new Clone();
  const { git } = await clone.open();
  expect(await git.room()).toMatchObject({ worktrees: 0, freeMb: expect.any(Number) });
  await git.ensureWorktree(want(clone));
  expect((await git.room()).worktrees).toBe(1);
});
