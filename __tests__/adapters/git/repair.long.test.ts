/** Every shape in which a killed git, or a person, can leave a worktree. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sha } from '../../../src/domain/ids.ts';
import type { Git, Worktree } from '../../../src/ports/git.ts';
import { until } from '../../fakes/wait.ts';
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

const admins = () => join(bench.checkout, '.git/worktrees');
const admin = () => join(admins(), 'bd-e.1-1');
const ensure = () => git.ensureWorktree({ task: TASK, round: 1, start: base });
const NULL = '0'.repeat(40);

/** What has to work after any repair, for the user's own git as well as for ours. */
async function wholeAgain(): Promise<void> {
  expect(bench.inCheckout('worktree', 'list', '--porcelain')).not.toContain('prunable');
  await git.fetch(['main']);
  bench.inCheckout('gc', '--quiet');
}

describe('a torn entry is repaired, and the work in its folder stays', () => {
  beforeEach(() => {
    writeFileSync(join(worktree.path, 'work.txt'), 'work\n');
  });

  test.each([
    ['an empty commondir', () => writeFileSync(join(admin(), 'commondir'), '')],
    ['no commondir', () => rmSync(join(admin(), 'commondir'))],
    ['an empty gitdir', () => writeFileSync(join(admin(), 'gitdir'), '')],
    ['no gitdir', () => rmSync(join(admin(), 'gitdir'))],
    ['an empty HEAD', () => writeFileSync(join(admin(), 'HEAD'), '')],
    ['no HEAD', () => rmSync(join(admin(), 'HEAD'))],
    ['a null HEAD', () => writeFileSync(join(admin(), 'HEAD'), `${NULL}\n`)],
    ['no link in its folder', () => rmSync(join(worktree.path, '.git'))],
    ['an empty link in its folder', () => writeFileSync(join(worktree.path, '.git'), '')],
    [
      'no link and no commondir',
      () => {
        rmSync(join(worktree.path, '.git'));
        rmSync(join(admin(), 'commondir'));
      },
    ],
    ['the lock of a start that was cut off', () => writeFileSync(join(admin(), 'locked'), 'initializing')],
  ])('%s', async (_, tear) => {
    tear();
    expect(await git.repair({ dryRun: true })).toHaveLength(1);
    expect(await git.repair()).toHaveLength(1);
    expect(await git.repair()).toEqual([]);
    await wholeAgain();
    expect(await git.worktrees()).toMatchObject([
      { path: worktree.path, head: base, checkedOut: BRANCH, locked: false },
    ]);
    expect((await git.worktreeState((await ensure()).path)).changes).toEqual(['?? work.txt']);
  });

  test('an entry that somebody has deleted is made anew', async () => {
    rmSync(admin(), { recursive: true });
    expect(await git.repair()).toEqual(["Made git's entry of worktree bd-e.1-1 anew."]);
    await wholeAgain();
    expect((await git.worktreeState((await ensure()).path)).changes).toEqual(['?? work.txt']);
  });

  test('a dry run writes nothing', async () => {
    rmSync(join(admin(), 'commondir'));
    await git.repair({ dryRun: true });
    expect(existsSync(join(admin(), 'commondir'))).toBe(false);
  });
});

describe('a start that was cut off leaves nothing', () => {
  test.each([
    ['an entry with nothing in it', () => rmSync(worktree.path, { recursive: true }), ['gitdir', 'commondir', 'HEAD']],
    ['an entry without a folder', () => rmSync(worktree.path, { recursive: true }), ['commondir']],
  ])('%s', async (_, tear, missing) => {
    tear();
    for (const file of missing) rmSync(join(admin(), file));
    expect(await git.repair()).toEqual(['Removed the half-made entry of worktree bd-e.1-1.']);
    await wholeAgain();
    expect(readdirSync(bench.checkout)).toContain('README.md');
    await ensure();
    expect(existsSync(join(worktree.path, 'README.md'))).toBe(true);
  });

  test.each([
    ['nothing in its entry', () => rmSync(worktree.path, { recursive: true }), ['gitdir', 'commondir', 'HEAD']],
    ['no folder', () => rmSync(worktree.path, { recursive: true }), ['commondir']],
    ['no gitdir', () => rmSync(join(worktree.path, 'README.md')), ['gitdir']],
  ])('the next start of the same worktree repairs it by itself: %s', async (_, tear, missing) => {
    tear();
    for (const file of missing) rmSync(join(admin(), file));
    await ensure();
    expect(readdirSync(admins())).toEqual(['bd-e.1-1']);
    const [made] = await git.worktrees();
    if (made === undefined) throw new Error('there is no worktree');
    await git.removeWorktree(made, [base]);
    expect(existsSync(admins())).toBe(false);
  });

  test.each([
    ['its branch is there', () => undefined],
    ['its branch and its folder are gone', () => git.removeWorktree(worktree, [base])],
  ])('a dead lock of its branch is in the way of nothing after the next start: %s', async (_, undo) => {
    await undo();
    const lock = join(bench.checkout, '.git/refs/heads', `${BRANCH}.lock`);
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, '');
    const { path } = await ensure();
    writeFileSync(join(path, 'work.txt'), 'work\n');
    expect(await git.commitAll(path, 'Work')).toMatchObject({ is: 'committed' });
  });

  test('an entry to whose name git has added a digit is told by its link', async () => {
    renameSync(admin(), `${admin()}1`);
    writeFileSync(join(worktree.path, '.git'), `gitdir: ${admin()}1\n`);
    writeFileSync(join(admin() + 1, 'gitdir'), '');
    await git.repair();
    await wholeAgain();
    expect(await git.worktrees()).toMatchObject([{ path: worktree.path, round: 1, checkedOut: BRANCH }]);
  });

  test('of two entries for one folder, the one that its link leads to stays', async () => {
    mkdirSync(`${admin()}1`);
    for (const [file, text] of [
      ['gitdir', `${worktree.path}/.git\n`],
      ['commondir', ''],
      ['HEAD', `${NULL}\n`],
    ] as const)
      writeFileSync(join(`${admin()}1`, file), text);
    await git.repair();
    await wholeAgain();
    expect(readdirSync(admins())).toEqual(['bd-e.1-1']);
  });

  test('a folder that git does not know goes when there is nothing in it', async () => {
    rmSync(admin(), { recursive: true });
    for (const entry of readdirSync(worktree.path))
      if (entry !== '.git') rmSync(join(worktree.path, entry), { recursive: true });
    await git.repair();
    expect(existsSync(worktree.path)).toBe(false);
    await ensure();
  });

  test('a removal that was cut off is finished', async () => {
    renameSync(worktree.path, join(bench.folder, 'repo-worktrees', '.removing-bd-e.1-1'));
    await git.repair();
    expect(readdirSync(join(bench.folder, 'repo-worktrees'))).toEqual([]);
    const [left] = await git.worktrees();
    expect(left).toMatchObject({ missing: true });
    if (left !== undefined) await git.removeWorktree(left, [base]);
    await wholeAgain();
  });
});

