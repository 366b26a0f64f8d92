/** What a CI waits for, so that it ends when the test says so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

export type Gate = { waiting: string; open(): Promise<void> };

const made: string[] = [];
afterAll(() => {
  for (const one of made.splice(0)) rmSync(one, { recursive: true, force: true });
});

/** `waiting` is a line of shell that ends once the gate is open. */
export function closedGate(): Gate {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-gate-'));
  made.push(folder);
  const file = join(folder, 'open');
  return {
    waiting: `turns=0; until test -e '${file}'; do test $((turns += 1)) -le 9000 || exit 1; sleep 0.1; done`,
    open: () => writeFile(file, ''),
  };
}
