import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { findBd } from '../../src/adapters/bd/find-bd.mjs';
import { doctorCommand } from '../../src/commands/doctor.ts';
import { examine } from '../../src/doctor/examine.ts';
import { doctorReaders } from '../../src/wiring/doctor.ts';
import type { Environment } from '../../src/wiring/environment.ts';
import { callIn } from '../commands/call.ts';

let folder = '';
let env: Environment = {};
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-doctor-')));
  mkdirSync(join(folder, 'home'));
  const bd = findBd(process.env);
  env = {
    PATH: process.env['PATH'],
    HOME: join(folder, 'home'),
    GIT_CONFIG_NOSYSTEM: '1',
    HEDDLE_BD: 'path' in bd ? bd.path : '',
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Not the synchronous one: the sandbox that answers a push runs in this process. */
const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: join(folder, 'shop'), env: { ...env } });

async function clone(files: Record<string, string> = {}): Promise<string> {
  const at = join(folder, 'shop');
  mkdirSync(at);
  await git('init', '-q', '-b', 'main');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(at, name), text);
  return at;
}

const stateOf = async (cwd: string) => new Map((await examine(doctorReaders(cwd, env))).map((one) => [one.check, one]));

test('outside a repository it still tells which tools are there, and ends with the exit of what is wrong', async () => {
  const found = await stateOf(folder);
  expect(found.get('git')?.is).toBe('ok');
  expect(found.get('node')?.is).toBe('ok');
  expect(found.get('checkout')).toMatchObject({ is: 'problem', exit: 'repository' });
  const { call, answers } = callIn(folder, { ...env, HEDDLE_BD: join(folder, 'none') });
  expect(await doctorCommand.run(call, { json: true })).toBe('missing');
  expect(JSON.parse(answers())).toContainEqual(expect.objectContaining({ check: 'checkout', is: 'problem' }));
});

test('a broken heddle.yml, no identity, no Beads, no remote: each is told, and nothing is written', async () => {
  const at = await clone({ 'heddle.yml': 'max_parallel: many\n' });
  await git('config', 'user.useConfigOnly', 'true');
  const found = await stateOf(at);
  expect(found.get('heddle.yml')).toMatchObject({ is: 'problem', exit: 'config' });
  expect(found.get('git identity')).toMatchObject({ is: 'problem', exit: 'repository' });
  expect(found.get('Beads')).toMatchObject({
    is: 'problem',
    exit: 'beads',
    hint: 'Set the repository up with: heddle init',
  });
  expect(found.get('remote')).toMatchObject({ is: 'problem', exit: 'repository' });
  expect(found.get('worktrees')?.is).toBe('ok');
  expect(found.get('state branch')).toMatchObject({ is: 'warning' });
  expect(readdirSync(at).sort()).toEqual(['.git', 'heddle.yml']);
  expect(readdirSync(folder).sort()).toEqual(['home', 'shop']);
});

test('with a repository on GitHub it tells what the token may do there, and what its branches and workflows are like', async () => {
  const sandbox = await startSandbox({ dir: join(folder, 'github'), owner: 'octo', repo: 'shop' });
  try {
    const at = await clone({ 'heddle.yml': 'agent: me\nagents: { me: { command: "sh -c true" }, codex: {} }\n' });
    await git('config', 'user.name', 'A Weaver');
    await git('config', 'user.email', 'weaver@example.com');
    await git('remote', 'add', 'origin', sandbox.gitUrl);
    env = { ...env, GITHUB_TOKEN: sandbox.tokens.user, GITHUB_API_URL: sandbox.url };
    expect((await stateOf(at)).get('state branch')).toMatchObject({ is: 'problem', exit: 'repository' });
    await git('add', '.');
    await git('commit', '-qm', 'one');
    await git('push', '-q', sandbox.gitUrlWith(sandbox.tokens.user), 'main');
    const found = await stateOf(at);
    expect(found.get('agent me')?.is).toBe('ok');
    expect(found.get('agent codex')?.is).not.toBe('problem');
    expect(found.get('git identity')).toMatchObject({ is: 'ok', says: 'A Weaver <weaver@example.com>' });
    expect(found.get('remote')).toMatchObject({ is: 'ok', says: /octo\/shop/ });
    expect(found.get('token')).toMatchObject({ is: 'ok', says: 'from GITHUB_TOKEN: it may push here' });
    expect(found.get('state branch')).toEqual({ is: 'ok', check: 'state branch', says: 'main' });
    expect(found.get('lines')).toMatchObject({ is: 'ok', says: '0 lines on main, 0 of them open' });
    expect(found.get('merger workflow')).toMatchObject({ is: 'warning', hint: /heddle init/ });
    expect(found.get('checks')?.is).toBe('warning');
    expect(found.get('task branches')).toMatchObject({ is: 'ok', says: '0 here, 0 on the remote' });
    // Straight to its address: the clone has no ref of it.
    const url = sandbox.gitUrlWith(sandbox.tokens.user);
    await git('push', '-q', url, 'main:heddle');
    expect((await stateOf(at)).get('task branches')).toMatchObject({
      is: 'problem',
      exit: 'repository',
      problem: expect.stringMatching(/GitHub has a branch heddle,/),
      hint: expect.stringContaining('gh api -X POST repos/octo/shop/branches/heddle/rename -f new_name=heddle-setup'),
    });
    await git('push', '-q', url, ':heddle', 'main:heddle/bd-e.1/1');
    expect((await stateOf(at)).get('task branches')?.is).toBe('ok');
    mkdirSync(join(at, '.beads'));
    writeFileSync(join(at, '.beads', 'issues.jsonl'), '{"id":"bd-e.1"}\n{"id":"bd-e.2",\n');
    await git('add', '.beads');
    await git('commit', '-qm', 'two');
    await git('push', '-q', url, 'main');
    expect((await stateOf(at)).get('lines')).toMatchObject({
      is: 'problem',
      problem: /^line 2 of .beads\/issues.jsonl on main/,
    });
    env = { ...env, GITHUB_TOKEN: 'nobody' };
    expect((await stateOf(at)).get('token')).toMatchObject({ is: 'problem', exit: 'access' });
  } finally {
    await sandbox.close();
  }
});
