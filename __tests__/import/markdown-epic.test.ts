import { expect, test } from '@jest/globals';
import type { PlannedEpic, Remark } from '../../src/import/epic.ts';
import { parseEpic } from '../../src/import/markdown-epic.ts';

const HEAD = '# Epic: Accounts\n\n## Task Breakdown\n\n| # | Task | Description | Dependencies |\n|---|---|---|---|\n';

function epic(text: string): PlannedEpic {
  const parsed = parseEpic({ path: 'epic.md', text });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.ok;
}

function problems(text: string): readonly string[] {
  const parsed = parseEpic({ path: 'epic.md', text });
  const found: readonly Remark[] = 'problems' in parsed ? parsed.problems : [];
  return found.map(({ path, line, message }) => `${path}:${line}: ${message}`);
}

test('title, goal, success criteria and the rows of the table become the epic and its tasks', () => {
  const read = epic(
    `# Epic: Accounts\n\n## Goal\nPeople sign in.\n\n## Success Criteria\n- [ ] It works\n- [x] It is fast\n\n${HEAD.slice(HEAD.indexOf('## Task'))}| 001 | Add a store | Keeps users | None |\n| 002 | Add a form | Asks | 001 |\n| 003 | Join | Both | 001, 002 |\n`,
  );
  expect(read.title).toBe('Accounts');
  expect(read.description).toBe('People sign in.');
  expect(read.acceptanceCriteria).toBe('- [ ] It works\n- [x] It is fast');
  expect(
    read.tasks.map(({ number, title, description, dependsOn, at }) => ({
      number,
      title,
      description,
      dependsOn,
      line: at.line,
    })),
  ).toEqual([
    { number: 1, title: 'Add a store', description: 'Keeps users', dependsOn: [], line: 14 },
    { number: 2, title: 'Add a form', description: 'Asks', dependsOn: [1], line: 15 },
    { number: 3, title: 'Join', description: 'Both', dependsOn: [1, 2], line: 16 },
  ]);
});

test('sections that nobody asked for by name stay in the description, with their headings', () => {
  const read = epic(
    `${HEAD}| 1 | A | | - |\n\nDo the store first.\n\n## Background\nOld story.\n\n### More\n\n\`\`\`sh\n# no heading\n\`\`\`\n`,
  );
  expect(read.description).toBe(
    'Do the store first.\n\n## Background\n\nOld story.\n\n### More\n\n```sh\n# no heading\n```',
  );
});

test.each([
  ['None', []],
  ['none (can start now)', []],
  ['', []],
  ['-', []],
  ['—', []],
  ['n/a', []],
  ['`001`', [1]],
  ['#1', [1]],
  ['T1', [1]],
  ['Task 001', [1]],
  ['001 (the store), 2', [1, 2]],
  ['1 and 2', [1, 2]],
  ['1; 2 & 3', [1, 2, 3]],
  ['[001](001-store.md), [002](x)', [1, 2]],
  ['001-add-store.md', [1]],
  ['1-3', [1, 2, 3]],
  ['1<br>2', [1, 2]],
  ['2, 1, 2', [2, 1]],
  ['(001)', [1]],
  ['(1, 2)', [1, 2]],
  ['(none)', []],
  ['**1**', [1]],
])('the dependencies %j are understood', (cell, expected) => {
  const rows = [1, 2, 3].map((number) => `| ${number} | T${number} |  | None |\n`).join('');
  expect(epic(`${HEAD}${rows}| 9 | Last | | ${cell} |\n`).tasks.at(-1)?.dependsOn).toEqual(expected);
});

