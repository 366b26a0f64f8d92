/** What must be true when the demo has ended, read from the outside: Beads, git, GitHub, the disk and the process table. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { issueList } from '../src/adapters/bd/schema.ts';
import { createGitCommand } from '../src/adapters/git/command.ts';
import { findMainWorktree, placeOf } from '../src/adapters/git/place.ts';
import { createProcesses } from '../src/adapters/host/processes/index.ts';
import { epicOf } from '../src/domain/epic.ts';
import type { HandBacks } from '../src/domain/issue.ts';
import { parseCloseReason } from '../src/domain/marker.ts';
import type { Processes } from '../src/ports/processes.ts';
import { readAgentRuns, type Stage } from './stage.ts';

type DemoRow = {
  task: string;
  title: string;
  pullRequest: number;
  commit: string;
  handedBack: HandBacks;
  seconds: number;
};
export type DemoResult = {
  rows: readonly DemoRow[];
  workersAtOnce: number;
  /** The base's first-parent history since the set-up, newest first. */
  history: readonly string[];
  /** What is not as it should be; empty when all is well. */
  problems: readonly string[];
};

/** The diamond's middle: three tasks that wait for the same one. */
const WIDTH = 3;
const COUNT_EVERY_MS = 500;
/** Subjects that the base may have after the set-up. */
const ALLOWED = [/^beads: publish /, /^beads: close /, /^Merge pull request #\d+ /];

/** `workersAtOnce`: the most supervisors that were seen alive at one instant. */
export async function checkDemo(stage: Stage, startCommit: string, workersAtOnce: number): Promise<DemoResult> {
  const problems: string[] = [];
  const rows = await checkTasks(stage, problems);
  await stage.git('fetch', '--quiet', '--prune', stage.sandbox.gitUrlWith(stage.sandbox.tokens.user), 'main');
  const history = (await stage.git('log', '--first-parent', '--format=%s', `${startCommit}..FETCH_HEAD`))
    .trim()
    .split('\n');
  for (const subject of history) {
    if (!ALLOWED.some((pattern) => pattern.test(subject)))
      problems.push(`the base has a commit of another kind: ${subject}`);
  }
  problems.push(...(await checkCloses(stage, startCommit)), ...(await checkLeftovers(stage)));
  if (workersAtOnce < WIDTH) problems.push(`only ${workersAtOnce} workers were alive at one instant, not ${WIDTH}`);
  return { rows, workersAtOnce, history, problems };
}

async function checkTasks(stage: Stage, problems: string[]): Promise<DemoRow[]> {
  const issues = issueList.parse(JSON.parse(await stage.bd('list', '--status', 'all', '--limit', '0', '--json')));
  const epic = epicOf(issues, stage.epic);
  for (const container of epic.containers)
    if (container.status !== 'closed') problems.push(`${container.id} is ${container.status}`);
  const runs = await readAgentRuns(stage.agentRunsFile);
  const rows: DemoRow[] = [];
  const mergedAt = new Map<string, number>();
  for (const [index, task] of epic.tasks.entries()) {
    const landed = parseCloseReason(task.closeReason);
    if (task.status !== 'closed' || landed === undefined) {
      problems.push(`${task.id} is ${task.status}${task.closeReason === '' ? '' : `, because: ${task.closeReason}`}`);
      continue;
    }
    const [begun] = runs
      .filter((run) => run.what === 'start' && run.task === index + 1)
      .map(({ at }) => Date.parse(at));
    const merged = Date.parse(stage.sandbox.repository.pulls.get(landed.pullRequest)?.merge?.at ?? '');
    mergedAt.set(task.id, merged);
    for (const { on } of task.dependencies) {
      const before = mergedAt.get(on);
      if (before === undefined || begun === undefined || begun < before)
        problems.push(`${task.id} began before ${on} was merged`);
    }
    const seconds = begun === undefined ? 0 : (merged - begun) / 1000;
    const { id, title, metadata } = task;
    rows.push({ task: id, title, ...landed, handedBack: metadata.handed_back ?? {}, seconds });
  }
  return rows;
}

/** Counts the living workers for as long as something runs; gives the most that were seen at one instant. */
export async function countWorkers(stage: Stage, running: Promise<unknown>): Promise<number> {
  const processes = await processesOf(stage);
  let most = 0;
  for (let over = false; !over; ) {
    const workers = (await processes.tagged()).filter(({ supervisor }) => supervisor);
    // By task: between fork and exec, what a supervisor starts looks like a second supervisor.
    most = Math.max(most, new Set(workers.map(({ task }) => task)).size);
    over = await Promise.race([running.then(() => true), delay(COUNT_EVERY_MS, false)]);
  }
  return most;
}

export async function processesOf(stage: Stage): Promise<Processes> {
  const git = createGitCommand(stage.env, undefined);
  const found = await findMainWorktree(git, stage.checkout);
  const place = await placeOf(found, { remote: 'origin', worktreeRoot: join(stage.folder, 'tally-worktrees') });
  return createProcesses({ repository: place.repositoryKey });
}

/** Each close commit changes exactly one line per closed issue, and nothing else. The merger names them, a publish counts them. */
async function checkCloses(stage: Stage, startCommit: string): Promise<string[]> {
  const out = await stage.git('log', '--first-parent', '--format=@%s', '--numstat', `${startCommit}..FETCH_HEAD`);
  const problems: string[] = [];
  for (const block of out.split('@').filter((text) => text.startsWith('beads: close '))) {
    const [subject = '', ...files] = block.split('\n').filter(Boolean);
    const counted = /^beads: close (\d+) (?:issue|task)s?\b/.exec(subject)?.[1];
    const closed = counted ?? String(subject.match(/tally-\S+?(?=[\s,[]|$)/g)?.length ?? 0);
    const expected = `${closed}\t${closed}\t.beads/issues.jsonl`;
    if (files.length !== 1 || files[0] !== expected)
      problems.push(`"${subject}" changes ${files.join('; ')}, not ${expected}`);
  }
  return problems;
}

async function checkLeftovers(stage: Stage): Promise<string[]> {
  const problems: string[] = [];
  const root = join(stage.folder, 'tally-worktrees');
  const folders = existsSync(root) ? await readdir(root) : [];
  if (folders.length > 0) problems.push(`worktrees are left over: ${folders.join(', ')}`);
  const branches = (
    await stage.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/heddle', 'refs/remotes/origin/heddle')
  ).trim();
  if (branches !== '') problems.push(`branches are left over: ${branches.replaceAll('\n', ', ')}`);
  const remote = (
    await stage.git('ls-remote', stage.sandbox.gitUrlWith(stage.sandbox.tokens.user), 'refs/heads/heddle/*')
  ).trim();
  if (remote !== '') problems.push(`branches are left over on the remote: ${remote.replaceAll('\n', ', ')}`);
  const alive = await (await processesOf(stage)).tagged();
  if (alive.length > 0) problems.push(`processes are left over: ${alive.map(({ pid }) => pid).join(', ')}`);
  const changes = (await stage.git('status', '--porcelain')).trim();
  if (changes !== '') problems.push(`the checkout was changed: ${changes}`);
  return problems;
}
