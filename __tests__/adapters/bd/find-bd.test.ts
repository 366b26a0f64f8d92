import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  bdCandidates,
  cachedBdPath,
  cacheFolder,
  checkBd,
  findBd,
  isNewEnough,
  minimumBdVersion,
} from '../../../src/adapters/bd/find-bd.mjs';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-find-bd-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that says this when it is asked for its version. */
function program(path: string, shell: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${shell}\n`, { mode: 0o755 });
  return path;
}
const answering = (version: string) => `echo '{"version":"${version}","build":"dev"}'`;
const environment = (...path: string[]) => ({ PATH: path.join(':'), HEDDLE_CACHE: join(folder, 'cache') });

test('a bd on PATH that is new enough is used before the cached one', () => {
  const env = environment(join(folder, 'none'), join(folder, 'bin'));
  const onPath = program(join(folder, 'bin', 'bd'), answering('1.4.1'));
  program(cachedBdPath(env), answering('1.3.0'));
  expect(findBd(env)).toEqual({ path: onPath, version: '1.4.1', origin: 'PATH', passedOver: [] });
});

test('a bd on PATH that is too old is not used but named, with the command that repairs it', () => {
  const env = environment(join(folder, 'bin'), join(folder, 'later'));
  const old = program(join(folder, 'bin', 'bd'), answering('0.49.0'));
  const later = program(join(folder, 'later', 'bd'), answering('1.3.0'));
  const found = findBd(env);
  expect(found).toMatchObject({ path: later, version: '1.3.0' });
  expect(found.passedOver).toMatchObject([
    { path: old, tooOld: true, problem: expect.stringContaining(`${old} is version 0.49.0`) },
  ]);
  expect(found.passedOver[0]?.hint).toContain('`npm i -g @beads/bd@1.3.0`');
});

test('when nothing is good enough, the first bd that was found is the problem', () => {
  const old = program(join(folder, 'bin', 'bd'), answering('1.2.2'));
  program(join(folder, 'later', 'bd'), 'exit 1');
  const env = environment(join(folder, 'bin'), join(folder, 'later'));
  // A checkout whose setup has downloaded npm's bd has a good one; then there is no problem to name.
  if (bdCandidates(env).some(({ origin }) => origin === 'npm')) return;
  expect(findBd(env)).toMatchObject({
    problem: `${old} is version 1.2.2, and Heddle needs 1.3.0 or newer`,
    hint: expect.stringContaining('`npm i -g @beads/bd@1.3.0`'),
  });
});

test('HEDDLE_BD is an order: nothing else is tried', () => {
  program(join(folder, 'bin', 'bd'), answering('1.3.0'));
  const env = { ...environment(join(folder, 'bin')), HEDDLE_BD: join(folder, 'mine') };
  expect(findBd(env)).toMatchObject({ problem: expect.stringContaining('cannot be started') });
  expect(findBd(env)).toMatchObject({ hint: expect.stringContaining('`npm i -g @beads/bd@1.3.0`') });
  program(join(folder, 'mine'), answering('1.3.0'));
  expect(findBd(env)).toMatchObject({ path: join(folder, 'mine'), origin: 'HEDDLE_BD' });
});

test("npm's wrapper on PATH is passed by, and the program beside it called", () => {
  const real = program(join(folder, 'lib', 'bd'), answering('1.3.0'));
  program(join(folder, 'lib', 'bd.js'), 'exit 1');
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(folder, 'lib', 'bd.js'), join(folder, 'bin', 'bd'));
  expect(findBd(environment(join(folder, 'bin')))).toMatchObject({ path: real, origin: 'PATH' });
});

test('a warning before the answer does not hide it', () => {
  const path = program(join(folder, 'bd'), `echo 'warning: odd folder'; ${answering('1.3.0')}`);
  expect(checkBd(path, {})).toEqual({ version: '1.3.0' });
});

test('a bd that hangs is given up', () => {
  const path = program(join(folder, 'bd'), 'exec /bin/sleep 600');
  expect(checkBd(path, {}, 200)).toMatchObject({ why: expect.stringContaining('gave no answer') });
});

test('another program that happens to be called bd is told from Beads', () => {
  const path = program(join(folder, 'bd'), 'echo "unknown command" >&2; exit 2');
  expect(checkBd(path, {})).toMatchObject({ why: expect.stringContaining('exit 2: unknown command'), tooOld: false });
});

test('what setup builds and downloads is the version that is asked for', () => {
  const root = join(fileURLToPath(import.meta.url), '..', '..', '..', '..');
  const goMod = readFileSync(join(root, 'tools', 'bd', 'go.mod'), 'utf8');
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  expect(/github\.com\/steveyegge\/beads v(\S+)/.exec(goMod)?.[1]).toBe(minimumBdVersion);
  expect(lock.packages['node_modules/@beads/bd'].version).toBe(minimumBdVersion);
});

test.each([
  ['1.3.0', true],
  ['v1.3.0', true],
  ['1.10.0', true],
  ['2.0.0', true],
  ['1.2.9', false],
  ['0.99.9', false],
  ['1.3.0-rc.1', false],
  ['1.3.1-rc.1', true],
  ['dev', false],
])('version %s is new enough: %s', (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});

test('the cache is where the platform keeps caches, unless it is told otherwise', () => {
  expect(cacheFolder({ HOME: '/h' }, 'linux')).toBe('/h/.cache/heddle');
  expect(cacheFolder({ HOME: '/h' }, 'darwin')).toBe('/h/Library/Caches/heddle');
  expect(cacheFolder({ HOME: '/h', XDG_CACHE_HOME: '/x' }, 'linux')).toBe('/x/heddle');
  expect(cacheFolder({ HOME: '/h', XDG_CACHE_HOME: '/x', HEDDLE_CACHE: '/c' }, 'linux')).toBe('/c');
});
