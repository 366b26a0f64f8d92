/** Where the token comes from, and how often `gh` is asked for it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { examine } from '../../src/doctor/examine.ts';
import { openCheckout } from '../../src/wiring/checkout.ts';
import { doctorReaders } from '../../src/wiring/doctor.ts';
import type { Environment } from '../../src/wiring/environment.ts';
import { openForge } from '../../src/wiring/forge.ts';
import { tokenFinder } from '../../src/wiring/token.ts';

let folder = '';
let env: Environment = {};
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-token-')));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(
    join(folder, 'bin', 'gh'),
    '#!/bin/sh\ntest "$1" = auth || exit 1\necho "$@" >> "$HOME/asked"\ntest "$4" = none.example || echo "of-$4"\n',
    { mode: 0o755 },
  );
  env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function asked(): string[] {
  const at = join(folder, 'asked');
  return existsSync(at) ? readFileSync(at, 'utf8').trimEnd().split('\n') : [];
}

/** On a port where nobody answers. */
function clone(): string {
  const at = join(folder, 'shop');
  execFileSync('git', ['init', '-q', '-b', 'main', at]);
  execFileSync('git', ['-C', at, 'remote', 'add', 'origin', 'http://127.0.0.1:1/octo/shop.git']);
  return at;
}

test('what the environment says is taken, GITHUB_TOKEN first, and gh is not asked', async () => {
  const both = { ...env, GH_TOKEN: 'two', GITHUB_TOKEN: 'one' };
  expect(await tokenFinder(both)('https://github.com/o/r')).toBe('one');
  expect(await tokenFinder({ ...both, GITHUB_TOKEN: '' })('https://github.com/o/r')).toBe('two');
  expect(asked()).toEqual([]);
});

test('gh is asked for the host of the remote, once for each, also where it has no token', async () => {
  const find = tokenFinder(env);
  const urls = [
    'https://github.com/o/r',
    'git@github.com:o/r.git',
    'ssh://git@ghe.example:22/o/r',
    'https://none.example/o/r',
  ];
  for (const url of [...urls, ...urls]) await find(url);
  expect(await find('https://github.com/o/r')).toBe('of-github.com');
  expect(await find('https://none.example/o/r')).toBeUndefined();
  expect(asked()).toEqual(['github.com', 'ghe.example', 'none.example'].map((host) => `auth token --hostname ${host}`));
});

test('without gh there is no token, and no error', async () => {
  rmSync(join(folder, 'bin', 'gh'));
  expect(await tokenFinder({ ...env, PATH: join(folder, 'bin') })('https://github.com/o/r')).toBeUndefined();
});

test('a command asks gh once, for git and for the API together', async () => {
  const { token } = await openForge(await openCheckout(clone(), env));
  expect(token).toBe('of-127.0.0.1');
  expect(asked()).toEqual(['auth token --hostname 127.0.0.1']);
});

test('the doctor, which opens the checkout anew with the configuration that it has read, asks gh once too', async () => {
  const found = await examine(doctorReaders(clone(), env));
  expect(found.find(({ check }) => check === 'remote')).toMatchObject({ is: 'ok' });
  expect(asked()).toEqual(['auth token --hostname 127.0.0.1']);
});
