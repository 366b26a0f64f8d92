/**
 * The simulation: many seeded schedules of spawners, workers and mergers in a world in memory, over all cores.
 *   npm run test:sim -- [--count 100000] [--from 1]     fails on a violation, and on a rare way that was hardly taken
 *   npm run test:sim -- --seed N --trace                one schedule, step by step
 *   npm run test:sim -- --broken NAME                   a guard of the outside taken away: it has to be noticed
 *   npm run test:sim -- --mutant NAME                   a guard of ours taken away: likewise
 * `npm run test:mutants` tries all that can be taken away.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { taking } from './mutants/apply.mjs';
import { simulationMutants } from './mutants/simulation.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Of fewer schedules the rarest ways tell nothing. */
const ENOUGH = 10_000;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    broken: { type: 'string' },
    mutant: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'heddle-sim-'));
try {
  process.exitCode = await chosen();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function chosen() {
  const bundle = await bundled(values.mutant);
  if (values.seed !== undefined) return await oneSchedule(bundle, values.seed);
  const suspects = values.broken !== undefined || values.mutant !== undefined;
  const first = suspects ? 'first' : 'run';
  const summary = await manySchedules(bundle, first, Number(values.from), Number(values.count));
  return suspects ? tellFound(summary) : tellSummary(summary);
}

/**
 * One file for all processes: what is under test is compiled once, with a guard taken out if one is named.
 * @param {string | undefined} name of the guard
 */
async function bundled(name) {
  const outfile = join(folder, 'simulation.mjs');
  await build({
    entryPoints: [join(root, '__tests__', 'sim', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    plugins: name === undefined ? [] : [taking(mutantOf(name), root)],
  });
  return outfile;
}

/** @param {string} bundle @param {string} seed */
async function oneSchedule(bundle, seed) {
  const { code, stdout } = await run([bundle, 'trace', seed, '1', values.broken ?? '']);
  const lines = stdout.trimEnd().split('\n');
  process.stdout.write(`${(values.trace ? lines : lines.slice(-5)).join('\n')}\n`);
  return code;
}

/**
 * @typedef {{ schedules: number, steps: number, failures: number, failed: { seed: number, violations: string[] }[],
 *   counts: Record<string, number>, rare: string[] }} Summary
 */

/**
 * The seeds are shared out among the processes.
 * @param {string} bundle
 * @param {'first' | 'run'} mode
 * @param {number} from
 * @param {number} count
 * @returns {Promise<Summary>}
 */
async function manySchedules(bundle, mode, from, count) {
  const processes = Math.max(1, Math.min(availableParallelism(), Math.ceil(count / 1_000)));
  const share = Math.ceil(count / processes);
  const parts = await Promise.all(
    Array.from({ length: processes }, async (_, at) => {
      const args = [bundle, mode, String(from + at * share), String(Math.min(share, count - at * share))];
      const { code, stdout, stderr } = await run([...args, values.broken ?? '']);
      if (code !== 0) throw new Error(`the simulation ended with ${code}: ${stderr}`);
      /** @type {Summary} */
      const part = JSON.parse(stdout);
      return part;
    }),
  );
  /** @type {Summary} */
  const all = { schedules: 0, steps: 0, failures: 0, failed: [], counts: {}, rare: parts[0]?.rare ?? [] };
  for (const part of parts) {
    all.schedules += part.schedules;
    all.steps += part.steps;
    all.failures += part.failures;
    all.failed.push(...part.failed);
    for (const [what, times] of Object.entries(part.counts)) all.counts[what] = (all.counts[what] ?? 0) + times;
  }
  return all;
}

/**
 * @param {string[]} args
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** @param {Summary} summary */
function tellSummary({ schedules, steps, failures, failed, counts, rare }) {
  const faults = Object.entries(counts).filter(([what]) => what.startsWith('fault: '));
  const wanted = schedules < ENOUGH ? 0 : Math.floor(schedules / 1_000);
  const seldom = rare.filter((what) => (counts[what] ?? 0) < wanted);
  const rows = rare.map((what) => `${String(counts[what] ?? 0).padStart(9)}  ${what}`);
  const count = faults.reduce((sum, [, times]) => sum + times, 0);
  process.stdout.write(`${rows.join('\n')}\n\n`);
  process.stdout.write(`${count} faults at ${faults.length} points (effect, and what became of it)\n`);
  for (const { seed, violations } of failed.slice(0, 10)) {
    process.stdout.write(`seed ${seed}: ${violations[0]}\n  npm run test:sim -- --seed ${seed} --trace\n`);
  }
  for (const what of seldom) process.stdout.write(`hardly ever: ${what} (${counts[what] ?? 0}, wanted ${wanted})\n`);
  const from = Number(values.from);
  const seconds = Math.round(performance.now() / 1000);
  process.stdout.write(
    `${schedules} schedules, ${steps} steps, seeds ${from} to ${from + schedules - 1}, ${failures} violations, ${seconds} s\n`,
  );
  return failures + seldom.length === 0 ? 0 : 1;
}

/**
 * Of something broken on purpose, the silence is the failure.
 * @param {Summary} summary
 */
function tellFound({ schedules, failed }) {
  const [first] = failed;
  if (first === undefined) {
    process.stdout.write(`not noticed in ${schedules} schedules\n`);
    return 1;
  }
  process.stdout.write(`noticed after ${schedules} schedules, seed ${first.seed}: ${first.violations[0]}\n`);
  return 0;
}

/** @param {string} name */
function mutantOf(name) {
  const mutant = simulationMutants[name];
  if (mutant === undefined) throw new Error(`there is no mutant ${JSON.stringify(name)}`);
  return mutant;
}
