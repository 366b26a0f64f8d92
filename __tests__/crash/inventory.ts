/** Everything that is there when a thread has ended, with only hashes, times, pids and tokens made alike. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createLocks } from '../../src/adapters/host/locks.ts';
import { createProcesses } from '../../src/adapters/host/processes/index.ts';
import type { Harness } from './harness.ts';
import { placeKey } from './place.ts';

export type Inventory = Readonly<Record<string, readonly string[]>>;

export async function takeInventory(harness: Harness): Promise<Inventory> {
  const { git, checkout, root, sandbox } = harness;
  const url = sandbox.gitUrlWith(sandbox.tokens.user);
  await git('fetch', '--quiet', '--prune', url, '+refs/heads/*:refs/sweep/*');
  const base = (...args: string[]) => git('-c', 'core.quotePath=false', ...args);
  const raw: Record<string, readonly string[]> = {
    beads: await beadsOf(harness),
    'base tree': (await base('ls-tree', '-r', 'refs/sweep/main'))
      .split('\n')
      .map((line) => (line.endsWith('issues.jsonl') ? line.replace(/[0-9a-f]{40}/, 'BLOB') : line)),
    // In any order: two that have nothing to do with each other may land either way round. How many lines went into one
    // publishing depends on when it looked; what was published is below.
    'base history': (await base('log', '--first-parent', '--format=%s', 'refs/sweep/main'))
      .split('\n')
      .filter((subject) => !subject.startsWith('beads: publish '))
      .sort(),
    lines: (await base('show', 'refs/sweep/main:.beads/issues.jsonl')).split('\n').map((line) => normal(line)),
    'pull requests': [...sandbox.repository.pulls.values()].map((pull) =>
      normal(
        JSON.stringify({
          number: pull.number,
          head: pull.head.ref,
          base: pull.base.ref,
          open: pull.state,
          merged: pull.merge !== null && pull.merge !== undefined,
          draft: pull.draft,
          title: pull.title,
          body: pull.body,
          labels: [...pull.labels].sort(),
        }),
      ),
    ),
    comments: commentsOf(harness),
    'remote refs': (await git('ls-remote', '--refs', url)).split('\n').map((line) => line.replace(/^\S+\s+/, '')),
    'local refs': (await git('for-each-ref', '--format=%(refname)'))
      .split('\n')
      .filter((name) => !name.startsWith('refs/sweep/')),
    worktrees: (await git('worktree', 'list', '--porcelain'))
      .split('\n')
      .filter((line) => /^worktree /.test(line))
      .map((line) => line.replace(root, 'ROOT')),
    folders: [...(await below(harness.worktrees, 2)), ...(await below(join(root, 'tmp'), 2))],
    'state folder': withoutAttempts(await below(join(checkout, '.git', 'heddle'), 4)),
    'git folder': (await below(join(checkout, '.git'), 1)).filter((name) => name !== 'FETCH_HEAD'),
    'lock files': (await below(join(checkout, '.git'), 8)).filter((name) => name.endsWith('.lock')),
    checkout: [
      (await git('status', '--porcelain=v2', '--branch')).replace(/[0-9a-f]{40}/g, 'SHA'),
      await git('stash', 'list'),
    ],
    config: (await readFile(join(checkout, '.git', 'config'), 'utf8'))
      .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
      .split('\n'),
    processes: await processesOf(harness),
    locks: await locksHeld(harness),
  };
  return Object.fromEntries(Object.entries(raw).map(([what, list]) => [what, list.filter((line) => line !== '')]));
}

/** A sentence per kind of thing that differs. */
export function differences(reference: Inventory, found: Inventory): string[] {
  return Object.entries(reference).flatMap(([what, expected]) => {
    const is = found[what] ?? [];
    const missing = expected.filter((line) => !is.includes(line));
    const more = is.filter((line) => !expected.includes(line));
    const count = missing.length === 0 && more.length === 0 && is.length !== expected.length;
    if (count) return [`${what}: ${is.length} entries, not ${expected.length}: ${is.join(' | ')}`];
    return [
      ...(missing.length > 0 ? [`${what}: missing ${missing.join(' | ')}`] : []),
      ...(more.length > 0 ? [`${what}: more than expected: ${more.join(' | ')}`] : []),
    ];
  });
}

async function beadsOf({ bd }: Harness): Promise<string[]> {
  const issues: Record<string, unknown>[] = JSON.parse(await bd('list', '--status', 'all', '--limit', '0', '--json'));
  return issues
    .map(({ id, status, assignee, metadata, close_reason: reason }) =>
      normal(JSON.stringify({ id, status, assignee, metadata, reason })),
    )
    .sort();
}

/** `attempt` counts starts, and an agent that is started again may commit again: both tell of a crash, and are bounded elsewhere. */
function normal(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{40}\b/g, 'SHA')
    .replaceAll(/\b(?:[0-9a-f]{10}|[0-9a-f]{12})\b/g, 'SHA')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/"assignee":"heddle-[^"]+"/g, '"assignee":"TOKEN"')
    .replaceAll(/"agent_pid":\d+/g, '"agent_pid":PID')
    .replaceAll(/"agent_start":"[^"]+"/g, '"agent_start":"START"')
    .replaceAll(/"attempt":\d+/g, '"attempt":N')
    .replaceAll(/: \d+ commits? by the agent/g, ': N commits by the agent')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');
}

function commentsOf({ sandbox }: Harness): string[] {
  return [...sandbox.repository.comments.values()].map((comment) => normal(`#${comment.issueNumber} ${comment.body}`));
}

/** Paths below a folder, folders too, not deeper than so many names. */
async function below(folder: string, depth: number): Promise<string[]> {
  if (depth === 0 || !existsSync(folder)) return [];
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    found.push(entry.name);
    if (!entry.isDirectory() || entry.name === 'objects') continue;
    found.push(...(await below(join(folder, entry.name), depth - 1)).map((path) => join(entry.name, path)));
  }
  return found.map((path) => relative('.', path)).sort();
}

/** Logs and prompts are kept per attempt; how many there were is no part of the end. */
function withoutAttempts(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => path.replace(/\/(\d+)-\d+\./, '/$1-N.')))];
}

/** Whatever of this run still lives: by its run tag, or by standing in one of its folders. */
async function processesOf(harness: Harness): Promise<string[]> {
  const tagged = await createProcesses({ repository: await placeKey(harness) }).tagged();
  const inside = readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(harness.root);
    } catch {
      return false;
    }
  });
  const pids = [...new Set([...tagged.map(({ pid }) => String(pid)), ...inside])];
  return pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
}

async function locksHeld(harness: Harness): Promise<string[]> {
  const key = await placeKey(harness);
  const locks = createLocks({ folder: join(harness.root, 'locks'), holder: { self: '', alive: () => false } });
  const held: string[] = [];
  for (const name of [`spawner-${key}`, `git-${key}`, `task-${key}-po-e.1`, `task-${key}-po-e.2`]) {
    const lock = await locks.tryAcquire(name);
    if (lock === undefined) held.push(name.replace(key, 'KEY'));
    await lock?.release();
  }
  return held;
}
