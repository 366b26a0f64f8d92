import { expect, test } from '@jest/globals';
import type { PlannedEpic } from '../../src/import/epic.ts';
import { parsePlanFolder } from '../../src/import/plan-folder.ts';

function parse(files: Record<string, string>) {
  const list = Object.entries(files).map(([name, text]) => ({ path: `.plan/${name}`, text }));
  return parsePlanFolder({ kind: 'folder', path: '.plan', name: 'shop', files: list });
}

function epic(files: Record<string, string>): PlannedEpic {
  const parsed = parse(files);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.ok;
}

function problems(files: Record<string, string>): readonly string[] {
  const parsed = parse(files);
  return 'problems' in parsed ? parsed.problems.map(({ path, line, message }) => `${path}:${line}: ${message}`) : [];
}

test('number and title come from the file name, or the title from its first heading', () => {
  const read = epic({
    '002_sell-things.md': '',
    '001-add-parser.md': '# Task 001: Add the parser\n\nReads lines.',
    'task-3.md': '# Third',
  });
  expect(read.title).toBe('shop');
  expect(read.tasks.map(({ number, title, description }) => [number, title, description])).toEqual([
    [1, 'Add the parser', 'Reads lines.'],
    [2, 'Sell things', ''],
    [3, 'Third', ''],
  ]);
});

test.each([
  ['**Status:** Done', true],
  ['Status: completed (May)', true],
  ['- Status: ✅ shipped', true],
  ['> **Status**: cancelled', true],
  ['Priority: high | Status: closed', true],
  ['## Status\n\nDone', true],
  ['---\nstatus: closed\n---\n\n# A', true],
  ['---\ntitle: Task 1: The parser\nstatus: closed\n---\n', true],
  ['- [x] one\n- [X] two', true],
  ['Status: in progress', false],
  ['Status: not done', false],
  ['Status: open\n\n- [x] one', false],
  ['- [x] one\n- [ ] two', false],
  ['```\nStatus: done\n```', false],
  ['', false],
])('a task file that says %j is done: %j', (text, done) => {
  expect(epic({ '001-a.md': text }).tasks.map((task) => task.done)).toEqual([done]);
});

test.each([
  ['- [x] one\n  - [x] two', true],
  ['- [x] one\n  - [ ] two', false],
  ['> 1. [x] one', true],
  ['- [x] **one**', true],
  ['---\nWords:\n- [x] one', true],
  ['- [x]', false],
  ['<!--\n- [x] one\n-->', false],
  ['- Tick it so:\n\n  ```\n  - [x] one\n  ```', false],
  ['Words\n    - [x] one', false],
])('the checkboxes of a task file are those that GitHub shows: %j makes it done: %j', (text, done) => {
  expect(epic({ '001-a.md': text }).tasks.map((task) => task.done)).toEqual([done]);
});

test('two rulers with prose between them are no front matter', () => {
  const [task] = epic({ '001-a.md': '---\n\nWords, not keys.\n\n---\n\n# A\n' }).tasks;
  expect(task).toMatchObject({ title: 'A', description: 'Words, not keys.' });
});

test('front matter is no text of the task, and what is wrong in it has its line', () => {
  const text = '---\n\nowner: me\ndepends_on: 9\n---\n# B\n\nWords.\n';
  expect(epic({ '001-a.md': text.replace('9', 'none') }).tasks[0]).toMatchObject({ title: 'B', description: 'Words.' });
  expect(problems({ '001-a.md': text })).toEqual([
    '.plan/001-a.md:4: task 001 depends on 009, and there is no such task',
  ]);
});

test('a status that contradicts the checkboxes wins, with a remark', () => {
  const read = epic({ '001-a.md': '# A\n\nStatus: done\n\n- [x] one\n- [ ] two\n' });
  expect(read.tasks[0]?.done).toBe(true);
  expect(read.remarks).toEqual([
    { path: '.plan/001-a.md', line: 3, message: 'taken as done by its status, with 1 of 2 checkboxes ticked' },
  ]);
});

