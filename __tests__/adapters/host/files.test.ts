import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { files } from '../../../src/adapters/host/files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a log', () => {
  test('leaves out what is beyond its limit, and says how much', () => {
    const path = join(folder, 'deep/a.log');
    const log = files.openLog(path, 10);
    for (const line of ['one', 'two', 'three', 'four']) log.line(line);
    log.close();
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n(2 more lines were left out: the log is full)\n');
  });

  test('goes on where an earlier one of the same file has ended', () => {
    const path = join(folder, 'a.log');
    for (const line of ['one', 'two']) {
      const log = files.openLog(path, 100);
      log.line(line);
      log.close();
    }
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  // Every write to this device fails as on a full disk.
  test('on a full disk a log loses its lines, and nobody stumbles over it', () => {
    const log = files.openLog('/dev/full', 1000);
    log.line('one');
    log.line('two');
    log.close();
  });
});

test('a file is written whole or not at all, and half of it is never left behind', async () => {
  const path = join(folder, 'a.txt');
  await files.write(path, 'old\n');
  await files.write(path, 'new\n');
  expect(readFileSync(path, 'utf8')).toBe('new\n');
  await files.write(join(folder, 'b/c.txt'), 'in the way\n');
  await expect(files.write(join(folder, 'b'), 'new\n')).rejects.toThrow();
  expect(readdirSync(folder).sort()).toEqual(['a.txt', 'b']);
});
