/** The one place where Heddle starts a command and waits for its answer. */
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { Interrupted, TransientError } from '../../domain/errors.ts';
import { isCommandMissing, whyNotStarted } from './error-code.ts';

type RunOptions = {
  cwd?: string;
  /** The whole environment of the command; nothing is inherited beside it. Default: this process's own. */
  env?: Readonly<Record<string, string | undefined>>;
  input?: string;
  /**
   * After this long the command's whole process group is ended and TransientError is thrown. What a command has left
   * behind that ended earlier is not waited for, and not ended either.
   */
  timeoutMs: number;
  /** Ends the command as its time-out would, at once; Interrupted is thrown then. For what only reads. */
  stop?: AbortSignal | undefined;
  /** What errors call the command. Default: the file and its first argument. */
  name?: string;
  /** Each line of stdout and stderr as it comes, besides the result. */
  onLine?: (line: string) => void;
  /** Longer output is an error, so that nothing is decided on half an answer. */
  maxBytes?: number;
};

export type RunResult = {
  /** Undefined when a signal ended it. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
};

const MAX_BYTES = 256 * 1024 * 1024;
const KILL_AFTER_MS = 5_000;
/** Three pipes, and one through which the child tells that it could not start. */
const FILES_OF_A_START = 8;

/**
 * Runs a command to its end. Its exit code is an outcome, not an error.
 * Throws TransientError on a time-out and when it cannot be started now, `CommandMissing` when there is no such command.
 */
export async function run(file: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const name = options.name ?? `${file} ${args[0] ?? ''}`;
  requireFreeFiles(name);
  const child = execa(file, [...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    ...(options.env === undefined ? {} : { env: definedOnly(options.env), extendEnv: false }),
    // A group of its own, so that a command that hangs can be ended with all that it started.
    detached: true,
    cleanup: true,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: options.maxBytes ?? MAX_BYTES,
  });
  const { onLine } = options;
  if (onLine !== undefined) {
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
  }
  const deadline = endAtDeadline(child, options.timeoutMs, options.stop);
  const result = await child;
  const timedOut = deadline.cancel();
  if (timedOut && options.stop?.aborted) throw new Interrupted();
  if (timedOut) throw new TimedOut(`\`${name}\` did not end within ${options.timeoutMs / 1000} s.`);
  if (result.isMaxBuffer) throw new TransientError(`\`${name}\` printed more than expected.`);
  if (result.failed && result.exitCode === undefined && result.signal === undefined) {
    if (isCommandMissing(result.cause, options.cwd))
      throw new CommandMissing(file, result.shortMessage ?? 'unknown reason');
    const why = whyNotStarted(result.cause, options.cwd);
    throw new TransientError(`\`${name}\` could not be started: ${why}.`, { cause: result.cause });
  }
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** The command's time was over before it had ended. */
export class TimedOut extends TransientError {}

/** The command could not be started at all. */
export class CommandMissing extends Error {
  readonly file: string;

  constructor(file: string, detail: string) {
    super(`cannot start ${file}: ${detail}`);
    this.name = 'CommandMissing';
    this.file = file;
  }
}

/** Where no file can be opened any more, execa does not tell of it: its child's error is nobody's, and ends this process. */
function requireFreeFiles(command: string): void {
  const opened: number[] = [];
  try {
    while (opened.length < FILES_OF_A_START) opened.push(openSync('/dev/null', 'r'));
  } catch (cause) {
    throw new TransientError(`\`${command}\` could not be started: ${whyNotStarted(cause, undefined)}.`, { cause });
  } finally {
    for (const file of opened) closeSync(file);
  }
}

type Child = Pick<ChildProcess, 'pid' | 'stdout' | 'stderr' | 'once'>;

/**
 * Ends the command's group when its time is over, or when it is told to stop: gently, and after a while, or once the command itself has ended, for
 * certain. After that nobody is signalled: the number of a group that is gone may be another's. `cancel` tells whether
 * the time was over.
 */
function endAtDeadline(child: Child, timeoutMs: number, stop: AbortSignal | undefined): { cancel: () => boolean } {
  let timedOut = false;
  let ended = false;
  let patience: NodeJS.Timeout | undefined;
  const letGo = () => {
    // Somebody outside the group may hold the output open for ever.
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const end = () => {
    if (timedOut) return;
    timedOut = true;
    if (ended) return letGo();
    endGroup(child.pid, 'SIGTERM');
    patience = setTimeout(() => endGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS);
  };
  const timer = setTimeout(end, timeoutMs);
  stop?.addEventListener('abort', end, { once: true });
  child.once('exit', () => {
    ended = true;
    clearTimeout(patience);
    if (!timedOut) return;
    endGroup(child.pid, 'SIGKILL');
    letGo();
  });
  return {
    cancel() {
      clearTimeout(timer);
      stop?.removeEventListener('abort', end);
      return timedOut;
    },
  };
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
