/** What a commit in a worktree takes in, what its hooks may do to it, and how a folder of it is put back. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createGitCommand } from '../../../src/adapters/git/command.ts';
import { commitAll } from '../../../src/adapters/git/commit.ts';
import { asTyped } from '../../../src/adapters/git/work-tree.ts';
import { clearClones, cloneWithWorktree } from './clone.ts';

afterAll(clearClones);

describe('a commit of what an agent has left', () => {
  test('takes in everything but what is ignored, in the user’s own name; nothing to commit is no commit', async () => {
    const { clone, git, path, start } = await cloneWithWorktree();
    expect(await git.commitAll(path, 'Nothing')).toEqual({ is: 'nothing' });
    clone.write(path, 'new ü.txt', 'new\n');
    clone.write(path, 'file-0.txt', 'changed\n');
    clone.write(path, 'ignored/secret', 'no\n');
    clone.in(path, 'rm', '--quiet', 'file-1.txt');
    const committed = await git.commitAll(path, 'Work\n\n-- of "bd-e.1"');
    expect(committed).toEqual({ is: 'committed', head: clone.head(path) });
    expect([...(await git.changedPaths(start, clone.head(path)))].sort()).toEqual([
      'file-0.txt',
      'file-1.txt',
      'new ü.txt',
    ]);
    expect(clone.in(path, 'log', '-1', '--format=%an %B')).toBe('A User Work\n\n-- of "bd-e.1"');
  });

  test('deletes no ignored file that is tracked where the agent has removed the index', async () => {
    const { clone, git, path, start } = await cloneWithWorktree();
    clone.write(path, 'ignored/tracked', 'yes\n');
    clone.in(path, 'add', '--force', 'ignored/tracked');
    clone.in(path, 'commit', '--quiet', '-m', 'Tracked all the same');
    clone.write(path, 'new.txt', 'new\n');
    rmSync(join(clone.in(path, 'rev-parse', '--absolute-git-dir'), 'index'));
    expect(await git.commitAll(path, 'Work')).toMatchObject({ is: 'committed' });
    expect(await git.changedPaths(start, clone.head(path))).toEqual(['ignored/tracked', 'new.txt']);
  });

  test('that a hook refuses gives the hook’s words, and loses nothing', async () => {
    const { clone, git, path, start } = await cloneWithWorktree();
    clone.hook('clone', 'pre-commit', 'echo "lint: 3 problems" >&2; exit 1');
    clone.write(path, 'new.txt', 'new\n');
    expect(await git.commitAll(path, 'Work')).toEqual({
      is: 'refused',
      why: expect.stringContaining('lint: 3 problems'),
    });
    expect(clone.head(path)).toBe(start);
    expect((await git.worktreeState(path)).changes).toEqual(['A  new.txt']);
  });

  test('whose hook hangs is refused when its time is over, not begun again', async () => {
    const { clone, path, start } = await cloneWithWorktree();
    clone.hook('clone', 'pre-commit', 'exec sleep 1000');
    clone.write(path, 'new.txt', 'new\n');
    const command = createGitCommand(process.env, undefined);
    const limits: (number | undefined)[] = [];
    const impatient: typeof command.try = (cwd, args, options = {}) => {
      if (args[0] !== 'commit') return command.try(cwd, args, options);
      limits.push(options.timeoutMs);
      return command.try(cwd, args, { ...options, timeoutMs: 500 });
    };
    const gitDir = clone.in(path, 'rev-parse', '--absolute-git-dir');
    expect(await commitAll({ ...command, try: impatient }, { at: asTyped(path), gitDir }, 'Work')).toEqual({
      is: 'refused',
      why: 'a hook did not end within 15 minutes',
    });
    expect(limits).toEqual([15 * 60_000]);
    expect(clone.head(path)).toBe(start);
    expect(readFileSync(join(path, 'new.txt'), 'utf8')).toBe('new\n');
  });

  test('is made without a GitHub token, since its hooks may run what an agent wrote', async () => {
    const tokens = ['GITHUB_TOKEN', 'GH_TOKEN', 'GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];
    const { clone, git, path } = await cloneWithWorktree(Object.fromEntries(tokens.map((name) => [name, 'a-secret'])));
    const seen = join(clone.folder, 'seen');
    clone.hook('clone', 'pre-commit', `env > ${JSON.stringify(seen)}`);
    clone.write(path, 'new.txt', 'new\n');
    expect(await git.commitAll(path, 'Work')).toMatchObject({ is: 'committed' });
    expect(readFileSync(seen, 'utf8')).toContain('PATH=');
    expect(readFileSync(seen, 'utf8')).not.toContain('a-secret');
  });

  test('that has no name to be made in says so', async () => {
    const { clone, git, path } = await cloneWithWorktree({
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      EMAIL: '',
    });
    clone.in(clone.checkout, 'config', 'user.useConfigOnly', 'true');
    for (const key of ['user.name', 'user.email']) clone.in(clone.checkout, 'config', '--unset', key);
    clone.write(path, 'new.txt', 'new\n');
    expect(await git.commitAll(path, 'Work')).toEqual({
      is: 'refused',
      why: expect.stringMatching(/user\.(name|email)|tell me who you are/i),
    });
  });
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