test('commits that only a torn entry holds are not lost with it', async () => {
  bench.inWorktree('checkout', '--quiet', '--detach');
  writeFileSync(join(worktree.path, 'work.txt'), 'work\n');
  bench.inWorktree('add', 'work.txt');
  bench.inWorktree('commit', '--quiet', '-m', 'Work');
  const head = bench.inWorktree('rev-parse', 'HEAD');
  rmSync(worktree.path, { recursive: true });
  rmSync(join(admin(), 'commondir'));
  await git.repair();
  await ensure();
  expect(await git.rescues()).toMatchObject([{ commit: head }]);
});

describe('what is somebody else’s is left alone', () => {
  test('a worktree of the user’s, whatever its name', async () => {
    const mine = join(bench.folder, 'feature-2');
    bench.inCheckout('worktree', 'add', '--quiet', '-b', 'feature', mine);
    writeFileSync(join(admins(), 'feature-2/locked'), 'initializing');
    writeFileSync(join(admins(), 'feature-2/HEAD'), `${NULL}\n`);
    expect(await git.repair()).toEqual([]);
    rmSync(join(admins(), 'feature-2/gitdir'));
    expect(await git.repair()).toEqual([]);
    expect(existsSync(join(admins(), 'feature-2/locked'))).toBe(true);
  });

  test('a folder beside the worktrees that has no branch of ours', async () => {
    const theirs = join(bench.folder, 'repo-worktrees/notes-1');
    mkdirSync(theirs);
    writeFileSync(join(theirs, 'note.txt'), 'mine\n');
    expect(await git.repair()).toEqual([]);
    expect(readFileSync(join(theirs, 'note.txt'), 'utf8')).toBe('mine\n');
  });
});

describe('locks', () => {
  const places = [
    'packed-refs.lock',
    'config.lock',
    'refs/heads/heddle/bd-e.1/1.lock',
    'refs/remotes/origin/main.lock',
    'worktrees/bd-e.1-1/index.lock',
    'worktrees/bd-e.1-1/HEAD.lock',
  ];
  const lock = (name: string) => join(bench.checkout, '.git', name);

  test.each(places)('%s that a dead git has left goes, whatever its age', async (name) => {
    writeFileSync(lock(name), '');
    expect(await git.repair()).toEqual([`Removed the lock ${name} of a git that has ended.`]);
    expect(existsSync(lock(name))).toBe(false);
    await wholeAgain();
  });

  test('a lock that a living process holds is waited for', async () => {
    const holder = spawn('sh', ['-c', 'exec 3>"$0"; read _; rm "$0"', lock('packed-refs.lock')], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await until('the lock is held', () => existsSync(lock('packed-refs.lock')));
    writeFileSync(lock('config.lock'), '');
    let over = false;
    const repairing = git.repair().finally(() => {
      over = true;
    });
    // By the look at which a dead one's lock goes.
    await until('two looks', () => !existsSync(lock('config.lock')));
    expect({ over, there: existsSync(lock('packed-refs.lock')) }).toEqual({ over: false, there: true });
    holder.stdin.end('\n');
    expect(await repairing).toEqual(['Removed the lock config.lock of a git that has ended.']);
  });

  test('locks of the user’s own checkout are the user’s', async () => {
    writeFileSync(lock('index.lock'), '');
    writeFileSync(lock('refs/heads/main.lock'), '');
    expect(await git.repair()).toEqual([]);
    expect(existsSync(lock('index.lock'))).toBe(true);
  });
});
