/** A user's clone of a bare remote, with real git: made once, copied for each test. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createCheckout } from '../../../src/adapters/git/checkout.ts';
import { createGitCommand } from '../../../src/adapters/git/command.ts';
import { createGit } from '../../../src/adapters/git/git.ts';
import { findMainWorktree, placeOf } from '../../../src/adapters/git/place.ts';
import { socketLocks } from '../../../src/adapters/host/locks.ts';
import { issueId, type Sha, sha } from '../../../src/domain/ids.ts';
import type { Checkout } from '../../../src/ports/checkout.ts';
import type { Git } from '../../../src/ports/git.ts';

export const TASK = issueId('bd-e.1');
let template: string | undefined;
const made: string[] = [];

export class Clone {
  readonly folder: string;
  readonly remote: string;
  readonly checkout: string;
  readonly worktrees: string;

  constructor() {
    template ??= makeTemplate();
    this.folder = folder();
    this.remote = join(this.folder, 'remote.git');
    this.checkout = join(this.folder, 'repo');
    this.worktrees = join(this.folder, 'repo-worktrees');
    cpSync(template, this.folder, { recursive: true });
    this.in(this.checkout, 'remote', 'set-url', 'origin', this.remote);
  }

  /** As one of several processes would open it. `env` is beside what a user's shell has. */
  async open(env: Readonly<Record<string, string>> = {}): Promise<{ git: Git; own: Checkout }> {
    const all = { ...process.env, ...env };
    const found = await findMainWorktree(createGitCommand(all, undefined), this.checkout);
    const command = createGitCommand(all, undefined, { commonDir: found.commonDir });
    const place = await placeOf(found, { remote: 'origin', worktreeRoot: '../{repo}-worktrees' });
    return { git: createGit(command, place, socketLocks()), own: createCheckout(command, place) };
  }

  /** What git prints, run by a user in a folder. */
  in(cwd: string, ...args: string[]): string {
    return execFileSync('git', ['-C', cwd, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  }

  head(cwd: string, ref = 'HEAD'): Sha {
    return sha(this.in(cwd, 'rev-parse', ref));
  }

  /** A commit in a worktree that changes one file. */
  commit(cwd: string, path: string, text: string, message = `Change ${path}`): Sha {
    this.write(cwd, path, text);
    this.in(cwd, 'add', '--all');
    this.in(cwd, 'commit', '--quiet', '-m', message);
    return this.head(cwd);
  }

  write(cwd: string, path: string, text: string): void {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }

  /** Somebody else, who pushes a commit on top of what a branch holds. */
  pushed(branch: string, path: string, text: string): Sha {
    const other = join(folder(), 'other');
    this.in(this.folder, 'clone', '--quiet', this.remote, other);
    this.in(other, 'config', 'user.name', 'Other');
    this.in(other, 'config', 'user.email', 'other@example.invalid');
    const known = this.in(other, 'branch', '--remotes', '--list', `origin/${branch}`) !== '';
    this.in(other, 'switch', '--quiet', '--create', 'work', known ? `origin/${branch}` : 'origin/main');
    const head = this.commit(other, path, text);
    this.in(other, 'push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
    return head;
  }

  /** A hook of the remote, or of the clone. */
  hook(where: 'remote' | 'clone', name: string, script: string): void {
    const path = join(where === 'remote' ? this.remote : join(this.checkout, '.git'), 'hooks', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }

  /** Everything of the user's own: files, index, stash, configuration, branches; not what is shared with worktrees of ours. */
  own(): Record<string, string> {
    const files = [
      ...filesIn(this.checkout, ['.git']),
      join(this.checkout, '.git', 'index'),
      join(this.checkout, '.git', 'config'),
      join(this.checkout, '.git', 'HEAD'),
    ];
    const seen = Object.fromEntries(
      files.map((path) => [
        path,
        `${statSync(path).mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`,
      ]),
    );
    const refs = this.in(
      this.checkout,
      'for-each-ref',
      '--format=%(refname) %(objectname)',
      'refs/heads',
      'refs/stash',
      'refs/tags',
    );
    const logs = ['HEAD', 'refs/heads/main', 'refs/stash'].map((name) => join(this.checkout, '.git', 'logs', name));
    const reflogs = logs.map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')).join('\n');
    return {
      ...seen,
      refs: refs
        .split('\n')
        .filter((line) => !line.startsWith('refs/heads/heddle/'))
        .join('\n'),
      reflogs,
    };
  }
}

/** A clone with the worktree of the task's first round. `env` is beside what a user's shell has. */
export async function cloneWithWorktree(env: Readonly<Record<string, string>> = {}) {
  const clone = new Clone();
  const { git } = await clone.open(env);
  const start = clone.head(clone.checkout);
  const { path } = await git.ensureWorktree({ task: TASK, round: 1, start });
  return { clone, git, path, start };
}

export function clearClones(): void {
  for (const one of made.splice(0)) rmSync(one, { recursive: true, force: true });
  template = undefined;
}

function filesIn(path: string, without: readonly string[]): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !without.includes(name))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(path, entry.name), []) : [join(path, entry.name)]));
}

function makeTemplate(): string {
  const path = folder();
  const run = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-C', cwd, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  run(path, 'init', '--quiet', '--bare', '--initial-branch=main', 'remote.git');
  run(path, 'clone', '--quiet', join(path, 'remote.git'), 'repo');
  const repo = join(path, 'repo');
  run(repo, 'config', 'user.name', 'A User');
  run(repo, 'config', 'user.email', 'user@example.invalid');
  for (let i = 0; i < 20; i += 1) writeFileSync(join(repo, `file-${i}.txt`), `${i}\n`);
  writeFileSync(join(repo, '.gitignore'), 'ignored/\n');
  mkdirSync(join(repo, '.beads'));
  writeFileSync(join(repo, '.beads', 'issues.jsonl'), '{"id":"bd-e.1"}\n');
  run(repo, 'add', '--all');
  run(repo, 'commit', '--quiet', '-m', 'Start');
  run(repo, 'push', '--quiet', 'origin', 'HEAD:main');
  return path;
}

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-git-')));
  made.push(path);
  return path;
}
