/** Git goes up from a folder, and follows links: where an agent has been, no call of ours may go along. */
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sha } from '../../../src/domain/ids.ts';
import type { Git, Worktree } from '../../../src/ports/git.ts';
import { openCheckout } from '../../../src/wiring/checkout.ts';
import { type Bench, BRANCH, benchWithWorktree, clearTemplate, TASK } from '../../worker/bench.ts';
import { HARMS, Surroundings } from '../../worker/harms.ts';

let bench: Bench;
let around: Surroundings;
let git: Git;
let base: Sha;
let worktree: Worktree;
beforeEach(async () => {
  ({ bench, git, base, worktree } = await benchWithWorktree());
  around = new Surroundings(bench);
  writeFileSync(join(worktree.path, 'work.txt'), 'work\n');
});
afterEach(() => bench.clear());
afterAll(clearTemplate);

const ensure = () => git.ensureWorktree({ task: TASK, round: 1, start: base });
const kept = () => `${bench.worktree}.kept`;
const refs = () => bench.inCheckout('for-each-ref');

describe.each(HARMS)('an agent that $name', (harm) => {
  const { how, why } = harm;

  test('no call goes to another repository, and each says how the worktree was lost', async () => {
    around.do(harm);
    const before = refs();
    const lost = { name: 'WorktreeLost', how, message: expect.stringContaining(why) };
    await expect(git.requireWorktree(worktree.path)).rejects.toMatchObject(lost);
    await expect(git.worktreeState(worktree.path)).rejects.toMatchObject(lost);
    await expect(git.commitAll(worktree.path, 'Work')).rejects.toMatchObject(lost);
    await expect(git.restoreFolder(worktree.path, '.beads', base, 'Back')).rejects.toMatchObject(lost);
    await expect(git.push(worktree.path, worktree.branch, undefined)).rejects.toMatchObject(lost);
    expect([around.changes(), refs()]).toEqual([[], before]);
    expect(bench.onRemote('branch', '--list', BRANCH)).toBe('');
  });

  test('a removal loses nothing and touches no other repository', async () => {
    around.do(harm);
    await git.repair({ dryRun: true });
    const removed = await git.removeWorktree(worktree, [base]);
    if (how === 'foreign') expect(removed).toEqual({ is: 'kept', why: expect.stringContaining(why) });
    else expect(removed).toMatchObject({ is: 'removed' });
    const rescued = (await git.rescues(TASK)).map(({ commit }) => bench.inCheckout('show', `${commit}:work.txt`));
    expect(rescued).toEqual(how === 'unlinked' ? ['work'] : []);
    expect(lstatSync(bench.worktree, { throwIfNoEntry: false }) !== undefined).toBe(how === 'foreign');
    expect(around.changes()).toEqual([]);
  });

  test('a repair writes to no other folder', async () => {
    around.do(harm);
    await git.repair();
    expect(around.changes()).toEqual([]);
    expect(readdirSync(join(around.other, 'plain'))).toEqual([]);
    expect(await git.repair()).toEqual([]);
    expect(await git.worktrees()).toMatchObject([{ path: bench.worktree, locked: false }]);
  });

  test.each(['at once', 'after a repair'])(
    'the next start makes the worktree anew, %s, and loses nothing',
    async (when) => {
      around.do(harm);
      if (when === 'after a repair') await git.repair();
      const made = await ensure();
      expect(made).toMatchObject({ path: bench.worktree, checkedOut: BRANCH });
      expect(lstatSync(made.path).isDirectory()).toBe(true);
      expect(readFileSync(join(made.path, 'README.md'), 'utf8')).toBe('hello\n');
      const { changes } = await git.worktreeState(made.path);
      expect(changes).toEqual(how === 'unlinked' ? ['?? work.txt'] : []);
      expect(lstatSync(kept(), { throwIfNoEntry: false }) !== undefined).toBe(how === 'foreign');
      if (existsSync(join(kept(), '.git')) && lstatSync(kept()).isDirectory())
        expect(readFileSync(join(kept(), 'work.txt'), 'utf8')).toBe('work\n');
      expect(around.changes()).toEqual([]);
      expect(await git.commitAll(made.path, 'Work')).toMatchObject({
        is: how === 'unlinked' ? 'committed' : 'nothing',
      });
      expect(await git.repair()).toEqual([]);
    },
  );
});

