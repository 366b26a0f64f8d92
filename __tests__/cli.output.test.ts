/** What the command line writes into a pipe, read late, slowly, or not to its end. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundle } from './adapters/host/processes/program.ts';
import { until } from './fakes/wait.ts';

const LINES = 20_000;
const text = Array.from({ length: LINES }, (_, i) => `line ${i} ${'x'.repeat(40)} ✓\n`).join('');

let folder: string;
let program: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-output-'));
  program = await bundle(folder, 'cli', "import 'SRC/cli.ts';");
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder]);
  const logs = join(folder, '.git/heddle/logs/bd-e.1');
  mkdirSync(logs, { recursive: true });
  writeFileSync(join(logs, '1-1.log'), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function heddle(...args: string[]): ChildProcess & { errors: () => string } {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, GITHUB_TOKEN: 'none' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return Object.assign(child, { errors: () => errors });
}
const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('close', resolve));

/** It has ended, or waits for its reader: all of its threads have slept for a while. One that waits for a processor runs. */
async function isIdle(child: ChildProcess): Promise<void> {
  let [seen, looks] = ['', 0];
  await until('it has nothing to do', () => {
    if (child.exitCode !== null) return true;
    const threads = threadsOf(child).map((stat) => stat.split(' '));
    const ticks = threads.map((fields) => fields.slice(13, 15).join(' ')).join();
    looks = ticks === seen && threads.every((fields) => fields[2] === 'S') ? looks + 1 : 0;
    seen = ticks;
    return looks > 50;
  });
}

function threadsOf(child: ChildProcess): string[] {
  const folder = `/proc/${child.pid}/task`;
  try {
    return readdirSync(folder).map((thread) => readFileSync(`${folder}/${thread}/stat`, 'utf8'));
  } catch {
    // One of them has ended meanwhile.
    return [];
  }
}

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a log of more than a pipe holds arrives whole, also at a reader that comes late', async () => {
  const child = heddle('logs', 'bd-e.1');
  const end = ended(child);
  await isIdle(child);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout ?? []) {
    chunks.push(chunk);
  }
  expect(await end).toBe(0);
  expect(text.length).toBeGreaterThan(1_000_000);
  expect(Buffer.concat(chunks).toString() === text).toBe(true);
  expect(child.errors()).toBe('');
});

test.each([[['logs', 'bd-e.1']], [['logs', 'bd-e.1', '--follow']], [['--help']]])(
  'a reader that has seen enough of `heddle %j` ends it, without a word',
  async (args) => {
    const child = heddle(...args);
    const end = ended(child);
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect(await end).toBe(0);
    expect(child.errors()).toBe('');
  },
);
