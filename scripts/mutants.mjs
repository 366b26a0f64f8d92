/**
 * `npm run test:mutants`: takes out one guard of the protocol at a time, and looks whether a test fails without it.
 *
 * --only TEXT   the mutants whose name contains it
 *
 * What stands in `mutants/simulation.mjs` the simulation has to notice, and likewise that an outside does not hold what it
 * promises; the others, each, the one test that they name. The checkout itself is never changed.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mutated } from './mutants/apply.mjs';
import { mutantsByTest } from './mutants/by-test.mjs';
import { incidentMutants } from './mutants/incidents.mjs';
import { promises } from './mutants/promises.mjs';
import { simulationMutants } from './mutants/simulation.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Of the simulation, for each guard: most are noticed within some hundred. */
const schedules = 20_000;
/** Copies of the sources, each with one guard out at a time. */
const lanes = 2;
/** A test that goes on for so long without its guard has noticed, too. */
const limitMs = 600_000;

/** @typedef {{ file: string, from: string, to: string, seenBy: { file: string, test: string } }} TestMutant */

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const begun = performance.now();
let killed = 0;
let total = 0;

for (const name of promises) await simulate(`the other side does not hold: ${name}`, ['--broken', name]);
for (const name of Object.keys(simulationMutants)) await simulate(name, ['--mutant', name]);
const waiting = Object.entries({ ...mutantsByTest, ...incidentMutants }).filter(([name]) => isWanted(name));
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
  const copy = mkdtempSync(join(tmpdir(), 'heddle-mutants-'));
  try {
    const left = new Set(['node_modules', '.git', 'dist']);
    for (const name of readdirSync(root).filter((entry) => !left.has(entry)))
      cpSync(join(root, name), join(copy, name), { recursive: true });
    for (const name of ['node_modules', 'dist']) symlinkSync(join(root, name), join(copy, name));
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await tryOne(copy, ...next);
  } finally {
    rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * @param {string} copy
 * @param {string} name
 * @param {TestMutant} mutant
 */
async function tryOne(copy, name, mutant) {
  const { file, test } = mutant.seenBy;
  const path = join(copy, mutant.file);
  const sound = readFileSync(path, 'utf8');
  writeFileSync(path, mutated(mutant, root));
  const report = join(copy, 'results.json');
  rmSync(report, { force: true });
  const pattern = `^${test.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const { late, output } = await run(
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      jest,
      '--runTestsByPath',
      file,
      '--testNamePattern',
      pattern,
      '--json',
      `--outputFile=${report}`,
    ],
    copy,
  );
  writeFileSync(path, sound);
  if (late) return tell(name, true, `${file} does not end without it`);
  const { passed, failed, broken } = resultsIn(report);
  if (failed > 0) return tell(name, true, `${file}: ${test}`);
  const why = passed > 0 ? 'passes without it' : 'no test of that name was run';
  tell(name, false, broken > 0 ? `${file} cannot be loaded: ${output.slice(-600)}` : `${file}: ${why}: ${test}`);
}

/** @param {string} report */
function resultsIn(report) {
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  return {
    passed: Number(numPassedTests),
    failed: Number(numFailedTests),
    broken: Number(numRuntimeErrorTestSuites),
  };
}

/**
 * @param {string[]} args of node
 * @param {string} cwd
 * @returns {Promise<{ code: number | null, output: string, late: boolean }>}
 */
function run(args, cwd) {
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
    }, limitMs);
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
