import { afterAll, describe, expect, test } from '@jest/globals';
import { branchOf } from '../../../src/domain/ids.ts';
import { Clone, clearClones, TASK } from './clone.ts';

afterAll(clearClones);
const BRANCH = branchOf(TASK, 1);

describe('a branch called heddle, beside which git can have no heddle/...,', () => {
  test('is told where it is local, with the command that repairs it; heddle-setup is in nobody’s way', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    clone.in(clone.checkout, 'branch', 'heddle');
    expect(await git.repair()).toEqual([]);
    await expect(git.localTaskBranches()).rejects.toMatchObject({
      message: 'A branch is called heddle, and beside it git can have none of heddle/TASK/ROUND.',
      hint: 'Rename it with: git branch -m heddle heddle-setup',
      exit: 'repository',
    });
    clone.in(clone.checkout, 'branch', '-m', 'heddle', 'heddle-setup');
    expect(await git.localTaskBranches()).toEqual(new Map());
    await git.ensureWorktree({ task: TASK, round: 1, start: clone.head(clone.checkout) });
    expect([...(await git.localTaskBranches()).keys()]).toEqual([BRANCH]);
  });

  test('is told where the remote has it, and where only a stale ref of it makes every fetch fail', async () => {
    const clone = new Clone();
    const { git } = await clone.open();
    const told = {
      message: expect.stringContaining('There is a ref refs/remotes/origin/heddle'),
      hint: expect.stringContaining('git update-ref -d refs/remotes/origin/heddle'),
      exit: 'repository',
    };
    clone.pushed('heddle', 'a', 'a');
    clone.in(clone.checkout, 'fetch', '--quiet', 'origin');
    await git.fetch(['main']);
    await expect(git.remoteTaskBranches()).rejects.toMatchObject(told);
    clone.in(clone.remote, 'branch', '-D', 'heddle');
    const head = clone.pushed(BRANCH, 'b', 'b');
    await expect(git.fetch(['main'])).rejects.toMatchObject(told);
    clone.in(clone.checkout, 'update-ref', '-d', 'refs/remotes/origin/heddle');
    await git.fetch(['main']);
    expect(await git.remoteTaskBranches()).toEqual(new Map([[BRANCH, head]]));
  });
});
