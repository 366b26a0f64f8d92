import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bdEnvironment, createBeads } from '../../src/adapters/bd/beads.ts';
import { findBd } from '../../src/adapters/bd/find-bd.mjs';
import { readPlanSource } from '../../src/adapters/host/plan-source.ts';
import { blockersOf, epicOf, indexIssues } from '../../src/domain/epic.ts';
import { importedEpic, importPlan } from '../../src/import/run.ts';

const EPIC = `# Epic: Shop & "co" <b>

## Goal
Sell.

## Success Criteria
- [ ] Sold

| # | Task | Description | Dependencies |
|---|---|---|---|
| 001 | Öffnen | \`a \\| b\` | None |
| 002 | B $(touch x) | b | 001 |
| 003 | C | c | 001, 002 |
`;

let folder = '';
let bd = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'heddle-import-bd-'));
  const found = findBd(process.env);
  if (!('version' in found)) throw new Error(`${found.problem}; ${found.hint}`);
  bd = found.path;
  execFileSync('git', ['init', '-q', folder]);
  const init = ['init', '--quiet', '--non-interactive', '--prefix', 'shop', '--skip-hooks', '--skip-agents'];
  const env = bdEnvironment(process.env, { beadsDir: path.join(folder, '.beads'), actor: 'test' });
  execFileSync(bd, [...init, '--role', 'maintainer', '--stealth'], { cwd: folder, env, stdio: 'ignore' });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('what an import writes is what Beads then holds, and importing it again changes no byte of it', async () => {
  const beads = createBeads({ bd, mainWorktree: folder, actor: 'test', env: process.env });
  const file = path.join(folder, 'epic.md');
  writeFileSync(file, EPIC);
  const first = await importPlan({ beads, readSource: readPlanSource }, file, { dryRun: false });
  const before = await beads.snapshot();
  const { root, tasks } = epicOf(before, importedEpic(first) ?? '');
  expect(root).toMatchObject({
    title: 'Shop & "co" <b>',
    type: 'epic',
    description: 'Sell.',
    acceptanceCriteria: '- [ ] Sold',
  });
  expect(tasks.map(({ title, description }) => [title, description])).toEqual([
    ['Öffnen', '`a | b`'],
    ['B $(touch x)', 'b'],
    ['C', 'c'],
  ]);
  const known = indexIssues(before);
  expect(tasks.map((task) => [...blockersOf(task, known)].sort())).toEqual([
    [],
    [`${root.id}.1`],
    [`${root.id}.1`, `${root.id}.2`],
  ]);

  const lines = new Set(await beads.exportedLines());
  const second = await importPlan({ beads, readSource: readPlanSource }, file, { dryRun: false });
  expect(second.outcome).toBe('nothing to add');
  expect(new Set(await beads.exportedLines())).toEqual(lines);

  writeFileSync(file, `${EPIC}| 004 | D | d | 003 |\n`);
  await importPlan({ beads, readSource: readPlanSource }, file, { dryRun: false });
  // The count of who waits for a task is derived, and printed with it.
  const uncounted = (line: string) => line.replace(/"dependent_count":\d+/, '');
  const after = new Set((await beads.exportedLines()).map(uncounted));
  expect([...lines].map(uncounted).filter((line) => !after.has(line))).toEqual([]);
  const added = (await beads.snapshot()).filter(({ id }) => !known.has(id));
  expect(added.map(({ id, title }) => [id, title])).toEqual([[`${root.id}.4`, 'D']]);
});