test.each([
  'Depends on: 001, 002',
  '**Dependencies:** #1 and #2',
  'Dependencies:\n- 001 (the parser, really)\n- 002: Sell, buy, and rent',
  'Depends on:\n001-a.md, 002-b.md',
  '## Dependencies\n\n- [x] Task 001\n- [ ] [002](002-b.md)',
  '---\ndepends_on: [001, 002]\n---\n',
  '---\ndepends_on: #1, #2\n---\n',
  '---\ndepends_on:\n  - 001\n  - 002\n---\n',
  '**Blocked by**: 1-2',
])('the dependencies in %j are understood', (text) => {
  expect(epic({ '001-a.md': '', '002-b.md': '', '003-c.md': text }).tasks.at(-1)?.dependsOn).toEqual([1, 2]);
});

test('an ordered list of dependencies is not mistaken for its own numbering', () => {
  expect(problems({ '001-a.md': '', '003-c.md': '# C\n\nDepends on:\n1. 001\n' })).toHaveLength(1);
});

test('the text of a task is kept by its sections, without the lines that Beads knows better', () => {
  const [task] = epic({
    '001-a.md':
      '# A\n\n**Status:** open\n**Priority:** high\nDepends on: none\n\n## Description\nWhat.\n\n## Acceptance Criteria\n- [ ] ok\n\n## Technical approach\nHow.\n\n## Notes\nWhy.\n\n## Links\n- x\n',
  }).tasks;
  expect(task).toMatchObject({
    description: '**Priority:** high\n\nWhat.\n\n## Links\n\n- x',
    acceptanceCriteria: '- [ ] ok',
    design: 'How.',
    notes: 'Why.',
  });
});

test('an overview gives title, goal, and what the task files leave open', () => {
  const read = epic({
    'epic.md':
      '# Epic: The shop\n\n## Goal\nSell.\n\n- [x] 002-b.md\n\n| # | Task | Dependencies | Status |\n|---|---|---|---|\n| 1 | A | - | |\n| 3 | Sea | 1 | |\n| 4 | Dee | 3 | done |\n',
    'README.md': '# Plans',
    '001-a.md': 'Words.',
    '002-b.md': '',
    '003-c.md': '# C',
  });
  expect(read.title).toBe('The shop');
  expect(read.description).toContain('Sell.');
  expect(read.tasks.map(({ number, title, dependsOn, done }) => [number, title, dependsOn, done])).toEqual([
    [1, 'A', [], false],
    [2, 'B', [], true],
    [3, 'C', [1], false],
    [4, 'Dee', [3], true],
  ]);
  expect(read.remarks.map(({ path }) => path)).toEqual(['.plan/README.md']);
});

test('a ticked line speaks of the file that it names in its first line', () => {
  const overview = (list: string) => ({ 'epic.md': `# Epic: A\n\n${list}\n`, '001-a.md': '# A' });
  expect(epic(overview('- [x] [A](./001-a.md)\n  by me')).tasks[0]?.done).toBe(true);
  expect(epic(overview('- [x] Agreed\n  on 001-a.md')).tasks[0]?.done).toBe(false);
});

test('what lies in a folder for done tasks is done; other files are named and not read', () => {
  const read = epic({ 'done/001-a.md': '', '002-b.md': 'Depends on: 1', 'ideas.md': '', '2024-11-02-meeting.md': '' });
  expect(read.tasks.map(({ number, done }) => [number, done])).toEqual([
    [1, true],
    [2, false],
  ]);
  expect(read.remarks.map(({ path }) => path)).toEqual(['.plan/2024-11-02-meeting.md', '.plan/ideas.md']);
});

test('problems name the task file and its line', () => {
  expect(
    problems({ '001-a.md': '# Same\n\nDepends on: 2\n', '002-b.md': '# Same\n\nDepends on: 1, 9\n', '2-c.md': '# C' }),
  ).toEqual([
    '.plan/001-a.md:3: the dependencies go round in a circle: 001 -> 002 -> 001',
    '.plan/002-b.md:1: the title "Same" is there already, in .plan/001-a.md:1',
    '.plan/002-b.md:3: task 002 depends on 009, and there is no such task',
    '.plan/2-c.md:1: task 002 is there already, in .plan/002-b.md:1',
  ]);
});

test('a folder of several plans is refused with their names', () => {
  expect(problems({ 'auth/001-a.md': '', 'shop/001-a.md': '' })).toEqual([
    '.plan:1: expected task files with a number and a name, such as 001-add-parser.md; there are some in auth, shop: import each of these folders by itself',
  ]);
});
