/** Hooks of the user's, in the commits and pushes of a linked worktree. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitCommand } from '../../../src/adapters/git/command.ts';
import { asTyped } from '../../../src/adapters/git/work-tree.ts';
import { branchOf } from '../../../src/domain/ids.ts';
import type { Git } from '../../../src/ports/git.ts';
import { type Clone, clearClones, cloneWithWorktree, TASK } from './clone.ts';

const BRANCH = branchOf(TASK, 1);
/** What a test suite does that makes a repository of its own. */
const scratch = (): string =>
  `cd "$(mktemp -d '${clone.folder}/scratch.XXXXXX')" && git init --quiet && git config user.email t@t && git config user.name T`;

let clone: Clone;
let git: Git;
let path: string;
beforeEach(async () => {
  ({ clone, git, path } = await cloneWithWorktree());
  clone.write(path, 'new.txt', 'new\n');
});
afterAll(clearClones);

const config = (): string => readFileSync(join(clone.checkout, '.git/config'), 'utf8');
const commit = () => git.commitAll(path, 'Work');
/** What a hook has left in the test's folder. */
const noted = (name: string): string => readFileSync(join(clone.folder, name), 'utf8').trim();

function executable(file: string, script: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

describe('a hook that makes a repository of its own', () => {
  test('writes nothing into the user’s configuration, be it run by a commit or by a push', async () => {
    for (const name of ['pre-commit', 'commit-msg', 'post-commit', 'pre-push', 'reference-transaction']) {
      clone.hook('clone', name, `echo ran >>'${join(clone.folder, name)}'; ${scratch()}`);
    }
    const before = config();
    expect(await commit()).toMatchObject({ is: 'committed' });
    expect(await git.push(path, BRANCH, undefined)).toEqual({ is: 'pushed' });
    expect(config()).toBe(before);
    for (const name of ['pre-commit', 'commit-msg', 'post-commit', 'pre-push']) expect(noted(name)).toBe('ran');
    expect(noted('reference-transaction')).toContain('ran');
  });

  test('commits there, and not what is committed here', async () => {
    clone.hook('clone', 'pre-commit', `${scratch()} && echo 1 >other.txt && git add . && git commit --quiet -m Other`);
    expect(await commit()).toMatchObject({ is: 'committed' });
    expect(clone.in(path, 'show', '--format=%s', '--name-only')).toBe('Work\n\nnew.txt');
    expect(clone.in(path, 'status', '--porcelain')).toBe('');
  });

  test('does neither where git was told by its environment in what repository to work', async () => {
    const variables = join(clone.folder, 'variables');
    clone.hook(
      'clone',
      'pre-commit',
      `env | sed 's/=.*//' >'${variables}'; ${scratch()} && git commit --quiet --allow-empty -m Other`,
    );
    const before = config();
    const admin = join(clone.checkout, '.git/worktrees/bd-e.1-1');
    const command = createGitCommand(process.env, undefined, { commonDir: join(clone.checkout, '.git') });
    const env = { GIT_DIR: admin, GIT_WORK_TREE: path, GIT_COMMON_DIR: join(clone.checkout, '.git') };
    await command.ok(asTyped(path), ['add', '--all'], { env });
    await command.ok(asTyped(path), ['commit', '--quiet', '-m', 'Work'], { env });
    expect(config()).toBe(before);
    expect(clone.in(path, 'show', '--format=%s', '--name-only')).toBe('Work\n\nnew.txt');
    const told = [...Object.keys(env), 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_CONFIG_PARAMETERS'];
    expect(told.filter((name) => noted('variables').split('\n').includes(name))).toEqual([]);
  });

  test('writes nothing there either when the user’s own checkout is brought forward', async () => {
    clone.hook('clone', 'post-merge', `echo ran >'${join(clone.folder, 'merged')}'; ${scratch()}`);
    const head = clone.pushed('main', 'theirs.txt', 'theirs\n');
    const { git: user, own } = await clone.open();
    await user.fetch(['main']);
    const before = config();
    expect(await own.fastForward('main', head)).toMatchObject({ is: 'moved', to: head });
    expect(noted('merged')).toBe('ran');
    expect(config()).toBe(before);
  });
});

describe('a hook of the user’s', () => {
  test('stands in the worktree, and git finds it there by itself', async () => {
    const seen = join(clone.folder, 'seen');
    clone.hook('clone', 'pre-commit', `(pwd; git rev-parse --show-toplevel --absolute-git-dir) >'${seen}'`);
    await commit();
    expect(noted('seen').split('\n')).toEqual([path, path, join(clone.checkout, '.git/worktrees/bd-e.1-1')]);
  });

  test('may change what is committed', async () => {
    clone.hook('clone', 'pre-commit', 'tr a-z A-Z <new.txt >new.tmp && mv new.tmp new.txt && git add new.txt');
    expect(await commit()).toMatchObject({ is: 'committed' });
    expect(clone.in(path, 'show', 'HEAD:new.txt')).toBe('NEW');
    expect(clone.in(path, 'status', '--porcelain')).toBe('');
  });

  test('gets its arguments and its input, and its words and its no are the reason', async () => {
    await commit();
    const head = clone.head(path);
    clone.hook('clone', 'pre-push', `cat >'${join(clone.folder, 'input')}'; echo "not to $2" >&2; exit 3`);
    expect(await git.push(path, BRANCH, undefined)).toEqual({
      is: 'refused',
      why: expect.stringContaining(`not to ${clone.remote}`),
    });
    expect(noted('input')).toBe(`${head} ${head} refs/heads/${BRANCH} ${'0'.repeat(40)}`);
    expect(clone.in(clone.remote, 'branch', '--list', BRANCH)).toBe('');
  });

  test('that is not executable is passed over, as git does', async () => {
    clone.hook('clone', 'pre-commit', 'exit 1');
    chmodSync(join(clone.checkout, '.git/hooks/pre-commit'), 0o644);
    expect(await commit()).toMatchObject({ is: 'committed' });
  });

  test('that takes the worktree’s `.git` file away reaches no repository above', async () => {
    clone.in(clone.folder, 'init', '--quiet');
    clone.hook('clone', 'pre-commit', 'rm .git; git add --all');
    expect(await commit()).toMatchObject({ is: 'refused' });
    expect(clone.in(clone.folder, 'ls-files')).toBe('');
  });

  test('keeps an index that is not the worktree’s own', async () => {
    const seen = join(clone.folder, 'seen');
    clone.hook('clone', 'post-index-change', `echo "$GIT_INDEX_FILE" >>'${seen}'`);
    const other = join(clone.folder, 'other-index');
    clone.in(path, 'add', '--all');
    rmSync(seen);
    const command = createGitCommand(process.env, undefined, { commonDir: join(clone.checkout, '.git') });
    await command.ok(asTyped(path), ['read-tree', 'HEAD'], { env: { GIT_INDEX_FILE: other } });
    expect(noted('seen')).toBe(other);
  });
});

describe('hooks are looked for where the user has configured them', () => {
  const NO = 'echo "from here" >&2; exit 1';
  const refused = { is: 'refused', why: expect.stringContaining('from here') };

  test('in a folder of the worktree', async () => {
    clone.in(clone.checkout, 'config', 'core.hooksPath', '.husky/_');
    executable(join(path, '.husky/_/pre-commit'), NO);
    expect(await commit()).toMatchObject(refused);
  });

  test('in the top folder of the worktree', async () => {
    clone.in(clone.checkout, 'config', 'core.hooksPath', '.');
    executable(join(path, 'pre-commit'), `echo ran >'${join(clone.folder, 'ran')}'`);
    expect(await commit()).toMatchObject({ is: 'committed' });
    expect(noted('ran')).toBe('ran');
  });

  test('in any folder', async () => {
    clone.in(clone.checkout, 'config', 'core.hooksPath', join(clone.folder, 'my hooks'));
    executable(join(clone.folder, 'my hooks/pre-commit'), NO);
    expect(await commit()).toMatchObject(refused);
  });

  test('below the home folder, by a global configuration', async () => {
    const home = join(clone.folder, 'home');
    executable(join(home, 'hooks/pre-commit'), NO);
    writeFileSync(join(home, '.gitconfig'), '[core]\n\thooksPath = ~/hooks\n');
    const other = await clone.open({ HOME: home, GIT_CONFIG_GLOBAL: join(home, '.gitconfig') });
    expect(await other.git.commitAll(path, 'Work')).toMatchObject(refused);
  });

  test('by a configuration of this one worktree', async () => {
    clone.in(clone.checkout, 'config', 'extensions.worktreeConfig', 'true');
    clone.in(path, 'config', '--worktree', 'core.hooksPath', join(clone.folder, 'hooks'));
    executable(join(clone.folder, 'hooks/pre-commit'), NO);
    expect(await commit()).toMatchObject(refused);
  });

  test('by the environment in which Heddle was started', async () => {
    executable(join(clone.folder, 'hooks/pre-commit'), NO);
    const other = await clone.open({
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.hooksPath',
      GIT_CONFIG_VALUE_0: join(clone.folder, 'hooks'),
    });
    expect(await other.git.commitAll(path, 'Work')).toMatchObject(refused);
  });

  test('as it is when they run, whoever has configured it since', async () => {
    clone.hook('clone', 'pre-commit', 'exit 0');
    clone.hook('clone', 'prepare-commit-msg', `git config core.hooksPath '${join(clone.folder, 'hooks')}'`);
    executable(join(clone.folder, 'hooks/commit-msg'), NO);
    expect(await commit()).toMatchObject(refused);
  });

  test('whatever has become of the folder from which they are run', async () => {
    clone.hook('clone', 'pre-commit', NO);
    const ours = join(clone.checkout, '.git/heddle/hooks');
    const [version = ''] = readdirSync(ours);
    rmSync(join(ours, version, 'pre-commit'));
    expect(await commit()).toMatchObject(refused);
    writeFileSync(join(ours, version, 'run'), '#!/bin/sh\n');
    expect(await commit()).toMatchObject(refused);
    rmSync(join(clone.checkout, '.git/heddle'), { recursive: true });
    expect(await commit()).toMatchObject(refused);
    expect(existsSync(join(ours, version, 'pre-commit'))).toBe(true);
  });
});