describe('a worktree is lost as well', () => {
  test('when its link leads to the entry of another worktree of the repository', async () => {
    const mine = join(bench.folder, 'mine');
    bench.inCheckout('worktree', 'add', '--quiet', '-b', 'mine', mine);
    writeFileSync(join(worktree.path, '.git'), readFileSync(join(mine, '.git')));
    await expect(git.commitAll(worktree.path, 'Work')).rejects.toMatchObject({
      how: 'foreign',
      message: `its .git file leads to the entry of ${mine}`,
    });
    expect((await ensure()).checkedOut).toBe(BRANCH);
    expect(bench.run('-C', mine, 'status', '--porcelain')).toBe('');
  });

  test('when its entry was made to belong to another repository, until the next start', async () => {
    const entry = join(bench.checkout, '.git/worktrees/bd-e.1-1');
    writeFileSync(join(entry, 'commondir'), `${around.other}/.git\n`);
    await expect(git.commitAll(worktree.path, 'Work')).rejects.toMatchObject({ how: 'unlinked' });
    expect(around.changes()).toEqual([]);
    expect((await git.worktreeState((await ensure()).path)).changes).toEqual(['?? work.txt']);
  });

  test('when its entry is gone, until the next start makes it anew', async () => {
    rmSync(join(bench.checkout, '.git/worktrees/bd-e.1-1'), { recursive: true });
    await expect(git.commitAll(worktree.path, 'Work')).rejects.toMatchObject({ message: "git's entry of it is gone" });
    expect((await git.worktreeState((await ensure()).path)).changes).toEqual(['?? work.txt']);
    expect(existsSync(kept())).toBe(false);
  });

  test('when the folder above it has become a link', async () => {
    const away = join(bench.folder, 'away');
    renameSync(git.worktreeRoot, away);
    symlinkSync(away, git.worktreeRoot);
    rmSync(join(away, 'bd-e.1-1/.git'));
    await expect(git.commitAll(worktree.path, 'Work')).rejects.toMatchObject({ how: 'foreign' });
    await git.repair();
    expect(existsSync(join(away, 'bd-e.1-1/.git'))).toBe(false);
  });
});

test('what follows a hook that has removed the .git file is still of the same repository', async () => {
  const hook = join(bench.checkout, '.git/hooks/post-commit');
  writeFileSync(hook, '#!/bin/sh\nrm .git\n', { mode: 0o755 });
  const committed = await git.commitAll(worktree.path, 'Work');
  expect(committed).toEqual({ is: 'committed', head: bench.inCheckout('rev-parse', BRANCH) });
});

test('what was put aside is put aside once more beside itself, not over itself', async () => {
  for (const expected of [kept(), `${kept()}.2`]) {
    rmSync(join(bench.worktree, '.git'));
    bench.run('init', '--quiet', bench.worktree);
    await ensure();
    expect(existsSync(join(expected, '.git/HEAD'))).toBe(true);
  }
  expect(await git.repair()).toEqual([]);
});

test('commits that only an unfinished rebase holds are kept when the folder of the worktree is gone', async () => {
  bench.inWorktree('add', '--all');
  bench.inWorktree('commit', '--quiet', '-m', 'Work');
  const made = bench.inWorktree('rev-parse', 'HEAD');
  bench.inWorktree('reset', '--quiet', '--hard', base);
  writeFileSync(join(bench.checkout, '.git/worktrees/bd-e.1-1/MERGE_HEAD'), `${made}\n`);
  rmSync(bench.worktree, { recursive: true });
  await ensure();
  expect(await git.rescues(TASK)).toMatchObject([{ commit: made }]);
});

describe('a checkout whose .git', () => {
  const own = () => join(bench.checkout, '.git');

  test.each([
    ['is gone', () => undefined],
    ['leads to another repository', () => writeFileSync(own(), `gitdir: ${around.other}/.git\n`)],
    ['is a link to another repository', () => symlinkSync(join(around.other, '.git'), own())],
  ])('%s leads to no other repository', async (_, harm) => {
    rmSync(own(), { recursive: true });
    harm();
    await expect(git.localTaskBranches()).rejects.toThrow('is not the repository any more that it was');
    await expect(git.fetch(['main'])).rejects.toThrow('is not the repository any more that it was');
    expect(around.changes()).toEqual([]);
  });

  test('is kept elsewhere leads to nothing above when it is no repository any more', async () => {
    const apart = join(bench.folder, 'apart');
    bench.run('clone', '--quiet', bench.remote, apart);
    renameSync(join(apart, '.git'), join(bench.folder, 'kept.git'));
    symlinkSync(join(bench.folder, 'kept.git'), join(apart, '.git'));
    const { git: there } = await openCheckout(apart, process.env, { configText: '' });
    expect(await there.localTaskBranches()).toEqual(new Map());
    rmSync(join(bench.folder, 'kept.git/HEAD'));
    await expect(there.localTaskBranches()).rejects.toThrow('not a git repository');
  });
});

describe('a worktree that salvage has made', () => {
  const folder = () => join(bench.folder, 'back');
  const restore = () => git.restoreRescue(base, { folder: folder() });

  test.each([
    ['lost its .git file', () => rmSync(join(folder(), '.git'))],
    ['leads to another repository', () => writeFileSync(join(folder(), '.git'), `gitdir: ${around.other}/.git\n`)],
    [
      'has become a repository of its own',
      () => {
        rmSync(join(folder(), '.git'));
        bench.run('init', '--quiet', folder());
      },
    ],
  ])('and that %s is not taken for it', async (_, harm) => {
    expect(await restore()).toEqual({ is: 'restored' });
    harm();
    await expect(restore()).rejects.toThrow('is there already, and holds something else');
    expect(around.changes()).toEqual([]);
  });
});
