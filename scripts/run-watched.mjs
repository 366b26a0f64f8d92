/** A long command with a limit, a look at it every second, and no child left behind when setup is interrupted. */
import { spawn } from 'node:child_process';

const lookEveryMs = 1_000;
const keptOutputBytes = 8_000;

/**
 * @typedef {{ cwd: string, env: Record<string, string | undefined>, limitMs: number }} Watched
 * @typedef {{ ok: true } | { ok: false, why: string, output: string }} Outcome
 */

/**
 * Runs a command in its own process group, so that what it started ends with it.
 * `look` gets the number of output lines so far, and may answer with a reason to stop.
 * @param {string} command
 * @param {string[]} args
 * @param {Watched} options
 * @param {(lines: number) => string | undefined} look
 * @returns {Promise<Outcome>}
 */
export function runWatched(command, args, { cwd, env, limitMs }, look) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const startedAt = performance.now();
    /** @type {string | undefined} */
    let why;
    let output = '';
    let lines = 0;

    /** @param {Buffer} chunk */
    const take = (chunk) => {
      const text = chunk.toString();
      lines += text.split('\n').length - 1;
      output = (output + text).slice(-keptOutputBytes);
    };
    /** @param {NodeJS.Signals} signal */
    const stop = (signal) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // It has ended by itself.
      }
    };
    /** @param {NodeJS.Signals} signal */
    const interrupt = (signal) => {
      stop(signal);
      process.exit(130);
    };
    /** @type {NodeJS.Signals[]} */
    const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of interrupts) process.on(signal, interrupt);
    const timer = setInterval(() => {
      why ??= look(lines);
      if (performance.now() - startedAt > limitMs) why ??= `it took longer than ${duration(limitMs)}`;
      if (why !== undefined) stop('SIGKILL');
    }, lookEveryMs);
    /** @param {string} [failure] */
    const end = (failure) => {
      clearInterval(timer);
      for (const signal of interrupts) process.off(signal, interrupt);
      done(failure === undefined ? { ok: true } : { ok: false, why: failure, output: output.trimEnd() });
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', (error) => end(error.message));
    child.once('close', (code) => end(why ?? (code === 0 ? undefined : `it ended with exit code ${code}`)));
  });
}

/** @param {number} ms */
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
