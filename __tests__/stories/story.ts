/** The whole thread on a stage of its own, and what a test sees and does there. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, expect } from '@jest/globals';
import type { AgentMode } from '../../demo/agent-script.ts';
import { processesOf } from '../../demo/check.ts';
import { writeFiles } from '../../demo/project.ts';
import { type AgentRun, readAgentRuns, type Stage, type StageOptions, setStage } from '../../demo/stage.ts';
import type { PullRequest } from '../../sandbox/world.ts';
import { issueList } from '../../src/adapters/bd/schema.ts';
import { createGitCommand } from '../../src/adapters/git/command.ts';
import { asTyped } from '../../src/adapters/git/work-tree.ts';
import { type IssueId, issueId } from '../../src/domain/ids.ts';
import type { Issue } from '../../src/domain/issue.ts';
import { findLine, ISSUES_PATH, type Line } from '../../src/domain/lines.ts';
import type { Processes } from '../../src/ports/processes.ts';
import { cloneOf, HEDDLE, type Shape } from './clones.ts';

export type StoryOptions = Partial<Omit<StageOptions, 'heddle' | 'clone'>> & {
  tasks: Shape;
  modes?: Modes;
  /** The tests of the file go on with it one after the other; it ends with the last one. */
  shared?: boolean;
};
export type Modes = Readonly<Record<number, AgentMode | readonly AgentMode[]>>;

export type Running = {
  /** What it has printed so far. */
  said(): string;
  signal(name: NodeJS.Signals): void;
  /** Its exit code, once it has ended; null after a signal. */
  ended: Promise<number | null>;
};

export type Said = { exitCode: number | null; said: string };

export type StatusRow = { task: string; standing: string; phase: string; why: string; next: string };

