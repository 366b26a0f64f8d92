/** A real repository with a remote, real processes and locks, and Beads and GitHub in memory: all that a worker stands on. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitCommand } from '../../src/adapters/git/command.ts';
import { createGit } from '../../src/adapters/git/git.ts';
import { findMainWorktree, placeOf } from '../../src/adapters/git/place.ts';
import { systemClock } from '../../src/adapters/host/clock.ts';
import { files } from '../../src/adapters/host/files.ts';
import { socketLocks } from '../../src/adapters/host/locks.ts';
import { createProcesses } from '../../src/adapters/host/processes/index.ts';
import { programs } from '../../src/adapters/host/programs.ts';
import { readSettings } from '../../src/config/settings.ts';
import { branchOf, issueId, sha, tokenOf } from '../../src/domain/ids.ts';
import type { Issue } from '../../src/domain/issue.ts';
import type { Git } from '../../src/ports/git.ts';
import type { Processes } from '../../src/ports/processes.ts';
import type { WorkerDeps } from '../../src/worker/job.ts';
import { FakeBeads } from '../fakes/beads.ts';
import { FakePullRequests } from '../fakes/pull-requests.ts';
import { FakeReviews } from '../fakes/reviews.ts';

export const TASK = issueId('bd-e.1');
export const TOKEN = tokenOf('host', 'abcdef1');
export const BRANCH = branchOf(TASK, 1);
/** A secret that the user's environment holds, in the shape of no known token. */
export const SECRET = 'correct-horse-battery-staple';

export class Bench {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-worker-')));
  readonly remote = join(this.folder, 'remote.git');
  readonly checkout = join(this.folder, 'repo');
  readonly beads: FakeBeads;
  readonly pullRequests = new FakePullRequests(this.remote);
  readonly reviews = new FakeReviews();
  readonly stopping = new AbortController();
  #git: Git | undefined;
  #processes: Processes | undefined;
  #config = '';

  constructor(issue: Partial<Issue> = {}) {
    this.beads = new FakeBeads({
      id: TASK,
      title: 'Add a greeting',
      description: 'Write greeting.txt.',
      status: 'in_progress',
      assignee: TOKEN,
      metadata: { phase: 'spawned', round: 1, attempt: 1 },
      ...issue,
    });
    cpSync(template(), this.folder, { recursive: true });
    this.inCheckout('remote', 'set-url', 'origin', this.remote);
  }

  /** The agent is this shell script. */
  agentDoes(script: string, more = ''): void {
    const path = join(this.folder, 'agent.sh');
    writeFileSync(path, script);
    this.#config = `agents: { scripted: { command: ${JSON.stringify(`sh ${path}`)} } }\n${more}`;
  }

  /** The text of `heddle.yml`. */
  configure(text: string): void {
    this.#config = text;
  }

  async deps(): Promise<WorkerDeps> {
    const git = await this.git();
    return {
      beads: this.beads,
      git,
      pullRequests: this.pullRequests,
      reviews: this.reviews,
      reviewed: this.reviews,
      processes: await this.processes(),
      locks: socketLocks(),
      clock: systemClock,
      programs,
      files,
      settings: readSettings(this.#config),
      base: 'main',
      environment: { ...process.env, GITHUB_TOKEN: SECRET, SSH_AUTH_SOCK: '/nowhere' },
      secrets: [SECRET],
      stop: this.stopping.signal,
    };
  }

  async git(): Promise<Git> {
    if (this.#git === undefined) {
      const found = await findMainWorktree(createGitCommand(process.env, undefined), this.checkout);
      const command = createGitCommand(process.env, undefined, { commonDir: found.commonDir });
      const place = await placeOf(found, { remote: 'origin', worktreeRoot: '../{repo}-worktrees' });
      this.#git = createGit(command, place, socketLocks());
    }
    return this.#git;
  }

  async processes(): Promise<Processes> {
    this.#processes ??= createProcesses({ repository: (await this.git()).repositoryKey });
    return this.#processes;
  }

  get worktree(): string {
    return join(this.folder, 'repo-worktrees', `${TASK}-1`);
  }

  /** `git` in the remote, for what has been pushed. */
  onRemote(...args: string[]): string {
    return this.run('-C', this.remote, ...args);
  }

  inCheckout(...args: string[]): string {
    return this.run('-C', this.checkout, ...args);
  }

  inWorktree(...args: string[]): string {
    return this.run('-C', this.worktree, ...args);
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.checkout, path), text);
  }

  run(...args: string[]): string {
    return git(...args);
  }

  async clear(): Promise<void> {
    await (await this.processes()).endTagged(TASK);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** With the worktree of the task's first round, on the base. */
export async function benchWithWorktree() {
  const bench = new Bench();
  const git = await bench.git();
  await git.fetch(['main']);
  const base = sha(bench.onRemote('rev-parse', 'main'));
  return { bench, git, base, worktree: await git.ensureWorktree({ task: TASK, round: 1, start: base }) };
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

let made: string | undefined;

/** A remote and a clone of it, made once and copied for each test. */
function template(): string {
  if (made !== undefined) return made;
  const folder = mkdtempSync(join(tmpdir(), 'heddle-worker-template-'));
  const [remote, checkout] = [join(folder, 'remote.git'), join(folder, 'repo')];
  git('init', '--quiet', '--bare', '--initial-branch=main', remote);
  git('clone', '--quiet', remote, checkout);
  git('-C', checkout, 'config', 'user.name', 'A User');
  git('-C', checkout, 'config', 'user.email', 'user@example.invalid');
  writeFileSync(join(checkout, 'README.md'), 'hello\n');
  mkdirSync(join(checkout, '.beads'));
  writeFileSync(join(checkout, '.beads/issues.jsonl'), '{"id":"bd-e.1"}\n');
  git('-C', checkout, 'add', '--all');
  git('-C', checkout, 'commit', '--quiet', '-m', 'Start');
  git('-C', checkout, 'push', '--quiet', 'origin', 'HEAD:main');
  made = folder;
  return folder;
}

/** To be called once all tests of a file are over. */
export function clearTemplate(): void {
  if (made !== undefined) rmSync(made, { recursive: true, force: true });
  made = undefined;
}
