/**
 * What the scripted agent knows: for each title of the demo's epic, the edits that do the task.
 * `slip` is a small mistake that a hurried programmer could make; with it the task's own test fails.
 */

type Edit =
  | { write: string; text: string }
  /** Replaces `before`, which has to be there, once. */
  | { change: string; before: string; after: string };

type Solution = {
  number: number;
  title: string;
  edits: readonly Edit[];
  slip: { file: string; right: string; wrong: string };
  /** The name of the test, without `pending/` and `.test.js`. */
  test: string;
  /** Some agents commit by themselves, some leave that to whoever started them. */
  commits: boolean;
};

const parse = `/** Reads CSV: the first line names the columns, every other line is a record of texts. */
export function parse(text) {
  const [head, ...rows] = text.split(/\\r?\\n/).filter((line) => line !== '').map(fields);
  return rows.map((row) => Object.fromEntries(head.map((column, index) => [column, row[index] ?? ''])));
}

function fields(line) {
  const found = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return found.map(([, quoted, plain]) => (quoted === undefined ? plain : quoted.replaceAll('""', '"')));
}
`;

const total = `/** The sum of the amounts. Added in cents, because 0.1 + 0.2 is not 0.3. */
export function total(records) {
  const cents = records.reduce((sum, { amount }) => sum + inCents(amount), 0);
  return cents / 100;
}

function inCents(amount) {
  const number = Number(amount);
  if (Number.isNaN(number)) throw new Error('not an amount: ' + amount);
  return Math.round(number * 100);
}
`;

const group = `/** The records by the value of a column, in the order in which the values first appear. */
export function group(records, column) {
  const groups = new Map();
  for (const record of records) {
    if (!(column in record)) throw new Error('there is no column ' + column);
    const key = record[column];
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return groups;
}
`;

const filter = `/** The records for which a condition such as \`category=food\` or \`amount>10\` holds. */
export function filter(records, condition) {
  if (condition === undefined) return records;
  const [, column, sign, value] = /^(\\w+)([=<>])(.*)$/.exec(condition) ?? [];
  if (column === undefined) throw new Error('not a condition: ' + condition);
  return records.filter((record) => holds(record[column], sign, value));
}

function holds(left, sign, right) {
  if (sign === '=') return left === right;
  return sign === '<' ? Number(left) < Number(right) : Number(left) > Number(right);
}
`;

const indexHead = '/** What tally offers to other programs. */\n';
const indexBody = "export const name = 'tally';\n";

const reportImports = `import { filter } from './filter.js';
import { group } from './group.js';
import { parse } from './parse.js';
import { total } from './total.js';
`;

const report = `/** Where the money went: a row for each value of the column \`by\`, the largest total first. */
export function report(text, { by, where }) {
  const groups = group(filter(parse(text), where), by);
  const rows = [...groups].map(([name, records]) => ({ name, count: records.length, total: total(records) }));
  return rows.sort((a, b) => b.total - a.total);
}
`;

const table = `/** The rows of a report for people to read, with a line for all of them at the end. */
export function table(rows) {
  const sum = (key) => rows.reduce((all, row) => all + Math.round(row[key] * 100), 0) / 100;
  const lines = [...rows, { name: 'all', count: sum('count'), total: sum('total') }];
  const cells = lines.map(({ name, count, total }) => [name, String(count), total.toFixed(2)]);
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column].length)));
  return cells
    .map(([name, count, total]) => [name.padEnd(widths[0]), count.padStart(widths[1]), total.padStart(widths[2])].join('  ') + '\\n')
    .join('');
}
`;

const cli = `#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { report } from './index.js';
import { table } from './table.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { by: { type: 'string', default: 'category' }, where: { type: 'string' } },
});

try {
  const rows = report(readFileSync(positionals[0] ?? '/dev/stdin', 'utf8'), values);
  process.stdout.write(table(rows));
} catch (error) {
  console.error('tally: ' + (error.code === 'ENOENT' ? 'cannot read ' + error.path : error.message));
  process.exitCode = 2;
}
`;

const examples = `## Using it

    $ tally examples/expenses.csv --by category
    rent    1  450.00
    travel  2   30.20
    food    3   19.85
    all     6  500.05

    $ tally examples/expenses.csv --by category --where amount>20 --json
    [{"name":"rent","count":1,"total":450},{"name":"travel","count":1,"total":30}]

## Working on it
`;

export const demoSolutions: readonly Solution[] = [
  {
    number: 1,
    title: 'Read CSV into records',
    edits: [{ write: 'src/parse.js', text: parse }],
    slip: { file: 'src/parse.js', right: ".filter((line) => line !== '')", wrong: '' },
    test: '001-parse',
    commits: true,
  },
  {
    number: 2,
    title: 'Add up amounts',
    edits: [{ write: 'src/total.js', text: total }],
    slip: { file: 'src/total.js', right: 'sum + inCents', wrong: 'sum - inCents' },
    test: '002-total',
    commits: true,
  },
  {
    number: 3,
    title: 'Group records by a column',
    edits: [{ write: 'src/group.js', text: group }],
    slip: { file: 'src/group.js', right: '[...(groups.get(key) ?? []), record]', wrong: '[record]' },
    test: '003-group',
    commits: false,
  },
  {
    number: 4,
    title: 'Keep the records that match',
    edits: [{ write: 'src/filter.js', text: filter }],
    slip: { file: 'src/filter.js', right: 'Number(left) < Number(right)', wrong: 'left < right' },
    test: '004-filter',
    commits: true,
  },
  {
    number: 5,
    title: 'Join the parts into a report',
    edits: [
      { change: 'src/index.js', before: indexHead, after: `${reportImports}\n${indexHead}` },
      { change: 'src/index.js', before: indexBody, after: `${indexBody}\n${report}` },
    ],
    slip: { file: 'src/index.js', right: 'b.total - a.total', wrong: 'a.total - b.total' },
    test: '005-report',
    commits: false,
  },
  {
    number: 6,
    title: 'Print a report as a table',
    edits: [{ write: 'src/table.js', text: table }],
    slip: { file: 'src/table.js', right: 'total.toFixed(2)', wrong: 'String(total)' },
    test: '006-table',
    commits: true,
  },
  {
    number: 7,
    title: 'Give tally a command line',
    edits: [{ write: 'src/cli.js', text: cli }],
    slip: { file: 'src/cli.js', right: 'process.exitCode = 2', wrong: 'process.exitCode = 1' },
    test: '007-cli',
    commits: false,
  },
  {
    number: 8,
    title: 'Offer the report as JSON',
    edits: [
      {
        change: 'src/cli.js',
        before: "where: { type: 'string' } }",
        after: "where: { type: 'string' }, json: { type: 'boolean' } }",
      },
      {
        change: 'src/cli.js',
        before: 'process.stdout.write(table(rows))',
        after: "process.stdout.write(values.json ? JSON.stringify(rows) + '\\n' : table(rows))",
      },
    ],
    slip: { file: 'src/cli.js', right: 'values.json ?', wrong: '!values.json ?' },
    test: '008-json',
    commits: true,
  },
  {
    number: 9,
    title: 'Show tally in the README',
    edits: [{ change: 'README.md', before: '## Working on it\n', after: examples }],
    slip: { file: 'README.md', right: 'all     6  500.05', wrong: 'all     6  500.50' },
    test: '009-docs',
    commits: false,
  },
];
