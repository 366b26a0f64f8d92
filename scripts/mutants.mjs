/**
 * `npm run test:mutants`: takes out one guard of the protocol at a time, and looks whether a test fails without it.
 *
 * --only TEXT   the mutants whose name contains it
 *
 * The named tests are run once with all guards in first: only one that passes then can tell what is missing.
 * What stands in `mutants/simulation.mjs` the simulation has to notice, and likewise that an outside does not hold what it
 * promises; the others, each, the one test that they name. The checkout itself is never changed.
 */
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { simulationMutants, testMutants } from './mutants/all.mjs';
import { mutated } from './mutants/apply.mjs';
import { promises } from './mutants/promises.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Of the simulation, for each guard: most are noticed within some hundred. */
const schedules = 20_000;
/** Copies of the sources, each with one guard out at a time. */
const lanes = 2;
/** A test that goes on for so long without its guard has noticed, too. */
const limitMs = 600_000;
/** All of the named tests together, with nothing taken out. */
const wholeLimitMs = 1_800_000;

/** @typedef {{ file: string, from: string, to: string, seenBy: { file: string, test: string } }} TestMutant */

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const begun = performance.now();
let killed = 0;
let total = 0;

for (const name of promises) await simulate(`the other side does not hold: ${name}`, ['--broken', name]);
for (const name of Object.keys(simulationMutants)) await simulate(name, ['--mutant', name]);
const byTest = Object.entries(testMutants).filter(([name]) => isWanted(name));
const whole = await inCopy((copy) => passingIn(copy, byTest));
const waiting = byTest.filter(([name, { seenBy }]) => {
  const passes = whole.passing.has(keyOf(seenBy));
  if (!passes) tell(name, false, `with its guard in, this did not pass: ${seenBy.file}: ${seenBy.test}`);
  return passes;
});
if (waiting.length < byTest.length) process.stdout.write(`${whole.output.slice(-2000)}\n`);
await Promise.all(Array.from({ length: lanes }, runLane));
const seconds = Math.round((performance.now() - begun) / 1000);
process.stdout.write(`${killed} of ${total} mutants killed, ${seconds} s\n`);
process.exitCode = total > 0 && killed === total ? 0 : 1;

/** @param {string} name */
function isWanted(name) {
  return name.includes(values.only);
}

/**
 * @param {string} name
 * @param {boolean} noticed
 * @param {string} by
 */
function tell(name, noticed, by) {
  total += 1;
  if (noticed) killed += 1;
  process.stdout.write(`${noticed ? 'killed  ' : 'SURVIVED'}  ${name}: ${by}\n`);
}

/**
 * @param {string} name
 * @param {string[]} args
 */
async function simulate(name, args) {
  if (!isWanted(name)) return;
  const { code, output } = await run([join(root, 'scripts', 'sim.mjs'), ...args, '--count', String(schedules)], root);
  tell(name, code === 0, output.trim().split('\n').at(-1)?.slice(0, 160) ?? '');
}

/** Takes one mutant after the other until none is left. */
async function runLane() {
  await inCopy(async (copy) => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await tryOne(copy, ...next);
  });
}

/**
 * @template Result
 * @param {(copy: string) => Promise<Result>} work on a copy of the sources
 */
async function inCopy(work) {
  const copy = mkdtempSync(join(tmpdir(), 'heddle-mutants-'));
  try {
    const left = new Set(['node_modules', '.git', 'dist']);
    for (const name of readdirSync(root).filter((entry) => !left.has(entry)))
      cpSync(join(root, name), join(copy, name), { recursive: true });
    for (const name of ['node_modules', 'dist']) symlinkSync(join(root, name), join(copy, name));
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {{ file: string, test: string }} named */
function keyOf({ file, test }) {
  return `${file} ${test}`;
}

/**
 * The tests of these mutants that pass as long as nothing is taken out, and what jest has said.
 * @param {string} copy
 * @param {[string, TestMutant][]} mutants
 */
async function passingIn(copy, mutants) {
  /** @type {Set<string>} */
  const passing = new Set();
  const named = mutants.map(([, { seenBy }]) => seenBy);
  if (named.length === 0) return { passing, output: '' };
  const files = [...new Set(named.map(({ file }) => file))];
  const { output } = await jest(copy, files, [...new Set(named.map(({ test }) => test))], wholeLimitMs);
  for (const { name, assertionResults } of readReport(copy).testResults)
    for (const { fullName, status } of assertionResults)
      if (status === 'passed') passing.add(keyOf({ file: relative(realpathSync(copy), name), test: fullName }));
  return { passing, output };
}

/**
 * @param {string} copy
 * @param {string} name
 * @param {TestMutant} mutant
 */
async function tryOne(copy, name, mutant) {
  const { file, test } = mutant.seenBy;
  const path = join(copy, mutant.file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, mutated(mutant, root));
  const { late, output } = await jest(copy, [file], [test], limitMs);
  writeFileSync(path, original);
  if (late) return tell(name, true, `${file} does not end without it`);
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = readReport(copy);
  if (numFailedTests > 0) return tell(name, true, `${file}: ${test}`);
  const why = numPassedTests > 0 ? 'passes without it' : 'no test of that name was run';
  const broken = numRuntimeErrorTestSuites > 0 ? `cannot be loaded: ${output.slice(-600)}` : `${why}: ${test}`;
  tell(name, false, `${file}: ${broken}`);
}

/**
 * @typedef {{ name: string, assertionResults: { fullName: string, status: string }[] }} FileResult
 * @typedef {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number, testResults: FileResult[] }} Report
 */

/**
 * What jest has reported; nothing, if it came to no end.
 * @param {string} copy
 * @returns {Report}
 */
function readReport(copy) {
  const path = join(copy, 'results.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  return { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, testResults: [] };
}

/**
 * Runs the tests of these names in a copy.
 * @param {string} copy
 * @param {string[]} files
 * @param {string[]} tests full names
 * @param {number} withinMs
 */
function jest(copy, files, tests, withinMs) {
  const report = join(copy, 'results.json');
  rmSync(report, { force: true });
  const names = tests.map((test) => test.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const args = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    `--maxWorkers=${lanes}`,
    '--runTestsByPath',
    ...files,
    '--testNamePattern',
    `^(${names.join('|')})$`,
    '--json',
    `--outputFile=${report}`,
  ];
  return run(args, copy, withinMs);
}

/**
 * @param {string[]} args of node
 * @param {string} cwd
 * @param {number} withinMs
 * @returns {Promise<{ code: number | null, output: string, late: boolean }>}
 */
function run(args, cwd, withinMs = limitMs) {
  return new Promise((done) => {
    // A group of its own: what a test without its guard has left running ends with it.
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    let late = false;
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Nobody is left.
      }
    };
    const timer = setTimeout(() => {
      late = true;
      end();
    }, withinMs);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    child.once('close', (code) => {
      clearTimeout(timer);
      end();
      done({ code, output, late });
    });
  });
}
