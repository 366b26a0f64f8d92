/** The threads that are run: what the agents do, what the user does, and how a spawner that was killed is started again. */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { PlannedFault } from './call.ts';
import { EPIC, FIRST, type Harness, type HarnessOptions, limits, SECOND } from './harness.ts';
import type { Ended } from './program.ts';

export type ThreadName =
  | 'plain'
  | 'failing'
  | 'red'
  | 'abandoned'
  | 'by hand'
  | 'reopened'
  | 'given up'
  | 'handed back'
  | 'overtaken';
export type Thread = Pick<HarnessOptions, 'modes' | 'config'> & {
  play(harness: Harness): Promise<void>;
  /** Tasks that end without a merge, and those that have a second round. */
  landings: Readonly<Record<string, number>>;
};

const POLL = '--poll 4';
/** The one spawner that finds things torn is told from the others by its command line. */
export const AFTER_TEAR = '--poll 5';
const LOOK_MS = 100;
const WAIT_MS = 60_000;

const once = { [FIRST]: 1, [SECOND]: 1 };

export const threads: Readonly<Record<ThreadName, Thread>> = {
  plain: {
    modes: { [FIRST]: ['commit'], [SECOND]: ['leave'] },
    landings: once,
    play: (harness) => spawnTo(harness, 0),
  },
  /** The first attempt fails, so the task is taken over. */
  failing: {
    modes: { [FIRST]: ['fail', 'commit'], [SECOND]: ['leave'] },
    landings: once,
    play: (harness) => spawnTo(harness, 0),
  },
  /** The CI is red, so a person is called, who takes the worktree away and pushes the fix from a clone. */
  red: {
    modes: { [FIRST]: ['break'], [SECOND]: ['leave'] },
    config: { on_red: 'person' },
    landings: once,
    async play(harness) {
      await spawnTo(harness, 3);
      await harness.git('worktree', 'remove', '--force', join(harness.worktrees, `${FIRST}-1`));
      await repairByHand(harness);
      await spawnTo(harness, 0);
    },
  },
  /** The CI is red, so a person closes the task and opens it again: the old pull request goes, a new round begins. */
  abandoned: {
    modes: { [FIRST]: ['break', 'commit'], [SECOND]: ['leave'] },
    config: { on_red: 'person' },
    landings: once,
    async play(harness) {
      await spawnTo(harness, 3);
      await harness.bd('close', FIRST, '--reason', 'Begin again', '--force');
      await harness.heddle(['publish', '--epic', EPIC]);
      await harness.bd('reopen', FIRST);
      await spawnTo(harness, 0);
    },
  },
  /** A person closes the first task while its agent works. */
  'by hand': {
    modes: { [FIRST]: ['hang'], [SECOND]: ['leave'] },
    landings: { [FIRST]: 0, [SECOND]: 1 },
    async play(harness) {
      const closed = closeWhenStarted(harness);
      await spawnTo(harness, 0);
      await closed;
    },
  },
  /** The second task is opened again after the epic was done. */
  reopened: {
    modes: { [FIRST]: ['commit'], [SECOND]: ['commit', 'leave'] },
    landings: { [FIRST]: 1, [SECOND]: 2 },
    async play(harness) {
      await spawnTo(harness, 0);
      await harness.bd('reopen', SECOND);
      await spawnTo(harness, 0);
    },
  },
  /** The first task's only attempt loses its worker and a person says `retry`; what git has of it was torn meanwhile. */
  'given up': {
    modes: { [FIRST]: ['orphan', 'commit'], [SECOND]: ['leave'] },
    config: { limits: limits(1) },
    landings: once,
    async play(harness) {
      await spawnTo(harness, 3);
      await harness.heddle(['retry', FIRST]);
      await tear(harness);
      await spawnTo(harness, 0, AFTER_TEAR);
    },
  },
  /** The CI is red, and red once more when it is run again, so the first task goes back to its worker. */
  'handed back': {
    modes: { [FIRST]: ['break', 'commit'], [SECOND]: ['leave'] },
    landings: once,
    play: (harness) => spawnTo(harness, 0),
  },
  /** A person changes on the base, while the first task's agent works, what that one changes too. */
  overtaken: {
    modes: { [FIRST]: ['late', 'commit'], [SECOND]: ['leave'] },
    landings: once,
    async play(harness) {
      const moved = moveBaseWhenStarted(harness);
      await spawnTo(harness, 0);
      await moved;
    },
  },
};

