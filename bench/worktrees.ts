/**
 * Bursts of parallel worktree starts by several processes, beside fetches, under load: how many fail, and how long a
 * burst takes against the floor, one `git worktree add` after the other. `npm run bench -- worktrees [BURSTS]`.
 */
import { type ChildProcess, execFile, execFileSync, fork } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGitCommand } from '../src/adapters/git/command.ts';
import { createGit } from '../src/adapters/git/git.ts';
import { findMainWorktree, placeOf } from '../src/adapters/git/place.ts';
import { socketLocks } from '../src/adapters/host/locks.ts';
import { issueId, sha } from '../src/domain/ids.ts';
import type { Git } from '../src/ports/git.ts';

const BURSTS = 64;
const STARTS = 32;
const PROCESSES = 4;
const FILES = 200;
/** Processes that do nothing but keep the machine busy. */
const LOAD = 2;

type Order = { repo: string; from: number; to: number; base: string } | { repo: string; fetchUntil: string };
type Answer = { done: number; failed: string[] };

async function openGit(repo: string): Promise<Git> {
  const command = createGitCommand(process.env, undefined);
  const found = await findMainWorktree(command, repo);
  return createGit(
    command,
    await placeOf(found, { remote: 'origin', worktreeRoot: '../{repo}-worktrees' }),
    socketLocks(),
  );
}

/** A process of its own, as workers are: it starts its share of a burst at once, or fetches until the burst is over. */
function beChild(): void {
  process.on('message', async (order: Order) => {
    const answer: Answer = { done: 0, failed: [] };
    const count = async (work: Promise<unknown>): Promise<void> => {
      await work.then(
        () => {
          answer.done += 1;
        },
        (error: unknown) => answer.failed.push(error instanceof Error ? error.message : String(error)),
      );
    };
    const git = await openGit(order.repo);
    if ('fetchUntil' in order) {
      while (!existsSync(order.fetchUntil)) await count(git.fetch(['main']));
    } else {
      const { from, to, base } = order;
      const tasks = Array.from({ length: to - from }, (_, i) => issueId(`bd-e.${from + i}`));
      await Promise.all(tasks.map((task) => count(git.ensureWorktree({ task, round: 1, start: sha(base) }))));
    }
    process.send?.(answer);
  });
}

function ask(child: ChildProcess, order: Order): Promise<Answer> {
  return new Promise((resolve) => {
    child.once('message', (answer) => resolve(answer as Answer));
    child.send(order);
  });
}

const git = (...args: string[]): string =>
  execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function makeTemplate(folder: string): string {
  const template = join(folder, 'template');
  const repo = join(template, 'repo');
  git('init', '--quiet', '--bare', '--initial-branch=main', join(template, 'remote.git'));
  git('clone', '--quiet', join(template, 'remote.git'), repo);
  mkdirSync(join(repo, 'src'));
  for (let i = 0; i < FILES; i += 1) writeFileSync(join(repo, 'src', `file-${i}.txt`), `${i}\n`.repeat(100));
  git('-C', repo, 'add', '--all');
  git(
    '-C',
    repo,
    '-c',
    'user.name=Bench',
    '-c',
    'user.email=bench@example.invalid',
    'commit',
    '--quiet',
    '-m',
    'Start',
  );
  git('-C', repo, 'push', '--quiet', 'origin', 'HEAD:main');
  return template;
}

function freshCopy(folder: string, template: string, name: string): string {
  const copy = join(folder, name);
  cpSync(template, copy, { recursive: true });
  const repo = join(copy, 'repo');
  git('-C', repo, 'remote', 'set-url', 'origin', join(copy, 'remote.git'));
  return repo;
}

/** The floor: git's own command, one after the other, alone. */
function floorMs(repo: string): number {
  const began = performance.now();
  for (let i = 0; i < STARTS; i += 1) {
    git('-C', repo, 'worktree', 'add', '--quiet', '--no-track', '-b', `floor-${i}`, join(repo, '..', `floor-${i}`));
  }
  return performance.now() - began;
}

