/** A Beads database, made once and copied for each test: a copy stands on its own, and `bd init` takes five seconds. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bdEnvironment, createBeads } from '../../../src/adapters/bd/beads.ts';
import { findBd } from '../../../src/adapters/bd/find-bd.mjs';
import type { Beads } from '../../../src/ports/beads.ts';

const made: string[] = [];
let template: string | undefined;

export function realBd(): string {
  const found = findBd(process.env);
  if (!('version' in found)) throw new Error(`${found.problem}; ${found.hint}`);
  return found.path;
}

/** A folder with a database of its own, prefix `bd`, holding an epic with two tasks. */
export function freshDatabase(): string {
  template ??= makeTemplate();
  const copy = join(folder(), 'repo');
  cpSync(template, copy, { recursive: true });
  return copy;
}

export function beadsOf(mainWorktree: string, bd = realBd(), timeoutMs = 60_000): Beads {
  return createBeads({ bd, mainWorktree, actor: 'test', env: process.env, timeoutMs });
}

/** A program to be run as `bd`; `BD` in it is the real one. */
export function wrapper(script: string): string {
  const path = join(folder(), 'bd');
  writeFileSync(path, `#!/bin/sh\n${script.replaceAll('BD', `"${realBd()}"`)}\n`);
  chmodSync(path, 0o755);
  return path;
}

export function clearHarness(): void {
  for (const one of made.splice(0)) rmSync(one, { recursive: true, force: true });
  template = undefined;
}

function makeTemplate(): string {
  const path = join(folder(), 'template');
  execFileSync('git', ['init', '-q', path]);
  bd(path, [
    'init',
    '--quiet',
    '--non-interactive',
    '--prefix',
    'bd',
    '--skip-hooks',
    '--skip-agents',
    '--role',
    'maintainer',
    '--stealth',
  ]);
  bd(path, ['import', '-'], SEED.join('\n'));
  return path;
}

/** Runs `bd` as a user would, beside the adapter. */
export function bd(cwd: string, args: readonly string[], input?: string): string {
  const env = bdEnvironment(process.env, { beadsDir: join(cwd, '.beads'), actor: 'user' });
  return execFileSync(realBd(), args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(input === undefined ? {} : { input }),
  });
}

const child = (id: string, ...blockers: string[]) => ({
  id,
  title: `Task ${id}`,
  status: 'open',
  priority: 2,
  issue_type: 'task',
  dependencies: [
    { issue_id: id, depends_on_id: 'bd-e', type: 'parent-child' },
    ...blockers.map((on) => ({ issue_id: id, depends_on_id: on, type: 'blocks' })),
  ],
});

export const SEED = [
  { id: 'bd-e', title: 'Epic', status: 'open', priority: 2, issue_type: 'epic' },
  child('bd-e.1'),
  child('bd-e.2', 'bd-e.1'),
].map((line) => JSON.stringify(line));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'heddle-bd-'));
  made.push(path);
  return path;
}
