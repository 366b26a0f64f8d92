/**
 * `npm run test:ten`: runs `npm test` ten times, one after the other, beside two busy processes. A test that passes only
 * where nothing else is done shows itself here.
 *
 * --runs N   so many times
 *
 * The log of a failed run is kept, and its place printed.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const busyProcesses = 2;
/** Always at work, with a look now and then whether whoever started it is still there. */
const busy = `const parent = process.ppid;
(function work() {
  for (const end = performance.now() + 100; performance.now() < end; );
  if (process.ppid === parent) setImmediate(work);
})();`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`--runs is a number of runs, not ${values.runs}.\n`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'heddle-test-ten-'));
const beside = Array.from({ length: busyProcesses }, () => spawn(process.execPath, ['-e', busy], { stdio: 'ignore' }));
/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, () => stop(signal));

let passed = 0;
try {
  for (let run = 1; run <= runs; run += 1) if (await runOnce(run)) passed += 1;
} finally {
  endBeside();
}
if (passed === runs) rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${passed} of ${runs} runs passed\n`);
process.exitCode = passed === runs ? 0 : 1;

/**
 * @param {number} run
 * @returns {Promise<boolean>} whether it passed
 */
async function runOnce(run) {
  const log = join(folder, `run-${run}.log`);
  const began = performance.now();
  const code = await test(log);
  const seconds = Math.round((performance.now() - began) / 1000);
  const text = readFileSync(log, 'utf8');
  const counts = text.match(/^\d+ passed, \d+ failed$/gm)?.at(-1) ?? 'no counts';
  process.stdout.write(`run ${run} of ${runs}: ${code === 0 ? 'passed' : 'FAILED'}, ${seconds} s, ${counts}\n`);
  if (code === 0) rmSync(log);
  else process.stdout.write([...failuresIn(text), `log: ${log}`].map((line) => `  ${line}\n`).join(''));
  return code === 0;
}

/**
 * @param {string} log where all that is said goes
 * @returns {Promise<number | null>}
 */
function test(log) {
  const said = createWriteStream(log);
  // A group of its own, so that it can be ended with all of jest's workers.
  const child = spawn('npm', ['test'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  running = child;
  child.stdout.pipe(said, { end: false });
  child.stderr.pipe(said, { end: false });
  return new Promise((done) => {
    /** @param {number | null} code */
    const end = (code) => {
      running = undefined;
      said.end(() => done(code));
    };
    child.once('error', (error) => {
      said.write(`${error.message}\n`);
      end(1);
    });
    child.once('close', end);
  });
}

/**
 * Files and tests, each once, as jest names them.
 * @param {string} text
 */
function failuresIn(text) {
  const lines = text.match(/^(FAIL .*| {2}● (?!Console).*)$/gm) ?? [];
  return new Set(lines.map((line) => line.trim().replace(/ \([\d.]+ s\)$/, '')));
}

function endBeside() {
  for (const child of beside) child.kill('SIGKILL');
}

/** @param {NodeJS.Signals} signal */
function stop(signal) {
  endBeside();
  if (running?.pid !== undefined) process.kill(-running.pid, signal);
  process.stdout.write(`stopped; the logs are in ${folder}\n`);
  process.exit(130);
}