/** What a reboot in the middle of git can leave: a start locked for ever, an empty entry, a worktree without its link, a ref's lock. */
async function tear({ checkout, worktrees }: Harness): Promise<void> {
  const name = `${FIRST}-1`;
  await writeFile(join(checkout, '.git', 'worktrees', name, 'locked'), 'initializing');
  await writeFile(join(checkout, '.git', 'worktrees', name, 'commondir'), '');
  await rm(join(worktrees, name, '.git'));
  await writeFile(join(checkout, '.git', 'refs', 'heads', 'heddle', FIRST, '1.lock'), '');
}

/** Throws when the spawner does not end with that exit code. */
async function spawnTo(harness: Harness, expected: number, poll: string = POLL): Promise<void> {
  let ended: Ended | undefined;
  // A killed spawner is started again; each fault kills it once, and what it leads to must not kill it again.
  for (let starts = 0; starts < harness.faults.length + 2; starts += 1) {
    const over = new AbortController();
    const waking = wakeMerger(harness, over.signal);
    ended = await harness.heddle(['spawn', '--epic', EPIC, ...poll.split(' ')], 'spawner');
    over.abort();
    await waking;
    if (ended.signal !== 'SIGKILL') break;
  }
  await harness.forge.idle();
  if (ended?.exitCode === expected) return;
  const how = ended?.signal ?? `exit code ${ended?.exitCode}`;
  throw new Error(`heddle spawn ended with ${how}, not ${expected}:\n${ended?.output}`);
}

/** A merger that was killed is woken by the next event; here that is its schedule. */
async function wakeMerger(harness: Harness, over: AbortSignal): Promise<void> {
  const wakeAfter = async (fault: PlannedFault): Promise<void> => {
    while (!over.aborted && !existsSync(fault.fired)) await pause();
    if (over.aborted) return;
    harness.ticked.add(fault);
    await harness.forge.idle();
    await harness.forge.tick();
  };
  const ofMerger = harness.faults.filter(({ call }) => call.by === 'github' && call.role === 'merger');
  await Promise.all(ofMerger.filter((fault) => !harness.ticked.has(fault)).map(wakeAfter));
}

async function repairByHand(harness: Harness): Promise<void> {
  await pushByHand(harness, `heddle/${FIRST}/1`, 'Fix it', (run) => run('rm', '--quiet', 'broken'));
}

async function closeWhenStarted(harness: Harness): Promise<void> {
  await untilStarted(harness);
  await harness.bd('close', FIRST, '--reason', 'Not wanted', '--force');
}

async function moveBaseWhenStarted(harness: Harness): Promise<void> {
  await untilStarted(harness);
  await pushByHand(harness, 'main', 'By hand', async (run, folder) => {
    await mkdir(join(folder, 'work'));
    await writeFile(join(folder, 'work', FIRST), 'as a person would have it\n');
    await run('add', '--all');
  });
  await writeFile(join(harness.root, 'moved'), '');
}

type Run = (...args: string[]) => Promise<unknown>;

/** One commit on a branch of the remote, from a clone of its own. */
async function pushByHand(
  { root, sandbox, clean, tools }: Harness,
  branch: string,
  message: string,
  change: (run: Run, folder: string) => Promise<unknown>,
): Promise<void> {
  const url = sandbox.gitUrlWith(sandbox.tokens.user);
  const folder = `${root}/person`;
  const git: Run = (...args) => execa(tools.git, args, { env: clean, extendEnv: false });
  const run: Run = (...args) => git('-C', folder, ...args);
  await git('clone', '--quiet', '--branch', branch, url, folder);
  await change(run, folder);
  await run('commit', '--quiet', '--message', message);
  await run('push', '--quiet', url, `HEAD:${branch}`);
  await rm(folder, { recursive: true });
}

async function untilStarted(harness: Harness): Promise<void> {
  for (let waited = 0; waited < WAIT_MS; waited += LOOK_MS) {
    if ((await harness.notes()).some(({ what, task }) => what === 'start' && task === FIRST)) return;
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
