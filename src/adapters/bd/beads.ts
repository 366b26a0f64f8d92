/** Beads by way of the `bd` command, one call at a time, each with a deadline. */
import { join } from 'node:path';
import PQueue from 'p-queue';
import { TransientError, UserError } from '../../domain/errors.ts';
import type { IssueId } from '../../domain/ids.ts';
import type { Issue } from '../../domain/issue.ts';
import type { Beads, Change, Guard, WriteOutcome } from '../../ports/beads.ts';
import { type RunResult, run } from '../host/run.ts';
import { quietForBd } from './find-bd.mjs';
import { failures, imported, issueList, updated } from './schema.ts';

/** A `bd` and the database that it works on. */
export type BdOptions = {
  /** The `bd` to run: an absolute path. */
  bd: string;
  /** The main worktree: its `.beads` is the database. */
  mainWorktree: string;
  /** Who writes, in Beads' own history. */
  actor: string;
  env: Readonly<Record<string, string | undefined>>;
};
type BeadsOptions = BdOptions & { timeoutMs?: number };

const TIMEOUT_MS = 60_000;
/** `bd update` takes this long per id at the most, on a slow disk. */
const TIMEOUT_PER_ID_MS = 2_000;
/** Ids per call: a command line has a limit, and after a call that was killed not much has to be done again. */
const MAX_IDS = 64;
const BUSY =
  /workspace gate busy|database is locked|lock timeout|could not obtain lock|another process|connection refused/i;

/** The exit code of `bd update` when guards were all that failed. */
const EXIT_GUARD = 13;

export function createBeads(options: BeadsOptions): Beads {
  const { beadsDir, call, succeed } = callsOf(options);
  return {
    async snapshot() {
      const args = ['list', '--readonly', '--status', 'all', '--limit', '0', '--json'];
      return parseIssues(await succeed(args));
    },
    async exportedLines() {
      // To stdout, never to a file: nothing is left over when this process is killed.
      return (await succeed(['export'])).split('\n').filter((line) => line !== '');
    },
    async prefix() {
      return (await succeed(['config', 'get', 'issue_prefix'])).trim();
    },
    async update(ids, guard, change) {
      const outcomes = new Map<IssueId, WriteOutcome>();
      for (let at = 0; at < ids.length; at += MAX_IDS) {
        const some = ids.slice(at, at + MAX_IDS);
        const args = ['update', ...some, ...guardArgs(guard), ...changeArgs(change), '--json'];
        const result = await call(args, { extraMs: some.length * TIMEOUT_PER_ID_MS });
        for (const [id, outcome] of updateOutcomes(some, args, result, beadsDir)) outcomes.set(id, outcome);
      }
      return outcomes;
    },
    async close(ids, reason) {
      for (let at = 0; at < ids.length; at += MAX_IDS) {
        await succeed(['close', ...ids.slice(at, at + MAX_IDS), '--reason', reason, '--force', '--json']);
      }
    },
    async reopen(id) {
      await succeed(['reopen', id, '--json']);
    },
    async importLines(lines) {
      const args = ['import', '-', '--json'];
      const said = parse(imported, await succeed(args, lines.map((line) => `${line}\n`).join('')), 'import');
      const [left] = said.skipped_dependencies;
      if (left === undefined) return;
      throw new UserError(`Beads took the issues, but not all that they depend on: ${left}.`, {
        hint: 'Look at them with: bd list, and add what is missing with: bd dep add ID BLOCKER',
        exit: 'beads',
      });
    },
  };
}

type Calls = {
  beadsDir: string;
  call(args: readonly string[], more?: { extraMs?: number; input?: string }): Promise<RunResult>;
  /** Gives what it prints. Throws for every exit code but 0. */
  succeed(args: readonly string[], input?: string): Promise<string>;
};

/** `bd` queues on a lock of its own, so calls in parallel are slower than one after the other. */
function callsOf(options: BeadsOptions): Calls {
  const queue = new PQueue({ concurrency: 1 });
  const beadsDir = join(options.mainWorktree, '.beads');
  const env = bdEnvironment(options.env, { beadsDir, actor: options.actor });
  const call: Calls['call'] = (args, { extraMs = 0, input } = {}) =>
    queue.add(() =>
      run(options.bd, args, {
        cwd: options.mainWorktree,
        env,
        timeoutMs: (options.timeoutMs ?? TIMEOUT_MS) + extraMs,
        ...(input === undefined ? {} : { input }),
      }),
    );
  const succeed: Calls['succeed'] = async (args, input) => {
    const result = await call(args, input === undefined ? {} : { input });
    if (result.exitCode !== 0) throw failure(args, result, beadsDir);
    return result.stdout;
  };
  return { beadsDir, call, succeed };
}

