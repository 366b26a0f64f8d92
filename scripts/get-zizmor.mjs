/**
 * Prints the path of `zizmor`, which looks at the security of workflow files; installs it from PyPI where it is missing,
 * into a virtual environment kept by version outside every checkout, as `bd` and `act` are.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../src/adapters/bd/find-bd.mjs';
import { withLock } from './lock.mjs';

const version = '1.32.0';
const installLimitMs = 5 * 60_000;

/** @param {Readonly<Record<string, string | undefined>>} env */
export function cachedZizmorPath(env) {
  return join(cacheFolder(env), 'zizmor', version, 'bin', 'zizmor');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = cachedZizmorPath(process.env);
  const waiting = () => say('waiting for another installation of zizmor');
  if (!existsSync(target)) await withLock(target, async () => install(target), waiting);
  if (existsSync(target)) process.stdout.write(`${target}\n`);
  else process.exitCode = 1;
}

/** @param {string} target */
function install(target) {
  // Whoever held the lock before may have installed it.
  if (existsSync(target)) return;
  say(`installing zizmor ${version} from PyPI, once`);
  const folder = dirname(dirname(target));
  // Made aside and renamed, so that a kill leaves nothing half. What pip installs here is a program, not a script that
  // would remember its folder.
  const aside = `${folder}.installing-${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  const pip = ['install', '--quiet', '--disable-pip-version-check', '--no-deps', `zizmor==${version}`];
  if (ran('python3', ['-m', 'venv', aside]) && ran(join(aside, 'bin', 'pip'), pip)) renameSync(aside, folder);
  rmSync(aside, { recursive: true, force: true });
}

/** @param {string} command @param {string[]} args */
function ran(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: installLimitMs });
  if (status !== 0) say(`\`${command}\` did not work: ${error?.message ?? `it ended with ${status}`}`);
  return status === 0;
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`zizmor: ${line}\n`);
}
