/** One commit that changes one file on a branch, and touches no checkout. */
import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Clone, clearClones } from './clone.ts';

afterAll(clearClones);
const PATH = '.beads/issues.jsonl';

async function publisher(env: Record<string, string> = {}) {
  const clone = new Clone();
  const { git } = await clone.open(env);
  const parent = clone.head(clone.checkout);
  const publish = (text: string, more: { branch?: string; path?: string } = {}) =>
    git.publishFile({ branch: 'main', parent, path: PATH, text, message: 'Publish\n\nbd-e.1\n', ...more });
  const shown = (branch: string, path = PATH) => clone.in(clone.remote, 'show', `${branch}:${path}`);
  return { clone, git, parent, publish, shown };
}

describe('a published file', () => {
  test('is one commit on top of its parent that changes nothing else', async () => {
    const { clone, publish, parent, shown } = await publisher();
    const outcome = await publish('{"id":"bd-e.2"}\n');
    expect(outcome).toEqual({ is: 'published', commit: clone.head(clone.remote, 'main') });
    expect(shown('main')).toBe('{"id":"bd-e.2"}');
    expect(clone.in(clone.remote, 'rev-list', '--count', `${parent}..main`)).toBe('1');
    expect(clone.in(clone.remote, 'diff', '--name-status', parent, 'main')).toBe(`M\t${PATH}`);
    expect(clone.in(clone.remote, 'log', '-1', '--format=%an <%ae> %s', 'main')).toBe(
      'A User <user@example.invalid> Publish',
    );
    clone.in(clone.remote, 'fsck', '--strict');
  });

  test('keeps every byte', async () => {
    const { clone, git, publish } = await publisher();
    const text = '\ufeff{"a":"\u2028 ü 漢 😀"}\r\n\n no newline at the end';
    await publish(text);
    await git.fetch(['main']);
    expect(await git.fileAt(clone.head(clone.remote, 'main'), PATH)).toBe(text);
  });

  test('may stand in a folder that is new, on a branch that is new', async () => {
    const { clone, publish, shown } = await publisher();
    expect(await publish('x', { branch: 'heddle-state', path: 'a/b/c.jsonl' })).toMatchObject({ is: 'published' });
    expect(shown('heddle-state', 'a/b/c.jsonl')).toBe('x');
    expect(clone.in(clone.remote, 'rev-list', '--count', 'main')).toBe('1');
  });

  test('keeps the mode that it has; what was a link becomes a file', async () => {
    const { clone, git, publish } = await publisher();
    chmodSync(join(clone.checkout, PATH), 0o755);
    symlinkSync('file-0.txt', join(clone.checkout, 'link'));
    const parent = clone.commit(clone.checkout, 'file-1.txt', 'x');
    clone.in(clone.checkout, 'push', '--quiet', 'origin', 'main');
    for (const path of [PATH, 'link'])
      await git.publishFile({ branch: path === 'link' ? 'l' : 'm', parent, path, text: 'x', message: 'm' });
    expect(clone.in(clone.remote, 'ls-tree', 'm', PATH)).toMatch(/^100755 blob/);
    expect(clone.in(clone.remote, 'ls-tree', 'l', 'link')).toMatch(/^100644 blob/);
    expect(await publish('y')).toEqual({ is: 'lost the race' });
  });

  test('needs no other file’s content, as in a partial clone', async () => {
    const { clone, parent } = await publisher();
    clone.in(clone.remote, 'config', 'uploadpack.allowFilter', 'true');
    rmSync(clone.checkout, { recursive: true, force: true });
    const how = ['--quiet', '--no-checkout', '--filter=blob:none', '--branch', 'main'];
    clone.in(clone.folder, 'clone', ...how, `file://${clone.remote}`, clone.checkout);
    clone.in(clone.checkout, 'config', 'user.name', 'A User');
    clone.in(clone.checkout, 'config', 'user.email', 'user@example.invalid');
    const objects = clone.in(clone.checkout, 'rev-list', '--objects', '--all', '--missing=print');
    expect(objects.match(/^\?/gm)).toHaveLength(22);
    const { git } = await clone.open();
    const outcome = await git.publishFile({ branch: 'main', parent, path: PATH, text: 'x', message: 'm' });
    expect(outcome).toEqual({ is: 'published', commit: clone.head(clone.remote, 'main') });
    expect(clone.in(clone.remote, 'diff', '--name-status', parent, 'main')).toBe(`M\t${PATH}`);
  });

  test('that lost the race against another push changes nothing', async () => {
    const { clone, publish } = await publisher();
    const theirs = clone.pushed('main', 'theirs.txt', 'theirs\n');
    expect(await publish('x')).toEqual({ is: 'lost the race' });
    expect(clone.head(clone.remote, 'main')).toBe(theirs);
  });

  test('that a rule refuses says so in the rule’s words', async () => {
    const { clone, publish, parent } = await publisher();
    clone.hook('remote', 'pre-receive', 'echo "GH013: Changes must be made through a pull request." >&2; exit 1');
    expect(await publish('x')).toEqual({
      is: 'refused',
      why: expect.stringContaining('GH013: Changes must be made through a pull request.'),
    });
    expect(clone.head(clone.remote, 'main')).toBe(parent);
  });

  test('runs no hook of the user’s: it is no work of theirs', async () => {
    const { clone, publish } = await publisher();
    clone.hook('clone', 'pre-push', 'exit 1');
    clone.hook('clone', 'pre-commit', 'exit 1');
    expect(await publish('x')).toMatchObject({ is: 'published' });
  });

  test('needs a name to commit in, and says how to give one', async () => {
    const { clone, publish } = await publisher({
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      EMAIL: '',
    });
    clone.in(clone.checkout, 'config', 'user.useConfigOnly', 'true');
    for (const key of ['user.name', 'user.email']) clone.in(clone.checkout, 'config', '--unset', key);
    await expect(publish('x')).rejects.toMatchObject({
      exit: 'repository',
      hint: expect.stringContaining('git config'),
    });
  });
});

describe('a file of a commit', () => {
  test('is there or not', async () => {
    const { git, parent } = await publisher();
    expect(await git.fileAt(parent, PATH)).toBe('{"id":"bd-e.1"}\n');
    expect(await git.fileAt(parent, '.beads/none')).toBeUndefined();
    expect(await git.fileAt(parent, 'none/at/all')).toBeUndefined();
  });

  test('that is no text is refused: what cannot be read whole must not be written back', async () => {
    const { clone, git } = await publisher();
    writeFileSync(join(clone.checkout, PATH), Buffer.from([0x7b, 0xe9, 0x7d, 0x0a]));
    clone.in(clone.checkout, 'commit', '--quiet', '--all', '-m', 'Latin');
    await expect(git.fileAt(clone.head(clone.checkout), PATH)).rejects.toThrow(
      '.beads/issues.jsonl is not valid UTF-8',
    );
    writeFileSync(join(clone.checkout, PATH), 'a real \ufffd\n');
    clone.in(clone.checkout, 'commit', '--quiet', '--all', '-m', 'Mark');
    expect(await git.fileAt(clone.head(clone.checkout), PATH)).toBe('a real \ufffd\n');
  });
});
