import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { demoEpicMarkdown } from '../../demo/epic.ts';
import { demoSolutions } from '../../demo/solutions.ts';
import { parseEpic } from '../../src/import/markdown-epic.ts';
import { openWorkshop, promptFor, type Workshop } from './workshop.ts';

let workshop: Workshop;
beforeEach(() => {
  workshop = openWorkshop();
});
afterEach(() => {
  workshop.close();
});

const parsed = parseEpic({ path: 'epic.md', text: demoEpicMarkdown });
const tasks = 'ok' in parsed ? parsed.ok.tasks : [];

test('the epic is one root, three tasks in parallel, one that joins them, and a chain', () => {
  expect(tasks.map(({ number, dependsOn }) => [number, dependsOn])).toEqual([
    [1, []],
    [2, [1]],
    [3, [1]],
    [4, [1]],
    [5, [2, 3, 4]],
    [6, [5]],
    [7, [6]],
    [8, [7]],
    [9, [8]],
  ]);
});

test('the agent knows every task of the epic by its title, and no title is part of another', () => {
  expect(demoSolutions.map(({ number, title }) => [number, title])).toEqual(
    tasks.map(({ number, title }) => [number, title]),
  );
  for (const { title } of tasks) expect(tasks.filter((other) => other.title.includes(title))).toHaveLength(1);
});

test('at the start `npm test` passes, and each of the nine tests that wait fails', () => {
  expect(workshop.npmTest().status).toBe(0);
  expect(workshop.npmTest('--all').status).toBe(1);
  for (const { test: name } of demoSolutions)
    expect([name, workshop.runTest(`pending/${name}`).status]).toEqual([name, 1]);
});

test('with each task done on top of its blockers alone, `npm test` passes, and at the end all tests do', () => {
  for (const { number, dependsOn } of tasks) {
    const branch = `task-${number}`;
    workshop.git('checkout', '--quiet', '-b', branch, dependsOn.length === 0 ? 'main' : `task-${dependsOn[0]}`);
    // What else it depends on is merged in, as the base would have it; a conflict would throw.
    for (const other of dependsOn.slice(1)) workshop.git('merge', '--quiet', '--no-edit', `task-${other}`);
    expect(workshop.agent(promptFor(number, dependsOn)).status).toBe(0);
    workshop.commitRest(branch);
    const { status, stdout } = workshop.npmTest();
    expect([number, status, status === 0 ? '' : stdout]).toEqual([number, 0, '']);
  }
  expect(workshop.npmTest('--all').status).toBe(0);
  expect(workshop.git('ls-files', 'pending')).toBe('');
  expect(workshop.git('ls-files', 'tests').split('\n')).toHaveLength(10);
});

test('the three parallel tasks merge into one base in any order, without a conflict', () => {
  workshop.agent(promptFor(1));
  workshop.commitRest('1');
  workshop.git('branch', 'base');
  for (const number of [2, 3, 4]) {
    workshop.git('checkout', '--quiet', '-b', `task-${number}`, 'base');
    workshop.agent(promptFor(number, [1]));
    workshop.commitRest(`${number}`);
  }
  const orders = [
    [2, 3, 4],
    [4, 3, 2],
    [3, 4, 2],
  ];
  for (const order of orders) {
    workshop.git('checkout', '--quiet', '--detach', 'base');
    for (const number of order) workshop.git('merge', '--quiet', '--no-edit', '--no-ff', `task-${number}`);
    expect(workshop.npmTest().status).toBe(0);
  }
});

test('a module whose test was left in pending/ is red, and so is one without a test', () => {
  writeFileSync(path.join(workshop.project, 'src/parse.js'), 'export const parse = () => [];\n');
  expect(workshop.npmTest().status).toBe(1);
  renameSync(path.join(workshop.project, 'src/parse.js'), path.join(workshop.project, 'src/other.js'));
  expect(workshop.npmTest().status).toBe(1);
});
