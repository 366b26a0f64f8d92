/**
 * Prints the folders of real agents' command lines, to be put on PATH, which the tests of `claude` and `codex` use;
 * installs from npm what is missing, kept by version outside every checkout, as `act` is. Nobody's login is needed:
 * the tests have a model of their own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../src/adapters/bd/find-bd.mjs';
import { withLock } from './lock.mjs';

const installLimitMs = 10 * 60_000;

/**
 * `after`: what the package's own install script does, named here because install scripts run for nothing else.
 * Claude's puts the program of this platform (an optional dependency) in the place of a stub; it loads nothing.
 * @type {Readonly<Record<'claude' | 'codex', { name: string, version: string, after?: string }>>}
 */
const packages = {
  claude: { name: '@anthropic-ai/claude-code', version: '2.1.330', after: 'install.cjs' },
  codex: { name: '@openai/codex', version: '0.169.0' },
};

/**
 * The folder that has the agent's command in it, if it is installed.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {keyof typeof packages} agent
 */
export function cachedAgentFolder(env, agent) {
  return join(cacheFolder(env), 'agents', agent, packages[agent].version, 'node_modules', '.bin');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const agent of /** @type {const} */ (['claude', 'codex'])) {
    const target = cachedAgentFolder(process.env, agent);
    const waiting = () => say(`waiting for another installation of ${agent}`);
    if (!existsSync(target)) await withLock(target, async () => install(agent, target), waiting);
    if (existsSync(target)) process.stdout.write(`${target}\n`);
    else process.exitCode = 1;
  }
}

/** @param {keyof typeof packages} agent @param {string} target */
function install(agent, target) {
  // Whoever held the lock before may have installed it.
  if (existsSync(target)) return;
  const { name, version, after } = packages[agent];
  say(`installing ${name} ${version} from npm, once (about 400 MB on disk)`);
  const folder = dirname(dirname(target));
  // Made aside and renamed, so that a kill never leaves half a program where tests look for one. Links are relative.
  const aside = `${folder}.installing-${process.pid}`;
  mkdirSync(aside, { recursive: true });
  const npm = ['install', '--prefix', aside, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  const installed =
    ran('npm', [...npm, '--loglevel=error', `${name}@${version}`]) &&
    (after === undefined || ran(process.execPath, [join(aside, 'node_modules', name, after)])) &&
    // Without the optional dependency of this platform, npm succeeds all the same.
    ran(join(aside, 'node_modules', '.bin', agent), ['--version']);
  if (installed) renameSync(aside, folder);
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
  process.stderr.write(`agents: ${line}\n`);
}
