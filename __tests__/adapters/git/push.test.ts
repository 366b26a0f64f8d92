/** What leaves this machine: each push with a lease, its outcome in git's own words, and nothing taken for what it is not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createGitCommand } from '../../../src/adapters/git/command.ts';
import { asTyped } from '../../../src/adapters/git/work-tree.ts';
import { branchOf } from '../../../src/domain/ids.ts';
import { Clone, clearClones, TASK } from './clone.ts';

afterAll(clearClones);
const BRANCH = branchOf(TASK, 1);

async function worker(env: Record<string, string> = {}) {
  const clone = new Clone();
  const { git } = await clone.open(env);
  const base = clone.head(clone.checkout);
  const { path } = await git.ensureWorktree({ task: TASK, round: 1, start: base });
  return { clone, git, path, base, head: clone.commit(path, 'work.txt', 'work\n') };
}

describe('a push', () => {
  test('to a branch that is not there yet makes it', async () => {
    const { clone, git, path, head } = await worker();
    expect(await git.push(path, BRANCH, undefined)).toEqual({ is: 'pushed' });
    expect(clone.head(clone.remote, BRANCH)).toBe(head);
  });

  test('whose answer was lost is done when it is done again', async () => {
    const { clone, git, path, head } = await worker();
    await git.push(path, BRANCH, undefined);
    expect(await git.push(path, BRANCH, undefined)).toEqual({ is: 'pushed' });
    expect(clone.head(clone.remote, BRANCH)).toBe(head);
  });

  test('goes on from where the branch was last seen', async () => {
    const { clone, git, path, head } = await worker();
    await git.push(path, BRANCH, undefined);
    const next = clone.commit(path, 'more.txt', 'more\n');
    expect(await git.push(path, BRANCH, head)).toEqual({ is: 'pushed' });
    expect(clone.head(clone.remote, BRANCH)).toBe(next);
  });

  test('is rejected when the branch is there though it should not be, and changes nothing', async () => {
    const { clone, git, path } = await worker();
    const theirs = clone.pushed(BRANCH, 'theirs.txt', 'theirs\n');
    expect(await git.push(path, BRANCH, undefined)).toEqual({ is: 'rejected' });
    expect(clone.head(clone.remote, BRANCH)).toBe(theirs);
  });

  test('is rejected when somebody has pushed since, be it on top of ours or beside it', async () => {
    const { clone, git, path, head } = await worker();
    await git.push(path, BRANCH, undefined);
    const theirs = clone.pushed(BRANCH, 'theirs.txt', 'theirs\n');
    clone.commit(path, 'more.txt', 'more\n');
    expect(await git.push(path, BRANCH, head)).toEqual({ is: 'rejected' });
    expect(clone.head(clone.remote, BRANCH)).toBe(theirs);
  });

  test('replaces what was seen there, also if it is no ancestor', async () => {
    const { clone, git, path, head } = await worker();
    await git.push(path, BRANCH, undefined);
    clone.in(path, 'commit', '--quiet', '--amend', '-m', 'Other words');
    expect(await git.push(path, BRANCH, head)).toEqual({ is: 'pushed' });
    expect(clone.head(clone.remote, BRANCH)).toBe(clone.head(path));
  });

  test.each([
    ['says no', 'echo "lint failed: 3 problems" >&2; exit 1', 'lint failed: 3 problems'],
    [
      'speaks of connections',
      'echo "Error: connection refused, test timed out, HTTP 503" >&2; exit 1',
      'connection refused',
    ],
    ['speaks of races', 'echo "[rejected] stale info, fetch first, non-fast-forward" >&2; exit 1', 'fetch first'],
  ])('is refused in the words of a hook of the user’s that %s', async (_, script, why) => {
    const { clone, git, path } = await worker();
    clone.hook('clone', 'pre-push', script);
    expect(await git.push(path, BRANCH, undefined)).toEqual({ is: 'refused', why: expect.stringContaining(why) });
    expect(clone.in(clone.remote, 'branch', '--list', BRANCH)).toBe('');
  });

  test.each([
    ['GH013: Repository rule violations found', 'GH013: Repository rule violations found'],
    ['cannot update: non-fast-forward, fetch first', 'non-fast-forward, fetch first'],
  ])('is refused in the words of the remote: %s', async (said, why) => {
    const { clone, git, path } = await worker();
    clone.hook('remote', 'pre-receive', `echo "${said}" >&2; exit 1`);
    const outcome = await git.push(path, BRANCH, undefined);
    expect(outcome).toEqual({ is: 'refused', why: expect.stringContaining(why) });
    expect(outcome).not.toEqual({ is: 'refused', why: expect.stringContaining('remote:') });
  });

  test('takes no tag of the user’s along, nor does a published file or the end of a branch', async () => {
    const { clone, git, path, base, head } = await worker();
    clone.in(clone.checkout, 'config', 'push.followTags', 'true');
    clone.in(clone.checkout, 'tag', '-a', '-m', 'Mine', 'mine', base);
    await git.push(path, BRANCH, undefined);
    await git.publishFile({ branch: 'main', parent: base, path: 'a.txt', text: 'x', message: 'm' });
    await git.deleteRemoteBranch(BRANCH, head);
    expect(clone.in(clone.remote, 'tag')).toBe('');
  });

  test('says when there is no such remote', async () => {
    const { clone, git, path } = await worker();
    clone.in(clone.checkout, 'remote', 'remove', 'origin');
    await expect(git.push(path, BRANCH, undefined)).rejects.toMatchObject({
      exit: 'repository',
      hint: expect.stringContaining('git remote add'),
    });
  });
});

describe('deleting a remote branch', () => {
  test('is done if it is where it was seen, and done again is fine', async () => {
    const { clone, git, path, head } = await worker();
    await git.push(path, BRANCH, undefined);
    expect(await git.deleteRemoteBranch(BRANCH, head)).toEqual({ is: 'pushed' });
    expect(clone.in(clone.remote, 'branch', '--list', BRANCH)).toBe('');
    expect(await git.deleteRemoteBranch(BRANCH, head)).toEqual({ is: 'pushed' });
  });

  test('is rejected if somebody has pushed to it since', async () => {
    const { clone, git, path, head } = await worker();
    await git.push(path, BRANCH, undefined);
    const theirs = clone.pushed(BRANCH, 'theirs.txt', 'theirs\n');
    expect(await git.deleteRemoteBranch(BRANCH, head)).toEqual({ is: 'rejected' });
    expect(clone.head(clone.remote, BRANCH)).toBe(theirs);
  });

  test('is refused in the words of the remote', async () => {
    const { clone, git, path, head } = await worker();
    await git.push(path, BRANCH, undefined);
    clone.hook('remote', 'pre-receive', 'echo "deletions are not allowed" >&2; exit 1');
    expect(await git.deleteRemoteBranch(BRANCH, head)).toEqual({
      is: 'refused',
      why: expect.stringContaining('deletions are not allowed'),
    });
  });
});

test('what the user’s environment configures holds with a token of Heddle’s as well', async () => {
  const clone = new Clone();
  const urlPrefix = 'https://example.invalid';
  const said = [
    [`credential.${urlPrefix}.helper`, '!echo password=of-the-user; echo username=user'],
    [`url.${clone.remote}.insteadOf`, `${urlPrefix}/octo/shop`],
  ];
  const pairs = said.flatMap(([key, value], n) => [
    [`GIT_CONFIG_KEY_${n}`, key],
    [`GIT_CONFIG_VALUE_${n}`, value],
  ]);
  const env = { ...process.env, ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(said.length) };
  const git = createGitCommand(env, { urlPrefix, token: 'of-heddle' });
  const at = asTyped(clone.checkout);
  const listed = await git.ok(at, ['ls-remote', `${urlPrefix}/octo/shop`, 'refs/heads/main']);
  expect(listed).toContain(clone.head(clone.remote, 'main'));
  // A hook of the push has the same environment.
  clone.hook(
    'clone',
    'pre-push',
    `printf 'protocol=https\\nhost=example.invalid\\n\\n' | git credential fill >'${clone.folder}/login'`,
  );
  await git.try(at, ['push', '--quiet', clone.remote, 'HEAD:refs/heads/other']);
  expect(readFileSync(join(clone.folder, 'login'), 'utf8')).toContain('password=of-heddle\n');
});

test('a remote that has come to lead elsewhere is neither fetched from nor pushed to; what it led to is told without a password', async () => {
  const { clone, git, path, base } = await worker();
  clone.in(clone.checkout, 'remote', 'set-url', 'origin', 'https://me:secret@example.invalid/octo/shop');
  expect(await git.remoteUrl()).toContain('secret');
  clone.in(clone.checkout, 'remote', 'set-url', 'origin', clone.remote);
  const elsewhere = {
    message: `The remote origin leads to ${clone.remote} now, and led to https://example.invalid/octo/shop when this began.`,
    hint: expect.stringContaining('git remote set-url origin https://example.invalid/octo/shop'),
  };
  await expect(git.fetch(['main'])).rejects.toMatchObject(elsewhere);
  await expect(git.push(path, BRANCH, undefined)).rejects.toMatchObject(elsewhere);
  const file = { branch: 'main', parent: base, path: 'x', text: 'x', message: 'x' };
  await expect(git.publishFile(file)).rejects.toMatchObject(elsewhere);
  await expect(git.deleteRemoteBranch(BRANCH, base)).rejects.toMatchObject(elsewhere);
});
