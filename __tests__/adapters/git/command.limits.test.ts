/** How long git may take: what runs programs of the user's gets the time that those need. On real git, with time turned on by hand. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, jest, test } from '@jest/globals';
import { createGitCommand } from '../../../src/adapters/git/command.ts';
import { asTyped } from '../../../src/adapters/git/work-tree.ts';
import { branchOf } from '../../../src/domain/ids.ts';
import { stopTime } from '../../fakes/time.ts';
import { Clone, clearClones, TASK } from './clone.ts';

afterAll(clearClones);
afterEach(() => {
  jest.useRealTimers();
});
const MINUTE_MS = 60_000;

/** Says that it has begun, and goes on when it is told to. */
const waiting = (folder: string) => `touch '${folder}/begun'; until [ -e '${folder}/go' ]; do sleep 0.02; done`;

/** Lets time pass while the program waits. */
async function during<T>(folder: string, minutes: number, work: () => Promise<T>): Promise<T> {
  const pass = stopTime();
  const working = work();
  working.catch(() => undefined);
  await pass(minutes * MINUTE_MS, () => existsSync(join(folder, 'begun')));
  writeFileSync(join(folder, 'go'), '');
  return await working;
}

test('a push waits for a hook that runs the tests for 16 minutes', async () => {
  const clone = new Clone();
  const { git } = await clone.open();
  const { path } = await git.ensureWorktree({ task: TASK, round: 1, start: clone.head(clone.checkout) });
  const head = clone.commit(path, 'work.txt', 'work\n');
  clone.hook('clone', 'pre-push', waiting(clone.folder));
  expect(await during(clone.folder, 16, () => git.push(path, branchOf(TASK, 1), undefined))).toEqual({ is: 'pushed' });
  expect(clone.head(clone.remote, branchOf(TASK, 1))).toBe(head);
});

test('a push whose hook does not end is refused, with what it may be', async () => {
  const clone = new Clone();
  const { git } = await clone.open();
  const { path } = await git.ensureWorktree({ task: TASK, round: 1, start: clone.head(clone.checkout) });
  clone.commit(path, 'work.txt', 'work\n');
  clone.hook('clone', 'pre-push', `touch '${clone.folder}/begun'; exec sleep 1000`);
  const pushing = during(clone.folder, 21, () => git.push(path, branchOf(TASK, 1), undefined));
  expect(await pushing).toMatchObject({ is: 'refused', why: expect.stringContaining('a pre-push hook may hang') });
});

test('a worktree may take 25 minutes to be filled', async () => {
  const clone = new Clone();
  clone.in(clone.checkout, 'config', 'filter.slow.smudge', `${waiting(clone.folder)}; cat`);
  const start = clone.commit(clone.checkout, '.gitattributes', 'file-0.txt filter=slow\n');
  const { git } = await clone.open();
  const { path } = await during(clone.folder, 25, () => git.ensureWorktree({ task: TASK, round: 1, start }));
  expect(readFileSync(join(path, 'file-0.txt'), 'utf8')).toBe('0\n');
  expect(clone.in(path, 'status', '--porcelain')).toBe('');
});

test('a git that takes too long, or fails, is called by its own command', async () => {
  const { checkout } = new Clone();
  const git = createGitCommand(process.env, undefined);
  const hanging = ['-c', 'alias.hang=!exec sleep 1000', 'hang'];
  await expect(git.try(asTyped(checkout), hanging, { timeoutMs: 300 })).rejects.toThrow(
    '`git hang` did not end within 0.3 s.',
  );
  await expect(git.ok(asTyped(checkout), ['-c', 'a.b=c', 'rev-parse', '--verify', 'none'])).rejects.toThrow(
    'git rev-parse failed (exit 128)',
  );
});

test('a command that asks the remote by itself, as git does in a partial clone, gives it up as well', async () => {
  const git = createGitCommand(process.env, undefined);
  const { stdout } = await git.try(asTyped('.'), ['-c', 'alias.told=!env', 'told']);
  expect(stdout).toMatch(/^GIT_HTTP_LOW_SPEED_LIMIT=10$/m);
  expect(stdout).toMatch(/^GIT_HTTP_LOW_SPEED_TIME=120$/m);
});