test.each(['soon', '(soon)', '1.2', 'TBD', 'the store', '3-1', '1, later'])(
  'the dependencies %j are refused rather than guessed',
  (cell) => {
    const rows = [1, 2, 3].map((number) => `| ${number} | T${number} |  | None |\n`).join('');
    expect(problems(`${HEAD}${rows}| 9 | Last | | ${cell} |\n`)).toEqual([
      expect.stringMatching(/^epic\.md:10: expected task numbers such as `001, 002` or `None` as dependencies, got "/),
    ]);
  },
);

test('the order, the case and the company of the columns make no difference', () => {
  const read = epic(
    '# epic - Accounts\n\n### 2. TASK BREAKDOWN:\n\n| Owner | DEPENDS ON | Title | No. | Details |\n|---|---|---|---|---|\n| me | - | One | 001 | d |\n| me | 1 | Two | 002 | e |\n',
  );
  expect(
    read.tasks.map(({ number, title, description, dependsOn }) => [number, title, description, dependsOn]),
  ).toEqual([
    [1, 'One', 'd', []],
    [2, 'Two', 'e', [1]],
  ]);
});

test('links, code and escaped bars in cells are kept in the description and plain in the title', () => {
  const [task] = epic(
    `${HEAD}| 1 | **Add** [a \`parser\`](p.md) | Reads \`a \\| b\`, see [x](y)<br>and more | None |\n`,
  ).tasks;
  expect(task?.title).toBe('Add a parser');
  expect(task?.description).toBe('Reads `a | b`, see [x](y)\nand more');
});

test('several tables in the breakdown, one for each stage, are one list of tasks', () => {
  const table = (row: string) => `| # | Task | Description | Dependencies |\n|---|---|---|---|\n${row}\n`;
  const read = epic(
    `# Epic: A\n\n## Tasks\n\n### Stage 1\n${table('| 1 | A | | - |')}\n### Stage 2\n${table('| 2 | B | | 1 |')}`,
  );
  expect(read.tasks.map(({ number }) => number)).toEqual([1, 2]);
  expect(read.description).toBe('');
});

test('a Status column, a ticked number and a ticked list of titles say what is done', () => {
  const read = epic(
    '# Epic: A\n\n- [x] 004 Four\n- [x] 5 reviewers agreed\n\n| # | Task | Dependencies | Status |\n|---|---|---|---|\n| 1 | One | - | ✅ Done |\n| [x] 2 | Two | - | |\n| 3 | Three | - | not done |\n| 4 | Four | - | |\n| 5 | Five | - | |\n',
  );
  expect(read.tasks.filter(({ done }) => done).map(({ number }) => number)).toEqual([1, 2, 4]);
});

test.each([
  ['- [x] **The `parser`**', true],
  ['- [x] [1](001.md): The parser', true],
  ['- [X] ~~1. The parser~~', true],
  ['- [x] The parser\n  and a note', true],
  ['- [x] The parser  \n  and a note', true],
  ['1. Stage\n   - [x] the  parser', true],
  ['- [ ] The parser', false],
  ['- [x] 2 The parser', false],
  ['- [x] The parser of lines', false],
  ['- [x]', false],
])('the list %j ticks task 1, The parser: %j', (list, done) => {
  const read = epic(`# Epic: A\n\n${list}\n\n| # | Task | Dependencies |\n|---|---|---|\n| 1 | The parser | - |\n`);
  expect(read.tasks[0]?.done).toBe(done);
});

test('Windows line ends and front matter change neither what is read nor the line numbers', () => {
  const text = `---\ntitle: x\ncreated: today\n---\n${HEAD}| 1 | A | | 7 |\n`;
  expect(problems(text.replaceAll('\n', '\r\n'))).toEqual([
    'epic.md:11: task 001 depends on 007, and there is no such task',
  ]);
});

test('everything that is wrong is told at once, each with its line', () => {
  expect(
    problems(
      `${HEAD}| 1 | Same | | 9 |\n| 1 | Other | | - |\n| 3 | same  | | 3 |\n| four | Four | | - |\n| 5 |  | | - |\n| 6 | Six | a | b | c |\n`,
    ),
  ).toEqual([
    'epic.md:7: task 001 depends on 009, and there is no such task',
    'epic.md:8: task 001 is there already, in line 7',
    'epic.md:9: the title "same" is there already, in line 7',
    'epic.md:9: task 003 depends on itself',
    'epic.md:10: expected a task number such as 001, got "four"',
    'epic.md:11: expected a title, got an empty cell',
    'epic.md:12: expected 4 cells, got 5; write a | inside of a cell as \\|',
    'epic.md:12: expected task numbers such as `001, 002` or `None` as dependencies, got "b"',
  ]);
});

test('a circle is told with its way round and the line of its first task', () => {
  expect(problems(`${HEAD}| 1 | A | | 3 |\n| 2 | B | | 1 |\n| 3 | C | | 2 |\n| 4 | D | | 1 |\n`)).toEqual([
    'epic.md:7: the dependencies go round in a circle: 001 -> 003 -> 002 -> 001',
  ]);
});

test('a file without a title, without a table or without a column of dependencies is refused', () => {
  expect(problems('## Goal\n')).toEqual([
    'epic.md:1: expected a heading `# Epic: TITLE`',
    'epic.md:1: expected a table `| # | Task | Description | Dependencies |` with a row for each task',
  ]);
  expect(problems('# Epic: A\n\n## Task Breakdown\n\n| # | Task |\n| 1 | A |\n')).toEqual([
    expect.stringContaining('epic.md:3: expected a table'),
  ]);
  expect(problems('# Epic: A\n\n| # | Task |\n|---|---|\n| 1 | A |\n')).toEqual([
    'epic.md:3: expected a column `Dependencies`; write `None` in it for a task that waits for nothing',
  ]);
});

test('two epics in one file are refused', () => {
  expect(problems(`${HEAD}| 1 | A | | - |\n\n# Epic: B\n`)).toEqual([
    'epic.md:9: a second epic begins here; give each epic its own file',
  ]);
});
