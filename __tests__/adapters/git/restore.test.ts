/** `heddle salvage --into` that is killed: whatever it has left keeps neither git nor the next try from working. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sha } from '../../../src/domain/ids.ts';
import { Clone, clearClones } from './clone.ts';

const SAID = 'Removed what was left of a salvage that was cut off.';

let clone: Clone;
let kept: Sha;
beforeEach(() => {
  clone = new Clone();
  kept = clone.commit(clone.checkout, 'work.txt', 'work\n');
});
afterAll(clearClones);

const folder = () => join(clone.folder, 'elsewhere/back');
const admins = () => join(clone.checkout, '.git/worktrees');
const begun = () => join(clone.worktrees, 'heddle-salvage');

/** Salvages with a git that is killed in the middle of `worktree add`, or after it, and has done this until then. */
async function cutOff(meanwhile: string): Promise<void> {
  const bin = join(clone.folder, 'bin');
  mkdirSync(bin);
  const real = `PATH=${JSON.stringify(process.env['PATH'])}`;
  writeFileSync(
    join(bin, 'git'),
    `#!/bin/sh\n${real}\ncase "$*" in *"worktree add"*)\n git "$@"\n ${meanwhile}\n kill -9 $$;; esac\nexec git "$@"\n`,
  );
  chmodSync(join(bin, 'git'), 0o755);
  const { git } = await clone.open({ PATH: `${bin}${delimiter}${process.env['PATH']}` });
  await expect(git.restoreRescue(kept, { folder: folder() })).rejects.toThrow('cannot make the worktree');
}

async function goesOn(): Promise<void> {
  const { git } = await clone.open();
  expect(await git.restoreRescue(kept, { folder: folder() })).toEqual({ is: 'restored' });
  expect(readFileSync(join(folder(), 'work.txt'), 'utf8')).toBe('work\n');
  expect(await git.restoreRescue(kept, { folder: folder() })).toEqual({ is: 'there already' });
  expect(await git.repair()).toEqual([]);
  expect(clone.in(folder(), 'status', '--porcelain')).toBe('');
  expect(clone.in(clone.checkout, 'worktree', 'list', '--porcelain').match(/^worktree .*/gm)).toEqual([
    `worktree ${clone.checkout}`,
    `worktree ${folder()}`,
  ]);
  expect(existsSync(begun())).toBe(false);
  clone.in(clone.checkout, 'gc', '--quiet');
}

describe('a salvage that is killed while git makes its worktree', () => {
  const at = (name: string) => JSON.stringify(join(admins(), 'heddle-salvage', name));
  const shapes: [string, () => string][] = [
    ['with an empty commondir', () => `: > ${at('commondir')}`],
    [
      'with nothing but its entry',
      () => `rm -r ${JSON.stringify(begun())} ${at('commondir')} ${at('gitdir')} ${at('HEAD')}`,
    ],
    ['with a null HEAD, locked', () => `echo ${'0'.repeat(40)} > ${at('HEAD')}; echo initializing > ${at('locked')}`],
    ['when all was there', () => ':'],
  ];

  test.each(shapes)('%s: repair takes it away', async (_, meanwhile) => {
    await cutOff(meanwhile());
    const { git } = await clone.open();
    expect(await git.repair({ dryRun: true })).toEqual([SAID]);
    expect(readdirSync(admins())).toEqual(['heddle-salvage']);
    expect(await git.repair()).toEqual([SAID]);
    expect(await git.repair()).toEqual([]);
    clone.in(clone.checkout, 'worktree', 'list');
    await goesOn();
  });

  test.each(shapes)('%s: the next one goes on', async (_, meanwhile) => {
    await cutOff(meanwhile());
    await goesOn();
  });
});

describe('a salvage that is killed while it hands the worktree over', () => {
  beforeEach(() => cutOff(':'));
  const link = () => readFileSync(join(begun(), '.git'), 'utf8');

  test('before git knows of the folder', async () => {
    writeFileSync(join(folder(), '.git'), link());
    await goesOn();
  });

  test('before git knows of the folder, and repaired since', async () => {
    writeFileSync(join(folder(), '.git'), link());
    expect(await (await clone.open()).git.repair()).toEqual([SAID]);
    await goesOn();
  });

  test('before the folder that it came from is gone', async () => {
    writeFileSync(join(folder(), '.git'), link());
    writeFileSync(join(admins(), 'heddle-salvage/gitdir'), `${join(folder(), '.git')}\n`);
    expect(await (await clone.open()).git.repair()).toEqual([SAID]);
    await goesOn();
  });
});

test('a salvage that was killed while it wrote the files writes them again', async () => {
  const { git } = await clone.open();
  await git.restoreRescue(kept, { folder: folder() });
  const admin = clone.in(folder(), 'rev-parse', '--absolute-git-dir');
  rmSync(join(admin, 'index'));
  rmSync(join(folder(), 'work.txt'));
  writeFileSync(join(admin, 'index.lock'), '');
  await goesOn();
});

describe('what is somebody’s own is never taken for what was left', () => {
  test('a worktree that was salvaged, and one that is called like one that was begun', async () => {
    const { git } = await clone.open();
    await git.restoreRescue(kept, { folder: folder() });
    mkdirSync(clone.worktrees, { recursive: true });
    clone.in(clone.checkout, 'worktree', 'add', '--quiet', '--detach', begun());
    clone.write(begun(), 'note.txt', 'mine\n');
    expect(await git.repair()).toEqual([]);
    const other = join(clone.folder, 'other');
    await expect(git.restoreRescue(kept, { folder: other })).rejects.toThrow('cannot make the worktree');
    expect(readFileSync(join(begun(), 'note.txt'), 'utf8')).toBe('mine\n');
    expect(clone.in(folder(), 'status', '--porcelain')).toBe('');
  });

  test('a folder with something in it, and one that git has an entry for', async () => {
    const { git } = await clone.open();
    clone.write(folder(), 'note.txt', 'mine\n');
    await expect(git.restoreRescue(kept, { folder: folder() })).rejects.toThrow('something else');
    rmSync(folder(), { recursive: true });
    await git.restoreRescue(kept, { folder: folder() });
    rmSync(folder(), { recursive: true });
    await expect(git.restoreRescue(kept, { folder: folder() })).rejects.toThrow('git still has its entry');
  });
});
