/**
 * The demo's project: `tally`, a small command that adds up a list of expenses. Real JavaScript without dependencies,
 * tested by Node's own test runner, and not written yet: every test in `pending/` fails until its task is done.
 *
 * How its CI stays honest: the user wrote all tests beforehand. A task is done by making its test pass and moving it
 * from `pending/` to `tests/`, where `npm test` runs it from then on. A module whose test still lies in `pending/`
 * fails `npm test`, so nobody gets past the tests by leaving them where they are.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pendingTests } from './project-tests.ts';

const packageJson = `{
  "name": "tally",
  "version": "0.1.0",
  "description": "Adds up a list of expenses.",
  "private": true,
  "type": "module",
  "bin": "src/cli.js",
  "engines": { "node": ">=20" },
  "scripts": {
    "test": "node scripts/test.mjs",
    "test:all": "node scripts/test.mjs --all"
  }
}
`;

const readme = `# tally

Adds up a list of expenses: a CSV file with the columns \`date\`, \`category\` and \`amount\`.

## Working on it

Each feature has its own module in \`src/\` and its own test. The tests of features that are not there yet lie in
\`pending/\`. Whoever builds a feature makes its test pass and moves it to \`tests/\`:

    git mv pending/002-total.test.js tests/

\`npm test\` runs what is in \`tests/\`; \`npm run test:all\` runs everything, and fails until all is built.
`;

const testScript = `/** Runs the tests of what is built; with --all also of what is not built yet. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const folders = process.argv.includes('--all') ? ['tests', 'pending'] : ['tests'];
const files = folders.flatMap((folder) =>
  existsSync(new URL(folder, root))
    ? readdirSync(new URL(folder, root))
        .filter((name) => name.endsWith('.test.js'))
        .map((name) => folder + '/' + name)
    : [],
);
const env = { ...process.env };
// Set when this runs inside another test runner of Node, which would then swallow the result.
delete env.NODE_TEST_CONTEXT;
const run = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...files], { cwd: root, env, stdio: 'inherit' });
process.exit(run.status ?? 1);
`;

const guardTest = `import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('..', import.meta.url);
const namesIn = (folder) =>
  existsSync(new URL(folder, root)) ? readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.test.js')) : [];
const subject = (name) => name.replace(/^\\d+-/, '').replace(/\\.test\\.js$/, '');

test('what is built is tested: no test waits in pending/ for a module that is there', () => {
  const untested = namesIn('pending').filter((name) => existsSync(new URL('src/' + subject(name) + '.js', root)));
  assert.deepEqual(untested, []);
});

test('every module has a test', () => {
  const subjects = [...namesIn('tests'), ...namesIn('pending')].map(subject);
  const modules = readdirSync(new URL('src', root)).map((name) => name.replace(/\\.js$/, ''));
  assert.deepEqual(modules.filter((name) => name !== 'index' && !subjects.includes(name)), []);
});
`;

const index = `/** What tally offers to other programs. */
export const name = 'tally';
`;

const workflow = `name: CI
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-node@v4
        with:
          node-version: 20
      - run: npm test
`;

const expenses = `date,category,amount,note
2026-01-03,food,12.50,bread and cheese
2026-01-04,travel,30.00,train
2026-01-09,food,7.25,"apples, pears"
2026-02-01,rent,450.00,
2026-02-03,food,0.10,a sweet
2026-02-03,travel,0.20,"the ""cheap"" bus"
`;

/** Every file of the project at its start, by path. */
export const demoProject: Readonly<Record<string, string>> = {
  'package.json': packageJson,
  'README.md': readme,
  '.gitignore': 'node_modules/\n',
  '.github/workflows/ci.yml': workflow,
  'examples/expenses.csv': expenses,
  'scripts/test.mjs': testScript,
  'src/index.js': index,
  'tests/000-guard.test.js': guardTest,
  ...pendingTests,
};

/** By path below the folder, which is made if it is not there; null takes a file away. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | null>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if (text === null) rmSync(file, { force: true });
    else writeFileSync(file, text);
  }
}
