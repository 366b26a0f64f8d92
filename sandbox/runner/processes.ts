/** The child processes of the runner and of the outside CI: each in its own group, all of them gone in the end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

type Ended = { exitCode: number | null; signal: NodeJS.Signals | null };

type Command = {
  file: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** Stdout and stderr, mixed as they come. */
  onOutput: (text: string) => void;
  /** Ends the command when it fires: INT first, then TERM, then KILL, as a runner does. */
  signal: AbortSignal;
};

const TERM_AFTER_MS = 2_000;
const KILL_AFTER_MS = 4_000;

/** Groups that are alive. When this process ends without having ended them, they end with it. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) signalGroup(child, 'SIGKILL');
});

/** Runs a command to its end. Rejects only when it cannot be started. */
export function runCommand(command: Command): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: { ...command.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    alive.add(child);
    const timers: NodeJS.Timeout[] = [];
    const end = () => {
      signalGroup(child, 'SIGINT');
      timers.push(setTimeout(() => signalGroup(child, 'SIGTERM'), TERM_AFTER_MS));
      timers.push(setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS));
    };
    const settle = (outcome: () => void) => {
      alive.delete(child);
      for (const timer of timers) clearTimeout(timer);
      command.signal.removeEventListener('abort', end);
      outcome();
    };
    child.stdout.setEncoding('utf8').on('data', command.onOutput);
    child.stderr.setEncoding('utf8').on('data', command.onOutput);
    child.once('error', (error) => settle(() => reject(error)));
    child.once('exit', () => {
      // What the command left behind in its group would hold the pipes open, and us with them.
      signalGroup(child, 'SIGKILL');
    });
    child.once('close', (exitCode, signal) => settle(() => resolve({ exitCode, signal })));
    if (command.signal.aborted) end();
    else command.signal.addEventListener('abort', end, { once: true });
  });
}

/** Marks a job's processes, so that those that left its group are found too. */
export function newTrackingId(): string {
  return `github_${randomUUID()}`;
}

/** Ends every process that carries the tag in its environment, as a runner cleans up orphans after a job. Linux alone. */
export function endOrphans(trackingId: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      if (environment.includes(`RUNNER_TRACKING_ID=${trackingId}`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Gone meanwhile, or not ours to read.
    }
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
