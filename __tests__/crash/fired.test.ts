/** What counts as a hit: the sweep's own word that a kill has found somebody, and that it came inside the command. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CommandCall, Mode, PlannedFault } from './call.ts';
import { makeShims } from './shims.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-fired-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const call: CommandCall = { by: 'git', role: 'worker', args: [' fetch '] };

/** Something called like a worker runs `git fetch` as a group of its own, so often; tells what was noted, and how it ended. */
async function play(fault: { call: CommandCall; mode: Mode }, real: string, times = 1) {
  const planned: PlannedFault = { ...fault, taken: at('taken'), fired: at('fired'), late: at('late') };
  const git = at('real-git');
  writeFileSync(git, `#!/bin/sh\n${real}\necho made >>${at('made')}\n`);
  chmodSync(git, 0o755);
  const shims = await makeShims(root, { git, bd: git }, { faults: [planned], measured: [] });
  writeFileSync(at('cli.js'), `${`setsid --wait '${shims.folder}/git' fetch origin\n`.repeat(times)}exit 7\n`);
  // The shell that stands for Node forks `setsid`, which becomes the shim: its parent is who is called like a worker.
  const ended = spawnSync('sh', [at('cli.js'), 'worker', 'po-e.1']);
  const [taken, fired, late, made] = ['taken', 'fired', 'late', 'made'].map((name) => existsSync(at(name)));
  return { taken, fired, late, made, killed: ended.signal === 'SIGKILL' };
}

function at(name: string): string {
  return join(root, name);
}

/** A pid that nobody has any more. */
function gone(): string {
  return execFileSync('sh', ['-c', 'echo $$']).toString();
}

test('a kill before the call is noted, and the call is not made', async () => {
  const seen = await play({ call, mode: 'before' }, ':');
  expect(seen).toEqual({ taken: true, fired: true, late: false, made: false, killed: true });
});

test('a kill that finds nobody is not noted as one', async () => {
  writeFileSync(at('spawner.pid'), gone());
  const seen = await play({ call: { ...call, victim: 'spawner' }, mode: 'before' }, ':');
  expect(seen).toEqual({ taken: true, fired: false, late: false, made: true, killed: false });
});

test('a kill inside a command that goes on is not late, one of a command that is over is', async () => {
  expect(await play({ call, mode: { insideMs: 50 } }, 'sleep 60')).toMatchObject({
    fired: true,
    late: false,
    made: false,
  });
  for (const name of ['taken', 'fired']) rmSync(at(name), { recursive: true });
  rmSync(at('bin'), { recursive: true });
  expect(await play({ call, mode: { insideMs: 3_000 } }, ':')).toMatchObject({ fired: true, late: true, made: true });
});

test('a fault of the second call lets the first one through', async () => {
  const second = { call: { ...call, nth: 2 }, mode: 'before' as const };
  expect(await play(second, ':')).toMatchObject({ taken: false, fired: false, made: true, killed: false });
  rmSync(at('bin'), { recursive: true });
  rmSync(at('taken-1'), { recursive: true });
  expect(await play(second, ':', 2)).toMatchObject({ taken: true, fired: true, killed: true });
});
