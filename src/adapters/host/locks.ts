/** Locks that die with their holder. */

import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TransientError } from '../../domain/errors.ts';
import type { Lock, Locks } from '../../ports/processes.ts';
import { errorCode } from './error-code.ts';

/** How long to wait for a sign of the holder before looking again. */
const LOOK_AGAIN_MS = 250;
/** The least wait, where the holder gives no sign at all. */
const LEAST_WAIT_MS = 20;

/** The best that this machine offers. `folder` is for lock files, where there are no abstract sockets. */
export function createLocks(options: { folder: string; holder: Holder }): Locks {
  return process.platform === 'linux' ? socketLocks() : fileLocks(options);
}

/**
 * A name in Linux' abstract socket namespace: taken by listening, given back by the kernel when the holder dies,
 * however it dies; children do not inherit it.
 */
export function socketLocks(): Locks {
  return withWaiting(listen, (name, ms) => holderGone(socketAddress(name), ms));
}

/** All 108 bytes of the address are used: some versions of Node pad a shorter one with zeros, others do not. */
function socketAddress(name: string): string {
  return `\0heddle-${createHash('sha512').update(name).digest('hex').slice(0, 100)}`;
}

function listen(name: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const waiting = new Set<Socket>();
    const server = createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => undefined).on('close', () => waiting.delete(socket));
      socket.unref();
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path: socketAddress(name), exclusive: true }, () => {
      server.unref();
      resolve({
        release: () =>
          new Promise((released) => {
            server.close(() => released());
            for (const socket of waiting) socket.destroy();
          }),
      });
    });
  });
}

/** Resolves when the holder's end of a connection closes, at the latest after `ms`. */
function holderGone(address: string, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.on('error', () => undefined);
    socket.on('close', (failed) => {
      clearTimeout(timer);
      // A holder that is stopped takes no more connections: that must not become a busy loop.
      if (failed) setTimeout(resolve, LEAST_WAIT_MS);
      else resolve();
    });
    socket.resume();
  });
}

/** Who holds a lock file, and whether another holder still lives. */
type Holder = { self: string; alive(holder: string): boolean };

/**
 * A file that names its holder. It appears whole or not at all (a link to a finished file), and the file of a dead
 * holder is taken away only under a second lock named after exactly that file's text, so two cannot do it at once.
 */
export function fileLocks(options: { folder: string; holder: Holder }): Locks {
  const { folder, holder } = options;
  mkdirSync(folder, { recursive: true });
  const tryAcquire = async (name: string): Promise<Lock | undefined> => {
    const path = join(folder, `${createHash('sha256').update(name).digest('hex').slice(0, 32)}.lock`);
    const text = `${holder.self}\n${randomBytes(8).toString('hex')}\n`;
    if (linkWhole(path, text)) return { release: async () => removeIf(path, text) };
    const held = readIfThere(path);
    if (held === undefined || holder.alive(held.split('\n')[0] ?? '')) return undefined;
    const removal = await tryAcquire(`${name}\0${held}`);
    if (removal === undefined) return undefined;
    removeIf(path, held);
    await removal.release();
    return linkWhole(path, text) ? { release: async () => removeIf(path, text) } : undefined;
  };
  return withWaiting(tryAcquire, (_, ms) => delay(Math.min(ms, LEAST_WAIT_MS)));
}

function linkWhole(path: string, text: string): boolean {
  const whole = `${path}.${randomBytes(8).toString('hex')}`;
  writeFileSync(whole, text);
  try {
    linkSync(whole, path);
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false;
    throw cause;
  } finally {
    unlinkSync(whole);
  }
}

function removeIf(path: string, text: string): void {
  if (readIfThere(path) === text) unlinkSync(path);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

function withWaiting(
  tryAcquire: (name: string) => Promise<Lock | undefined>,
  change: (name: string, ms: number) => Promise<void>,
): Locks {
  return {
    tryAcquire,
    async acquire(name, timeoutMs) {
      const until = performance.now() + timeoutMs;
      for (;;) {
        const lock = await tryAcquire(name);
        if (lock !== undefined) return lock;
        const leftMs = until - performance.now();
        if (leftMs <= 0) {
          const who = 'another process of Heddle has it; one that is stopped (SIGSTOP) ends with `heddle stop`';
          throw new TransientError(`The lock "${name}" was not free within ${timeoutMs / 1000} s: ${who}.`);
        }
        await change(name, Math.min(leftMs, LOOK_AGAIN_MS));
      }
    },
  };
}
