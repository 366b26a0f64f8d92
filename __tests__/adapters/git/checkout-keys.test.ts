/** A clone that a hook or another program has made into none for git. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitCommand } from '../../../src/adapters/git/command.ts';
import { createGit } from '../../../src/adapters/git/git.ts';
import { findMainWorktree, placeOf } from '../../../src/adapters/git/place.ts';
import { socketLocks } from '../../../src/adapters/host/locks.ts';
import { UserError } from '../../../src/domain/errors.ts';
import { openCheckout } from '../../../src/wiring/checkout.ts';
import { Clone, clearClones } from './clone.ts';

let clone: Clone;
let file: string;
beforeEach(() => {
  clone = new Clone();
  file = join(clone.checkout, '.git/config');
});
afterAll(clearClones);

const config = (): string => readFileSync(file, 'utf8');

/** As a hook does it: git itself may not work in the clone any more. */
function set(key: string, value: string): void {
  clone.in(clone.folder, 'config', '--file', file, key, value);
}

async function refusal(cwd: string): Promise<UserError> {
  const error: unknown = await openCheckout(cwd, process.env).catch((thrown: unknown) => thrown);
  if (error instanceof UserError) return error;
  throw new Error('it was opened', { cause: error });
}

function type(cwd: string, { hint }: UserError): void {
  execFileSync('sh', ['-c', hint.slice(hint.indexOf(': ') + 2)], { cwd });
}

describe('at the start of a command', () => {
  test('a clone that has become bare is told as that, with the command that repairs it', async () => {
    const other = join(clone.folder, 'other');
    clone.in(clone.checkout, 'worktree', 'add', '--quiet', '--detach', other);
    const before = config();
    for (const cwd of [clone.checkout, other]) {
      set('core.bare', 'yes');
      const error = await refusal(cwd);
      expect(error.message).toBe(
        `${clone.checkout} is a checkout, but core.bare in ${file} tells git that it is none.`,
      );
      expect(error.hint).toMatch(/: git config core\.bare false$/);
      expect(error.exit).toBe('repository');
      type(cwd, error);
      expect(config()).toBe(before);
    }
    await openCheckout(clone.checkout, process.env);
  });

  test('so is one that sends git to another folder, be that there or not', async () => {
    const before = config();
    mkdirSync(join(clone.folder, 'there'));
    for (const folder of [join(clone.folder, 'there'), join(clone.folder, 'gone'), '/nowhere/at/all', '../../gone']) {
      set('core.worktree', folder);
      const error = await refusal(clone.checkout);
      expect(error.message).toBe(
        `${clone.checkout} is a checkout, but core.worktree in ${file} sends git to "${folder}" instead.`,
      );
      expect(error.hint).toMatch(/: git --work-tree=\. config --unset core\.worktree$/);
      expect(error.exit).toBe('repository');
      type(clone.checkout, error);
      expect(config()).toBe(before);
    }
    await openCheckout(clone.checkout, process.env);
  });

  test('one that has both gets a command for the one, then for the other', async () => {
    const before = config();
    set('core.bare', 'true');
    set('core.worktree', '/nowhere/at/all');
    type(clone.checkout, await refusal(clone.checkout));
    type(clone.checkout, await refusal(clone.checkout));
    expect(config()).toBe(before);
  });

  test('the file is named where it is not the repository’s own', async () => {
    const home = join(clone.folder, 'home config');
    clone.in(clone.folder, 'config', '--file', home, 'core.worktree', '/nowhere/at/all');
    const env = { ...process.env, GIT_CONFIG_GLOBAL: home };
    await expect(openCheckout(clone.checkout, env)).rejects.toMatchObject({
      hint: expect.stringContaining(`git --work-tree=. config --file '${home}' --unset core.worktree`),
    });
  });

  test('a core.worktree that names the checkout itself is none of that', async () => {
    set('core.worktree', clone.checkout);
    await openCheckout(clone.checkout, process.env);
    set('core.worktree', '..');
    await openCheckout(clone.checkout, process.env);
  });

  test('nor is that of a submodule, which git itself sets', async () => {
    clone.in(clone.checkout, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', clone.remote, 'sub');
    await openCheckout(join(clone.checkout, 'sub'), process.env);
  });
});

describe('in the course of a command', () => {
  test('both are put back as they were, and nothing else is', async () => {
    const { git } = await clone.open();
    expect(await git.repairConfig()).toEqual([]);
    set('user.email', 't@t');
    const before = config();
    for (const folder of [join(clone.folder, 'gone'), '/nowhere/at/all', '../../gone']) {
      set('core.bare', 'true');
      set('core.worktree', folder);
      expect(await git.repairConfig()).toEqual([
        `Put back core.bare in ${file}: a hook or another program had set it to "true".`,
        `Put back core.worktree in ${file}: a hook or another program had set it to "${folder}".`,
      ]);
      expect(config()).toBe(before);
    }
  });

  test('one that was not there before is taken away', async () => {
    clone.in(clone.checkout, 'config', '--unset', 'core.bare');
    const before = config();
    const { git } = await clone.open();
    set('core.bare', 'true');
    expect(await git.repairConfig()).toHaveLength(1);
    expect(config()).toBe(before);
  });

  test('what was set when it began stays', async () => {
    set('core.worktree', '..');
    const { git } = await clone.open();
    const before = config();
    expect(await git.repairConfig()).toEqual([]);
    set('core.worktree', '/nowhere/at/all');
    expect(await git.repairConfig()).toHaveLength(1);
    expect(config()).toBe(before);
  });

  test('they are put back under the host lock, and read without it', async () => {
    const found = await findMainWorktree(createGitCommand(process.env, undefined), clone.checkout);
    const place = await placeOf(found, { remote: 'origin', worktreeRoot: '../{repo}-worktrees' });
    const seen: string[] = [];
    const bare = () => clone.in(clone.checkout, 'config', 'core.bare');
    const real = socketLocks();
    const git = createGit(createGitCommand(process.env, undefined, { commonDir: place.commonDir }), place, {
      ...real,
      async acquire(name, timeoutMs) {
        const lock = await real.acquire(name, timeoutMs);
        seen.push(`taken: ${bare()}`);
        return {
          async release() {
            seen.push(`given back: ${bare()}`);
            await lock.release();
          },
        };
      },
    });
    await git.repairConfig();
    expect(seen).toEqual([]);
    set('core.bare', 'true');
    await git.repairConfig();
    expect(seen).toEqual(['taken: true', 'given back: false']);
  });
});
