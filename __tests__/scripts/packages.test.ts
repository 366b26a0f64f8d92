import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { missingPackages, useOwnNode } from '../../scripts/packages.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-packages-'));
  mkdirSync(join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (file: string, packages: Record<string, object>) =>
  writeFileSync(join(root, file), JSON.stringify({ packages }));
const a = { version: '1.0.0', integrity: 'sha512-a' };
const forAnotherPlatform = { version: '2.0.0', integrity: 'sha512-b', optional: true };

test('what is installed as locked is not installed again', () => {
  write('package-lock.json', { '': {}, 'node_modules/a': a, 'node_modules/b': forAnotherPlatform });
  write('node_modules/.package-lock.json', { 'node_modules/a': a });
  expect(missingPackages(root)).toEqual([]);
});

test('a package of another version than the locked one is missing', () => {
  write('package-lock.json', { 'node_modules/a': a });
  write('node_modules/.package-lock.json', { 'node_modules/a': { ...a, version: '0.9.0' } });
  expect(missingPackages(root)).toEqual(['node_modules/a']);
});

test('after an installation that was killed, all is missing', () => {
  write('package-lock.json', { 'node_modules/a': a });
  expect(missingPackages(root)).toEqual(['node_modules/a']);
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), '{"packages":{"node_mod');
  expect(missingPackages(root)).toEqual(['node_modules/a']);
});

test('a Node that came as a package does not take the place of the one that is installed', () => {
  const programs = join(root, 'node_modules', '.bin');
  mkdirSync(programs);
  for (const name of ['node', 'jest']) symlinkSync('../somewhere', join(programs, name));
  useOwnNode(root);
  expect(readdirSync(programs)).toEqual(['jest']);
  useOwnNode(root);
});
