/** The table `| # | Task | Description | Dependencies |`, whatever its columns' order, case and company. */
import { readDependencies, readNumber } from './dependencies.ts';
import { saysDone } from './done.ts';
import { IMPORT_LIMITS, type Place, type PlannedTask, type Remark } from './epic.ts';
import { type Block, type Cell, headingName, type Row } from './markdown.ts';

type Table = Extract<Block, { kind: 'table' }>;

/** A row; `status` is undefined where the table does not speak of it. */
type TableTask = Omit<PlannedTask, 'done'> & { status: boolean | undefined };

type Column = 'number' | 'title' | 'description' | 'dependencies' | 'status';

const COLUMNS: readonly (readonly [Column, RegExp])[] = [
  ['number', /^(|no|nr|num|number|id|task no|task number|task id)$/],
  ['title', /^(tasks?|title|name|task name|task title)$/],
  ['description', /^(descriptions?|details?|what|summary|scope)$/],
  ['dependencies', /^(dependenc(y|ies)|depends( on)?|deps|blocked by|blockers?|needs|after|prerequisites?)$/],
  ['status', /^(status|state|done\??|progress)$/],
];

/** `bd` refuses longer titles. */
const TITLE_BYTES = 500;

/** True for a table whose head names a number and a task. */
export function isTaskTable(table: Table): boolean {
  const columns = columnsOf(table);
  return columns.includes('number') && columns.includes('title');
}

export function readTaskTable(
  table: Table,
  path: string,
): { tasks: readonly TableTask[]; problems: readonly Remark[] } {
  const [, ...rows] = table.rows;
  const columns = columnsOf(table);
  const tasks: TableTask[] = [];
  const problems: Remark[] = [];
  if (!columns.includes('dependencies')) {
    // Without it every task would look ready at once: better to ask than to start them all.
    const message = 'expected a column `Dependencies`; write `None` in it for a task that waits for nothing';
    return { tasks, problems: [{ path, line: table.line, message }] };
  }
  for (const row of rows) {
    if (row.cells.every((cell) => cell.markdown === '')) continue;
    const task = readRow(row, columns, path);
    tasks.push(...task.tasks);
    problems.push(...task.problems);
  }
  if (tasks.length > IMPORT_LIMITS.tasks) {
    problems.push({
      path,
      line: table.line,
      message: `expected at most ${IMPORT_LIMITS.tasks} tasks, got ${tasks.length}`,
    });
  }
  return { tasks, problems };
}

function readRow(row: Row, columns: readonly (Column | undefined)[], path: string) {
  const at: Place = { path, line: row.line };
  const cell = (column: Column): Cell => row.cells[columns.indexOf(column)] ?? { plain: '', markdown: '' };
  const problems: Remark[] = [];
  const number = readNumber(cell('number').plain);
  const title = cleanTitle(cell('title').plain);
  const { numbers, unreadable } = readDependencies(cell('dependencies').markdown);
  if (row.cells.length > columns.length) {
    const message = `expected ${columns.length} cells, got ${row.cells.length}; write a | inside of a cell as \\|`;
    problems.push({ ...at, message });
  }
  if (number === undefined) {
    problems.push({ ...at, message: `expected a task number such as 001, got "${cell('number').plain}"` });
  }
  problems.push(...titleProblems(title, at), ...unreadable.map((text) => unreadableDependency(text, at)));
  if (number === undefined) return { tasks: [], problems };
  const task: TableTask = {
    number,
    title,
    description: cell('description').markdown,
    acceptanceCriteria: '',
    design: '',
    notes: '',
    dependsOn: numbers,
    status: statusOf(cell('status').plain, [cell('number').plain, cell('title').plain]),
    at,
    dependenciesAt: at,
  };
  return { tasks: [task], problems };
}

export function titleProblems(title: string, at: Place): readonly Remark[] {
  if (title === '') return [{ ...at, message: 'expected a title, got an empty cell' }];
  const bytes = new TextEncoder().encode(title).length;
  if (bytes <= TITLE_BYTES) return [];
  return [
    {
      ...at,
      message: `expected a title of at most ${TITLE_BYTES} bytes, got ${bytes}; move the rest into the description`,
    },
  ];
}

export function unreadableDependency(text: string, at: Place): Remark {
  return {
    ...at,
    message: `expected task numbers such as \`001, 002\` or \`None\` as dependencies, got "${text.trim()}"`,
  };
}

function statusOf(status: string, others: readonly string[]): boolean | undefined {
  if (status !== '') return saysDone(status);
  if (others.some((text) => /^(\[[xX]\]\s|~~.*~~$)/.test(text))) return true;
  return others.some((text) => /^\[ \]\s/.test(text)) ? false : undefined;
}

function cleanTitle(plain: string): string {
  return plain
    .replace(/^\[[ xX]\]\s+/, '')
    .replace(/^~~(.*)~~$/, '$1')
    .trim();
}

function columnsOf(table: Table): readonly (Column | undefined)[] {
  const seen = new Set<Column>();
  return (table.rows[0]?.cells ?? []).map(({ plain }) => {
    // `#` and an empty head both come out as the empty name, which is the number's.
    const name = headingName(plain);
    const column = COLUMNS.find(([, pattern]) => pattern.test(name))?.[0];
    if (column === undefined || seen.has(column)) return undefined;
    seen.add(column);
    return column;
  });
}
