/**
 * Makes a checkout ready: the locked packages, a `bd` that is new enough, and the programs that the tests run.
 * `npm run demo` and `npm test` begin here.
 *
 * Nothing is remembered between runs: what is there is looked at again, in a fraction of a second when all is there.
 * Node alone runs this, because it runs before anything is installed.
 */
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bdInstall, bdPackageFolder, findBd, minimumBdVersion } from '../src/adapters/bd/find-bd.mjs';
import { buildBd, downloadBd } from './get-bd.mjs';
import { getProgram } from './get-programs.mjs';
import { withLock } from './lock.mjs';
import { installPackages, missingPackages } from './packages.mjs';

const root = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..'));
const oldestNode = 20;
/** As in the table of exit codes of the command line: a tool is missing or too old. */
const missingTool = 5;

/** @param {string} line */
const say = (line) => process.stderr.write(`setup: ${line}\n`);

process.exitCode = await setup();

async function setup() {
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    return fail(`Node ${process.versions.node} is too old for Heddle`, `install Node ${oldestNode} or newer`);
  }
  if (missingPackages(root).length > 0 && !(await withLock(root, installOnce, waiting('the packages')))) {
    return fail('`npm ci` failed (its messages stand above)', 'fix what it names, then run `npm run setup`');
  }
  const found = await getBd();
  for (const { problem } of found.passedOver) say(`not used: ${problem}`);
  if ('path' in found) {
    say(`packages as locked; bd ${found.version} at ${found.path}`);
    // Only the demo and the tests need these. Where they cannot be had, a Node 24 and a `just` of the user's own will do.
    for (const program of /** @type {const} */ (['node', 'just'])) await getProgram(program, process.env, say);
    return 0;
  }
  if (process.env['HEDDLE_BD']) return fail(found.problem, found.hint);
  return fail(
    `Beads (\`bd\`) ${minimumBdVersion} or newer is needed, and could be neither downloaded nor built here`,
    `run \`${bdInstall}\`, or install Go (1.26.5 or newer) and a C compiler; then run \`npm run setup\``,
  );
}

async function installOnce() {
  // Whoever held the lock before may have installed them.
  return missingPackages(root).length === 0 || installPackages(root, say);
}

async function getBd() {
  const found = findBd(process.env);
  if ('path' in found) return found;
  // An order that cannot be followed is the user's to fix; getting another one would not change it.
  if (process.env['HEDDLE_BD']) return found;
  const folder = bdPackageFolder();
  if (folder !== undefined) {
    await withLock(folder, () => downloadBd(folder, process.env, say), waiting('the download of bd'));
    const downloaded = findBd(process.env);
    if ('path' in downloaded) return downloaded;
  }
  await buildBd(join(root, 'tools', 'bd'), process.env, say, waiting('the build of bd'));
  return findBd(process.env);
}

/** @param {string} what */
function waiting(what) {
  return () => say(`another setup is busy with ${what}; waiting for it`);
}

/**
 * @param {string} problem
 * @param {string} hint
 */
function fail(problem, hint) {
  process.stderr.write(`Error: ${problem}.\nHint: ${hint}.\n`);
  return missingTool;
}
