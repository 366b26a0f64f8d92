/**
 * A lock that dies with its holder, so that a killed setup never leaves one behind.
 *
 * It is a listening socket: on Linux one with an abstract name, which the kernel drops with the process; elsewhere a
 * socket file, which is taken over when nobody answers on it. Node has no `flock`.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const retryMs = 500;

/**
 * Runs `work` while holding the lock `name`; `onWait` is called once if somebody else holds it.
 * @template T
 * @param {string} name what is locked: an absolute path, so that each checkout and each cache has its own
 * @param {() => Promise<T>} work
 * @param {() => void} onWait
 * @returns {Promise<T>}
 */
export async function withLock(name, work, onWait) {
  const address = lockAddress(name);
  let server = await listen(address);
  if (server === undefined) onWait();
  while (server === undefined) {
    await new Promise((done) => setTimeout(done, retryMs));
    server = await listen(address);
  }
  try {
    return await work();
  } finally {
    server.close();
  }
}

/** @param {string} name */
function lockAddress(name) {
  const id = `heddle-${createHash('sha256').update(name).digest('hex').slice(0, 24)}`;
  return process.platform === 'linux' ? `\0${id}` : join(tmpdir(), `${id}.sock`);
}

/**
 * @param {string} address
 * @returns {Promise<import('node:net').Server | undefined>}
 */
async function listen(address) {
  const server = createServer((socket) => socket.destroy());
  const refused = await new Promise((done) => {
    server.once('error', done);
    server.listen(address, () => done(undefined));
  });
  if (refused === undefined) return server;
  if (refused.code !== 'EADDRINUSE') throw refused;
  if (!address.startsWith('\0') && !(await isAnswered(address))) rmSync(address, { force: true });
  return undefined;
}

/**
 * @param {string} address
 * @returns {Promise<boolean>}
 */
function isAnswered(address) {
  return new Promise((done) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}