/**
 * The environment of every `bd` call on a database.
 * A call takes a third of a second, and a fifth of its work would be garbage collection: so that begins only at the limit.
 */
export function bdEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  want: { beadsDir: string; actor: string },
): Record<string, string | undefined> {
  const asked = { BEADS_DIR: want.beadsDir, BEADS_ACTOR: want.actor };
  return { GOGC: 'off', GOMEMLIMIT: '512MiB', ...quietForBd(env), ...asked };
}

function guardArgs(guard: Guard): string[] {
  return ['--if-status', guard.status, '--if-assignee', guard.assignee];
}

/**
 * `--metadata` keeps types but cannot unset; `--set-metadata` guesses them but can be given with `--unset-metadata`.
 * What Heddle sets beside an unset guesses right: its texts never look like a number, `true` or `null`.
 */
function changeArgs(change: Change): string[] {
  const set = Object.entries(change.set ?? {}).filter(([, value]) => value !== undefined);
  const unset = change.unset ?? [];
  return [
    ...(change.status === undefined ? [] : ['--status', change.status]),
    ...(change.assignee === undefined ? [] : ['--assignee', change.assignee]),
    ...(unset.length === 0 && set.length > 0 ? ['--metadata', JSON.stringify(Object.fromEntries(set))] : []),
    ...(unset.length > 0 ? set.flatMap(([key, value]) => ['--set-metadata', `${key}=${value}`]) : []),
    ...unset.flatMap((key) => ['--unset-metadata', key]),
  ];
}

function updateOutcomes(
  ids: readonly IssueId[],
  args: readonly string[],
  result: RunResult,
  beadsDir: string,
): Map<IssueId, WriteOutcome> {
  const written = new Set(
    result.stdout.trim() === '' ? [] : parse(updated, result.stdout, 'update').map(({ id }) => id),
  );
  const outcomes = new Map<IssueId, WriteOutcome>();
  const failed = result.exitCode === 0 ? [] : failedOf(result);
  if (result.exitCode !== 0 && result.exitCode !== EXIT_GUARD && failed.length === 0)
    throw failure(args, result, beadsDir);
  for (const id of ids) {
    const entry = failed.find((one) => one.id === id);
    if (entry === undefined) {
      if (!written.has(id)) throw new TransientError(`bd update said nothing about ${id}: ${tail(result)}`);
      outcomes.set(id, 'done');
    } else if (entry.guard_mismatch === true) outcomes.set(id, 'refused');
    else if (/no issue found|not found/i.test(entry.error)) outcomes.set(id, 'gone');
    else throw new TransientError(`bd update ${id}: ${entry.error}`);
  }
  return outcomes;
}

/** The per-id failures are one JSON line among the warnings, on stderr (stdout in some versions). */
function failedOf(result: RunResult): { id: string; error: string; guard_mismatch?: boolean | null | undefined }[] {
  for (const line of `${result.stderr}\n${result.stdout}`.split('\n')) {
    if (!line.startsWith('{') || !line.includes('"failed"')) continue;
    try {
      return failures.parse(JSON.parse(line)).failed;
    } catch {
      // Another line than the one that is looked for.
    }
  }
  return [];
}

/** An empty answer with exit 0 could be an error; only a whole JSON array counts as a snapshot. */
function parseIssues(stdout: string): readonly Issue[] {
  return parse(issueList, stdout, 'list');
}

function parse<T>(schema: { parse(value: unknown): T }, stdout: string, command: string): T {
  try {
    return schema.parse(JSON.parse(stdout));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TransientError(
      `bd ${command} did not answer as expected (${why.slice(0, 200)}): ${JSON.stringify(stdout.slice(0, 80))}`,
      { cause },
    );
  }
}

function failure(args: readonly string[], result: RunResult, beadsDir: string): Error {
  const text = tail(result);
  if (/no beads database found/i.test(text)) {
    return new UserError(`There is no Beads database in ${beadsDir}.`, {
      hint: 'Set the repository up with: heddle init',
      exit: 'beads',
    });
  }
  if (/schema.*(newer|ahead)|forward.*drift|upgrade bd/i.test(text)) {
    return new UserError('The Beads database was written by a newer bd.', {
      hint: 'Install the newest one with: npm i -g @beads/bd',
      exit: 'missing',
    });
  }
  if (/unknown (flag|command)/i.test(text)) {
    return new UserError(`This bd is too old for Heddle: ${text}`, {
      hint: 'Install the newest one with: npm i -g @beads/bd',
      exit: 'missing',
    });
  }
  const why = BUSY.test(text) ? 'is busy' : `failed (exit ${result.exitCode ?? 'by signal'})`;
  return new TransientError(`bd ${args[0]} ${why}: ${text}`);
}

function tail(result: RunResult): string {
  return `${result.stderr.trim()} ${result.stdout.trim()}`.trim().slice(0, 400);
}
