import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readPlanSource } from '../../src/adapters/host/plan-source.ts';
import { sayImport } from '../../src/import/messages.ts';
import { importPlan } from '../../src/import/run.ts';
import { memoryBeads } from './memory-beads.ts';

const EPIC =
  '# Epic: Shop\n\n## Goal\nSell.\n\n| # | Task | Description | Dependencies |\n|---|---|---|---|\n| 001 | A | a | None |\n| 002 | B | b | 001 |\n';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'heddle-import-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function write(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

test('a first run makes one call to Beads, a second run none, and both say so', async () => {
  const file = await write('epic.md', EPIC);
  const beads = memoryBeads('shop');
  const first = await importPlan({ beads, readSource: readPlanSource }, file, { dryRun: false });
  const second = await importPlan({ beads, readSource: readPlanSource }, file, { dryRun: false });
  expect(beads.imports).toHaveLength(1);
  expect(beads.issues.map(({ title }) => title)).toEqual(['Shop', 'A', 'B']);
  const id = beads.issues[0]?.id ?? '';
  expect(sayImport(first)).toEqual({
    stdout: [
      `Imported 2 tasks of "Shop" as ${id}.`,
      `  ${id}.1\t001\tA`,
      `  ${id}.2\t002\tB`,
      `Next: heddle spawn --epic ${id}`,
    ],
    stderr: [],
    exit: 'done',
  });
  expect(sayImport(second).stdout).toEqual([
    `Nothing to import: ${id} has all of "Shop" already (2 tasks).`,
    `Next: heddle spawn --epic ${id}`,
  ]);
});

test('a dry run says what the run would do, and writes nothing', async () => {
  const file = await write('epic.md', EPIC);
  const beads = memoryBeads('shop');
  const said = sayImport(await importPlan({ beads, readSource: readPlanSource }, file, { dryRun: true }));
  expect(beads.imports).toEqual([]);
  expect(said.stdout[0]).toMatch(/^Would import 2 tasks of "Shop" as shop-[a-z0-9]{4}\.$/);
  expect(said.stdout.at(-1)).toBe('Nothing was written. Without --dry-run, it is.');
});

test('an added row is imported into the epic that is there, and what else changed is told', async () => {
  const beads = memoryBeads('shop');
  await importPlan({ beads, readSource: readPlanSource }, await write('epic.md', EPIC), { dryRun: false });
  const id = beads.issues[0]?.id ?? '';
  const file = await write('epic.md', `${EPIC.replace('| B |', '| Bee |')}| 003 | C | c | 002 |\n`);
  const said = sayImport(await importPlan({ beads, readSource: readPlanSource }, file, { dryRun: false }));
  expect(said.stdout).toEqual([
    `Imported 1 task of "Shop" into ${id}; 2 tasks there already.`,
    `  ${id}.3\t003\tC`,
    `Next: heddle spawn --epic ${id}`,
  ]);
  expect(said.stderr).toEqual([`Note: ${id}.2 is called "B" in Beads and "Bee" in the file; Beads was left as it is.`]);
});

test('a .plan folder takes its name from the folder around it, and only what is open', async () => {
  await write('shop/.plan/001-open-door.md', '- [x] one\n- [x] two\n');
  await write('shop/.plan/002-sell.md', 'Depends on: 001\n');
  await write('shop/.plan/done/003-rent.md', '');
  const beads = memoryBeads('shop');
  await importPlan({ beads, readSource: readPlanSource }, `${path.join(folder, 'shop/.plan')}/`, { dryRun: false });
  expect(beads.issues.map(({ title, parent, dependencies }) => [title, parent, dependencies])).toEqual([
    ['shop', undefined, []],
    ['Sell', beads.issues[0]?.id, []],
  ]);
});

test('a broken file is refused with file and line, and nothing is written', async () => {
  const file = await write('epic.md', EPIC.replace('| 001 |\n', '| 007 |\n'));
  const beads = memoryBeads('shop');
  const said = sayImport(await importPlan({ beads, readSource: readPlanSource }, file, { dryRun: false }));
  expect(beads.imports).toEqual([]);
  expect(said).toEqual({
    stdout: [],
    stderr: [
      'Error: Nothing was imported, because of a problem:',
      `  ${file}:9: task 002 depends on 007, and there is no such task`,
      'Hint: Fix the lines named above and run the same command again.',
    ],
    exit: 'config',
  });
});

test('a path that is not there is one sentence', async () => {
  const outcome = await importPlan({ beads: memoryBeads(), readSource: readPlanSource }, 'no/such.md', {
    dryRun: false,
  });
  expect(sayImport(outcome).stderr[0]).toBe('Error: no/such.md cannot be read: there is no such file or folder.');
});
