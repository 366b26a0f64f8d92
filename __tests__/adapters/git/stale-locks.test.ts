import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { removeLock } from '../../../src/adapters/git/stale-locks.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-locks-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a lock goes; one that is not there, or whose folder is a file as where git keeps refs in a table, is no error', async () => {
  const heads = join(folder, 'heads');
  writeFileSync(heads, 'this repository uses the reftable format\n');
  await removeLock(join(heads, 'heddle/bd-e.1/1.lock'));
  await removeLock(join(folder, 'none.lock'));
  writeFileSync(join(folder, 'a.lock'), '');
  await removeLock(join(folder, 'a.lock'));
  expect(existsSync(join(folder, 'a.lock'))).toBe(false);
  expect(existsSync(heads)).toBe(true);
});
