/**
 * `npm run test:crash`: kills spawner, worker and merger at every effect, and prints what came of it.
 *
 * --only TEXT   the points whose name contains it, or one whole thread (`--only "worker: push"`, `--only red`)
 * --alone       each point in a run of its own, not several of a thread together
 * --outside     without the kills inside git and bd
 * --list        the points, without running them
 *
 * Two lanes run side by side, each with a stage of its own, from both ends of the points until they meet. What is run is
 * bundled from the sources, not taken from dist/.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const given = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'heddle-crash-build-'));
/** Inside the project, because the sandbox takes its packages from there. */
const harness = join(root, 'node_modules', '.cache', 'heddle-crash', `sweep-${process.pid}.mjs`);

/** @typedef {{ points: number, runs: number, late: string[], failed: string[], breaches: Record<string, number>, seconds: number }} Figures */

try {
  await bundle();
  const begun = performance.now();
  const taken = join(folder, 'taken');
  mkdirSync(taken);
  const lanes = given.includes('--list')
    ? [[]]
    : [
        ['--taken', taken],
        ['--taken', taken, '--backwards'],
      ];
  report(await Promise.all(lanes.map(runLane)), Math.round((performance.now() - begun) / 1000));
} finally {
  rmSync(folder, { recursive: true, force: true });
  rmSync(harness, { force: true });
}

async function bundle() {
  const banner = [
    "import { createRequire as heddleCreateRequire } from 'node:module';",
    'const require = heddleCreateRequire(import.meta.url);',
  ].join('\n');
  /** @type {import('esbuild').BuildOptions} */
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
  };
  await build({
    ...common,
    entryPoints: ['cli', 'action'].map((name) => ({ in: `src/${name}.ts`, out: name })),
    outdir: join(folder, 'dist'),
    banner: { js: banner },
  });
  for (const name of ['action.yml', 'package.json']) cpSync(join(root, name), join(folder, name));
  mkdirSync(dirname(harness), { recursive: true });
  await build({ ...common, entryPoints: ['__tests__/crash/sweep.ts'], outfile: harness, packages: 'external' });
}

/**
 * @param {string[]} lane its own arguments
 * @param {number} at
 * @returns {Promise<Figures | undefined>} undefined when the lane itself broke
 */
function runLane(lane, at) {
  return new Promise((done) => {
    const args = [harness, '--heddle', folder, ...given, ...lane];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    // A lane that is cut off ends its workers first. Of Ctrl-C in a terminal it hears by itself, too.
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
    let answer = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      process.stderr.write(`${lane.length === 0 ? '' : `[${at + 1}] `}${line}\n`);
    });
    child.once('close', () => {
      try {
        done(JSON.parse(answer));
      } catch {
        done(undefined);
      }
    });
  });
}

/**
 * @param {(Figures | undefined)[]} all
 * @param {number} seconds
 */
function report(all, seconds) {
  const ran = all.filter((one) => one !== undefined);
  const failed = ran.flatMap((one) => one.failed);
  for (const name of failed) process.stdout.write(`failed: ${name}\n`);
  if (ran.length < all.length)
    process.stdout.write(`failed: ${all.length - ran.length} of ${all.length} lanes broke\n`);
  /** @type {(of: (one: Figures) => number) => number} */
  const sum = (of) => ran.reduce((total, one) => total + of(one), 0);
  const kinds = { losses: 'loss', duplicates: 'duplicate', leaks: 'leak', 'other breaches': 'other' };
  const counts = Object.entries(kinds).map(([word, kind]) => `${sum((one) => one.breaches[kind] ?? 0)} ${word}`);
  const late = ran.flatMap((one) => one.late);
  if (late.length > 0)
    process.stdout.write(`${late.length} kills inside a command came when it was over: ${late.join('; ')}\n`);
  process.stdout.write(
    `${sum((one) => one.points)} points, ${sum((one) => one.runs)} runs, ${counts.join(', ')}, ${seconds} s\n`,
  );
  const points = sum((one) => one.points);
  process.stdout.write(`${points - failed.length} passed, ${failed.length + all.length - ran.length} failed\n`);
  // A name that fits no point must not look like a sweep without a fault.
  process.exitCode = points > 0 && failed.length === 0 && ran.length === all.length ? 0 : 1;
}