/** A person's own fetch takes no lock of ours; counted apart, since nothing of ours depends on it. */
async function fetchByHand(repo: string, until: string): Promise<{ done: number; failed: number }> {
  const seen = { done: 0, failed: 0 };
  while (!existsSync(until)) {
    const ok = await new Promise<boolean>((resolve) => {
      execFile('git', ['-C', repo, 'fetch', '--quiet'], (error) => resolve(error === null));
    });
    if (ok) seen.done += 1;
    else seen.failed += 1;
  }
  return seen;
}

async function main(bursts: number): Promise<void> {
  const fast = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = realpathSync(mkdtempSync(join(fast, 'heddle-bench-')));
  const self = fileURLToPath(import.meta.url);
  const start = (role: string): ChildProcess => fork(self, [role], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const children = Array.from({ length: PROCESSES + 1 }, () => start('child'));
  const load = Array.from({ length: LOAD }, () => start('load'));
  const [fetcher, ...starters] = children;
  const failures: string[] = [];
  const ratios: number[] = [];
  const counts = { starts: 0, fetches: 0, byHand: 0, byHandFailed: 0 };
  try {
    const template = makeTemplate(folder);
    for (let burst = 0; burst < bursts && fetcher !== undefined; burst += 1) {
      const repo = freshCopy(folder, template, 'floor');
      const floor = floorMs(repo);
      const ours = freshCopy(folder, template, 'ours');
      const base = git('-C', ours, 'rev-parse', 'origin/main').trim();
      const over = join(folder, 'over');
      const fetching = ask(fetcher, { repo: ours, fetchUntil: over });
      const byHand = fetchByHand(ours, over);
      const began = performance.now();
      const share = STARTS / PROCESSES;
      const answers = await Promise.all(
        starters.map((child, i) => ask(child, { repo: ours, from: i * share, to: (i + 1) * share, base })),
      );
      ratios.push((performance.now() - began) / floor);
      writeFileSync(over, '');
      const fetched = await fetching;
      const hand = await byHand;
      counts.starts += STARTS;
      counts.fetches += fetched.done + fetched.failed.length;
      counts.byHand += hand.done + hand.failed;
      counts.byHandFailed += hand.failed;
      failures.push(...[...answers, fetched].flatMap(({ failed }) => failed), ...(await whatIsWrong(ours)));
      for (const name of ['floor', 'ours', 'over']) rmSync(join(folder, name), { recursive: true, force: true });
    }
  } finally {
    for (const child of [...children, ...load]) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
  ratios.sort((a, b) => a - b);
  const middle = ratios[Math.floor(ratios.length / 2)] ?? Number.NaN;
  for (const failure of failures.slice(0, 10)) process.stdout.write(`failed: ${failure}\n`);
  process.stdout.write(
    `${bursts} bursts of ${STARTS} worktree starts by ${PROCESSES} processes beside ${counts.fetches} fetches, ${LOAD} busy processes: ` +
      `${failures.length} failures of ${counts.starts + counts.fetches}; a burst takes ${middle.toFixed(2)} of ${STARTS} \`git worktree add\` in a row (median). ` +
      `A person's own git fetch beside them: ${counts.byHandFailed} of ${counts.byHand} failed.\n`,
  );
  process.exitCode = failures.length === 0 ? 0 : 1;
}

/** Every worktree is there, on its branch, with all its files; none is there that nobody asked for. */
async function whatIsWrong(repo: string): Promise<string[]> {
  const opened = await openGit(repo);
  const worktrees = await opened.worktrees();
  const wrong = worktrees.length === STARTS ? [] : [`${worktrees.length} worktrees instead of ${STARTS}`];
  for (const worktree of worktrees) {
    const { changes } = await opened.worktreeState(worktree.path);
    if (worktree.checkedOut !== worktree.branch || changes.length > 0) wrong.push(`${worktree.path} is not whole`);
  }
  return wrong;
}

const [role] = process.argv.slice(2);
if (role === 'child') beChild();
else if (role === 'load') for (;;) Math.sqrt(performance.now());
else await main(Number(role ?? BURSTS));