export type Story = Stage & {
  processes: Processes;
  /** The id of a task by its number in the demo's epic. */
  task(number: number): IssueId;
  issue(number: number): Promise<Issue>;
  issues(): Promise<readonly Issue[]>;
  status(): Promise<readonly StatusRow[]>;
  agentRuns(): Promise<readonly AgentRun[]>;
  /** Starts a command in the background; it is ended with the story at the latest. */
  begin(...args: readonly string[]): Running;
  /** A command to its end, in the user's environment but for this. */
  ask(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Said>;
  /** `heddle spawn` of the epic, to its end. */
  spawn(...args: readonly string[]): Promise<Said>;
  pulls(): readonly PullRequest[];
  line(number: number, branch?: string): Promise<Line | undefined>;
  /** Commits and pushes files to the base, as the user does who sits before the checkout. */
  commit(files: Readonly<Record<string, string>>): Promise<void>;
  /** The same for heddle.yml, with these keys besides. */
  setConfig(more: Readonly<Record<string, unknown>>): Promise<void>;
  /** Everything that a command could have written: Beads, refs here and there, worktrees, pull requests. */
  world(): Promise<unknown>;
  /** Pids of workers that are alive. */
  workers(): Promise<readonly number[]>;
};

/** A small CI, since every story runs it: the tests that are in place, one after the other. */
export const QUICK_CI = `name: CI
on: pull_request
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ${'for test in tests/*.test.js; do node "$test" || exit 1; done'}
`;
export const CI_PATH = '.github/workflows/ci.yml';

const LIMITS = { attempts: 2, backoff_seconds: 1, silence_seconds: 60, wall_clock_seconds: 120 };
const open: { story: Story; children: ChildProcess[]; shared: boolean }[] = [];

afterEach(() => endAll(open.filter(({ shared }) => !shared)));
afterAll(() => endAll([...open]));

async function endAll(ending: typeof open): Promise<void> {
  for (const one of ending) {
    open.splice(open.indexOf(one), 1);
    await endStory(one.story, one.children);
  }
}

export async function tell({
  tasks,
  modes = {},
  config,
  files,
  shared = false,
  ...options
}: StoryOptions): Promise<Story> {
  trace('setting the stage');
  const clone = await cloneOf(tasks);
  trace('cloned');
  const stage = await setStage({
    heddle: HEDDLE,
    clone,
    agent: { stepMs: 10, modes },
    config: { poll_seconds: 1, limits: LIMITS, ...config },
    files: { [CI_PATH]: QUICK_CI, ...files },
    ...options,
  });
  const children: ChildProcess[] = [];
  const git = createGitCommand(stage.env, undefined);
  const { repository } = stage.sandbox;
  const task = (number: number): IssueId => {
    const at = tasks.findIndex(([one]) => one === number);
    return issueId(`${stage.epic}.${at + 1}`);
  };
  const issues = async (): Promise<readonly Issue[]> =>
    issueList.parse(JSON.parse(await stage.bd('list', '--status', 'all', '--limit', '0', '--json')));
  const processes = await processesOf(stage);
  const story: Story = {
    ...stage,
    processes,
    task,
    issues,
    async issue(number) {
      const found = (await issues()).find(({ id }) => id === task(number));
      if (found === undefined) throw new Error(`Beads has no ${task(number)}`);
      return found;
    },
    status: async () => JSON.parse((await stage.heddle(['status', '--epic', stage.epic, '--json'])).stdout),
    agentRuns: () => readAgentRuns(stage.agentRunsFile),
    begin: (...args) => begin(stage, args, children),
    async ask(args, env) {
      const running = begin({ ...stage, env: { ...stage.env, ...env } }, args, children);
      return { exitCode: await running.ended, said: running.said() };
    },
    spawn: (...args) => story.ask(['spawn', '--epic', stage.epic, ...args]),
    pulls: () => [...repository.pulls.values()],
    async line(number, branch = 'main') {
      const file = await git.try(asTyped(repository.git.dir), ['show', `refs/heads/${branch}:${ISSUES_PATH}`]);
      return file.exitCode === 0 ? findLine(file.stdout, task(number)) : undefined;
    },
    async commit(changed) {
      await stage.git('pull', '--quiet', '--rebase', stage.sandbox.gitUrlWith(stage.sandbox.tokens.user), 'main');
      writeFiles(stage.checkout, changed);
      await stage.git('add', '--all');
      await stage.git('commit', '--quiet', '--message', 'By hand');
      await stage.git('push', '--quiet', stage.sandbox.gitUrlWith(stage.sandbox.tokens.user), 'HEAD:main');
    },
    async setConfig(more) {
      const file = JSON.parse(await readFile(join(stage.checkout, 'heddle.yml'), 'utf8')) as Record<string, unknown>;
      await story.commit({ 'heddle.yml': JSON.stringify({ ...file, ...more }) });
    },
    async world() {
      const refs = (folder: string) => git.ok(asTyped(folder), ['for-each-ref', '--format=%(refname) %(objectname)']);
      return {
        // As a value: `bd` ends its answer with one line end or with two.
        beads: JSON.parse(await stage.bd('list', '--status', 'all', '--limit', '0', '--json')),
        // What a fetch brings is no write.
        here: (await refs(stage.checkout)).replace(/^refs\/remotes\/.*\n/gm, ''),
        there: await refs(repository.git.dir),
        worktrees: await stage.git('worktree', 'list', '--porcelain'),
        changes: await stage.git('status', '--porcelain'),
        pulls: structuredClone(
          story
            .pulls()
            .map(({ number, state, labels, title, body }) => ({ number, state, labels: [...labels], title, body })),
        ),
        comments: repository.comments.size,
      };
    },
    async workers() {
      const supervisors = (await processes.tagged()).filter(({ supervisor }) => supervisor);
      // One for each task: between fork and exec, what a supervisor starts looks like a second supervisor.
      return [...new Map(supervisors.map(({ task, pid }) => [task, pid])).values()];
    },
  };
  trace('set');
  open.push({ story, children, shared });
  return story;
}

function begin(stage: Stage, args: readonly string[], children: ChildProcess[]): Running {
  const child = spawn(process.execPath, [join(HEDDLE, 'dist', 'cli.js'), ...args], {
    cwd: stage.checkout,
    env: stage.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      said += data.toString();
      trace(data.toString().trimEnd());
    });
  }
  trace(`$ heddle ${args.join(' ')}`);
  return {
    said: () => said,
    signal: (name) => {
      child.kill(name);
    },
    ended: new Promise((resolve) => child.once('close', (code) => resolve(code))),
  };
}

/** To see when what happens: `STORIES_TRACE=1`. */
function trace(line: string): void {
  if (process.env['STORIES_TRACE'] !== undefined)
    process.stderr.write(`${(performance.now() / 1000).toFixed(1)} ${line}\n`);
}

/** Whatever the story was: nothing is left running, no secret was written, and the checkout is as it was. */
async function endStory(story: Story, children: readonly ChildProcess[]): Promise<void> {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  const tasks = new Set((await story.processes.tagged()).map(({ task }) => task));
  for (const task of tasks) await story.processes.endTagged(task);
  const logs = await textsBelow(join(story.checkout, '.git', 'heddle'));
  const changes = await story.git('status', '--porcelain');
  await story.close(false);
  const { user } = story.sandbox.tokens;
  expect(logs.filter(({ text }) => text.includes(user)).map(({ path }) => path)).toEqual([]);
  expect(changes).toBe('');
}

async function textsBelow(folder: string): Promise<{ path: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
}
