import { expect, test } from '@jest/globals';
import { issueId } from '../../src/domain/ids.ts';
import type { Issue } from '../../src/domain/issue.ts';
import type { PlannedEpic } from '../../src/import/epic.ts';
import { parseEpic } from '../../src/import/markdown-epic.ts';
import { type ImportPlan, planImport } from '../../src/import/plan.ts';
import { issuesFrom } from './memory-beads.ts';

const HEAD = '# Epic: Accounts\n\n| # | Task | Description | Dependencies | Status |\n|---|---|---|---|---|\n';
const ROWS = '| 1 | One | a | - | |\n| 2 | Two | b | 1 | |\n| 3 | Three | c | 1, 2 | |\n';

function epic(text: string): PlannedEpic {
  const parsed = parseEpic({ path: 'epic.md', text });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.ok;
}

function plan(text: string, existing: readonly Issue[] = [], prefix = 'bd'): ImportPlan {
  const planned = planImport(epic(text), existing, prefix);
  if ('problems' in planned) throw new Error(JSON.stringify(planned.problems));
  return planned.plan;
}

function edges(lines: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    issuesFrom(lines).map(({ id, dependencies }) => [
      id.slice(id.indexOf('.')),
      dependencies.flatMap(({ on, type }) => (type === 'blocks' ? [on.slice(on.indexOf('.'))] : [])),
    ]),
  );
}

test('the epic comes first, its tasks below it by their numbers, with their edges', () => {
  const { lines, epic: id } = plan(HEAD + ROWS);
  const issues = issuesFrom(lines);
  expect(id).toMatch(/^bd-[a-z0-9]{4}$/);
  expect(issues.map((issue) => [issue.id, issue.type, issue.title, issue.parent])).toEqual([
    [id, 'epic', 'Accounts', undefined],
    [`${id}.1`, 'task', 'One', id],
    [`${id}.2`, 'task', 'Two', id],
    [`${id}.3`, 'task', 'Three', id],
  ]);
  expect(edges(lines.slice(1))).toEqual({ '.1': [], '.2': ['.1'], '.3': ['.1', '.2'] });
  expect(issues.every(({ metadata, status }) => status === 'open' && Object.keys(metadata).length === 0)).toBe(true);
});

test('done tasks are left out, and nothing waits for them', () => {
  const { lines, skippedDone } = plan(`${HEAD}| 1 | One | a | - | done |\n| 2 | Two | b | 1 | |\n`);
  expect(edges(lines.slice(1))).toEqual({ '.2': [] });
  expect(skippedDone).toEqual([{ number: 1, title: 'One' }]);
});

test('an epic whose tasks are all done is not made', () => {
  expect(plan(`${HEAD}| 1 | One | a | - | done |\n`).lines).toEqual([]);
});

test('a second run over the same file has nothing to add, whatever has become of the tasks', () => {
  const first = issuesFrom(plan(HEAD + ROWS).lines);
  const later = first.map((issue, index) =>
    index === 1 ? { ...issue, status: 'closed', metadata: { round: 2 } } : issue,
  );
  for (const existing of [first, later]) {
    const again = plan(HEAD + ROWS, existing);
    expect(again.lines).toEqual([]);
    expect(again.present.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(again.differences).toEqual([]);
  }
});

test('a row that was added is all that a second run adds, with edges to what is there', () => {
  const first = issuesFrom(plan(HEAD + ROWS).lines);
  const again = plan(`${HEAD}${ROWS}| 4 | Four | d | 3 | |\n`, first);
  expect(again.epicIsNew).toBe(false);
  expect(again.created.map(({ number }) => number)).toEqual([4]);
  expect(edges(again.lines)).toEqual({ '.4': ['.3'] });
});

test('a number that somebody took with a task of their own is left to them', () => {
  const first = issuesFrom(plan(HEAD + ROWS).lines);
  const [root] = first;
  if (root === undefined) throw new Error('the epic is missing');
  const own: Issue = {
    ...root,
    id: issueId(`${root.id}.4`),
    title: 'Mine',
    type: 'task',
    externalRef: '',
    parent: root.id,
  };
  const again = plan(`${HEAD}${ROWS}| 4 | Four | d | 3 | |\n| 5 | Five | e | 4 | |\n`, [...first, own]);
  expect(again.created.map(({ number, id }) => [number, id.slice(id.indexOf('.'))])).toEqual([
    [4, '.6'],
    [5, '.5'],
  ]);
  expect(edges(again.lines)).toEqual({ '.6': ['.3'], '.5': ['.6'] });
  const third = plan(`${HEAD}${ROWS}| 4 | Four | d | 3 | |\n| 5 | Five | e | 4 | |\n`, [
    ...first,
    own,
    ...issuesFrom(again.lines),
  ]);
  expect(third.lines).toEqual([]);
});

test('what the file changed since is told, not done', () => {
  const first = issuesFrom(plan(`${HEAD}${ROWS}| 4 | Four | d | - | |\n`).lines);
  const again = plan(
    `${HEAD}| 1 | Uno | a | - | |\n| 2 | Two | b | - | done |\n| 3 | Three | c | 1, 2, 5 | |\n| 5 | Five | e | - | |\n`,
    first,
  );
  expect(again.created.map(({ number }) => number)).toEqual([5]);
  expect(again.differences.map(({ number, what }) => [number, what.is])).toEqual([
    [1, 'title'],
    [2, 'done in the file'],
    [3, 'dependencies'],
    [4, 'left the file'],
  ]);
});

test('an import that has lost its references, as through an older export, is still known by id and title', () => {
  const bare = issuesFrom(plan(HEAD + ROWS).lines).map((issue) => ({ ...issue, externalRef: '' }));
  expect(plan(HEAD + ROWS, bare).lines).toEqual([]);
});

test('an epic of the same title that somebody made by hand is refused rather than mixed up', () => {
  const [made] = issuesFrom(plan(HEAD + ROWS).lines);
  if (made === undefined) throw new Error('the epic is missing');
  const byHand: Issue = { ...made, id: issueId('bd-zzzz'), externalRef: '' };
  const planned = planImport(epic(HEAD + ROWS), [byHand], 'bd');
  expect(planned).toEqual({
    problems: [
      { path: 'epic.md', line: 1, message: expect.stringContaining('bd-zzzz in Beads has the title "Accounts"') },
    ],
  });
});

test('an id that somebody else has is not taken', () => {
  const wanted = plan(HEAD + ROWS).epic;
  const [made] = issuesFrom(plan(HEAD + ROWS).lines);
  if (made === undefined) throw new Error('the epic is missing');
  const other: Issue = { ...made, title: 'Something else', externalRef: 'gh-9' };
  const { epic: id } = plan(HEAD + ROWS, [other]);
  expect(id).toMatch(new RegExp(`^${wanted}[a-z0-9]$`));
});

test('titles that differ only in what a slug leaves out are two epics', () => {
  const first = plan('# Epic: C\n\n| # | Task | Dependencies |\n|---|---|---|\n| 1 | One | - |\n');
  const other = plan(
    '# Epic: C++\n\n| # | Task | Dependencies |\n|---|---|---|\n| 1 | One | - |\n',
    issuesFrom(first.lines),
  );
  expect(other.created).toHaveLength(1);
  expect(other.epic).not.toBe(first.epic);
});
