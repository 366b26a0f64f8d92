/**
 * Runs jest with what ES modules need, and ends with what jest does not print by itself: the tests that were skipped, and a last
 * line `N passed, N failed`.
 * Arguments go to jest: `npm test -- __tests__/merger`. With `--long` first, the long tests are run instead of all others.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closingWords } from './test-results.mjs';

/** The tests start real processes of their own, so more workers than this would only wait for each other. */
const mostWorkers = 4;
/** Tests that are not over by then hang in a call that no limit of jest's can end; they take some minutes. */
const limitMs = 3_600_000;

/**
 * A long test is told by the name of its file. These take minutes together: most stories, kills by the hundred, sweeps over HTTP, and
 * what needs other programs. They run by `npm run test:long` and in CI, so that `npm test` stays something to run after every change.
 */
const long = '\\.long\\.test\\.ts$';
const short = '(?<!\\.long)\\.test\\.ts$';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'heddle-test-'));
const report = join(folder, 'results.json');
const isLong = process.argv[2] === '--long';
const given = process.argv.slice(isLong ? 3 : 2);
/** A path that is named is run, however long it takes. */
const left = isLong ? [short] : given.some((arg) => !arg.startsWith('-')) ? [] : [long];
const byName = given.some((arg) => /^(-t|--testNamePattern)/.test(arg));
const workers = given.some((arg) => /^(-w|-i|--maxWorkers|--runInBand)/.test(arg))
  ? []
  : [`--maxWorkers=${Math.min(mostWorkers, availableParallelism())}`];

// Options of node, not NODE_OPTIONS: jest hands them to its workers, and what the tests start does not inherit them.
const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    ...workers,
    ...given,
    '--json',
    `--outputFile=${report}`,
    // The last one: jest takes all paths after it for patterns of this option.
    `--testPathIgnorePatterns=${['/node_modules/', ...left].join('|')}`,
  ],
  // With --json jest prints the results on stdout as well; its own words are on stderr.
  // A group of its own, so that a worker that hangs ends with it.
  { cwd: root, stdio: ['inherit', 'ignore', 'inherit'], detached: true },
);
const limit = setTimeout(() => {
  process.stderr.write(`The tests did not end within ${limitMs / 60_000} minutes, and were ended.\n`);
  signalAll('SIGKILL');
}, limitMs);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => signalAll(signal));

jest.once('close', (code) => {
  clearTimeout(limit);
  process.stdout.write(closingWords(existsSync(report) ? readFileSync(report, 'utf8') : '', root, { byName }));
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});

/** @param {NodeJS.Signals} signal */
function signalAll(signal) {
  try {
    if (jest.pid !== undefined) process.kill(-jest.pid, signal);
  } catch {
    // They have ended by themselves.
  }
}
