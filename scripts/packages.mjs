/** Whether the packages on disk are the locked ones, by npm's own record of what it installed; and their installation. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The locked packages that are not installed in the locked version. An optional one may be missing: npm leaves out
 * what is for another platform. That none for this platform is there tells of an installation that was to omit them all.
 * @param {string} root
 * @returns {string[]}
 */
export function missingPackages(root) {
  const locked = packagesIn(join(root, 'package-lock.json'));
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  const missing = Object.keys(locked).filter((name) => {
    const [want, have] = [locked[name], installed[name]];
    if (name === '' || want === undefined || want.link) return false;
    if (have === undefined) return !(want.optional || want.devOptional);
    return have.version !== want.version || have.integrity !== want.integrity;
  });
  const forHere = Object.keys(locked).filter((name) => isForHere(locked[name] ?? {}));
  return forHere.some((name) => name in installed) ? missing : [...missing, ...forHere];
}

/**
 * Some of these npm leaves out all the same, such as those for another C library.
 * @param {Locked} want
 */
function isForHere({ optional = false, os = [], cpu = [] }) {
  return optional && [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch);
}

/**
 * Install scripts are not run: nothing here needs one except `@beads/bd`, whose download setup does itself, with a
 * bound, and which may fail.
 * @param {string} root
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>} whether it went well
 */
export function installPackages(root, say) {
  say('installing the locked packages (npm ci)');
  return new Promise((done) => {
    // Whatever NODE_ENV and npm's configuration say of it: the demo and the tests need them all.
    const all = ['--include=dev', '--include=optional'];
    const npm = spawn('npm', ['ci', ...all, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    npm.once('error', (error) => {
      say(`npm cannot be started: ${error.message}`);
      done(false);
    });
    npm.once('exit', (code) => done(code === 0));
  });
}

/**
 * @typedef {{
 *   version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, link?: boolean,
 *   os?: string | string[], cpu?: string | string[],
 * }} Locked
 * @param {string} file
 * @returns {Record<string, Locked>}
 */
function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    // No file, or one that a killed npm left half written: then nothing counts as installed.
    return {};
  }
}
