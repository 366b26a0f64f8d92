/**
 * Finds a `bd` (Beads) that Heddle can work with.
 *
 * Plain JavaScript on Node alone, because `scripts/setup.mjs` needs it before anything is installed; the command line
 * imports the same file, so that setup, doctor and every run agree on which `bd` is used.
 * `HEDDLE_BD` is an order: if it is not good enough, nothing else is tried. After it come PATH, npm's `@beads/bd`, and
 * the one that setup built into the cache. What was looked at and not used is named with its reason, never hidden.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';

/** 1.3.0 brought the guarded updates that every claim rests on; older ones cannot keep two spawners apart. */
export const minimumBdVersion = '1.3.0';

/** Gets a `bd` that is good enough, on every platform, with Heddle installed in whatever way. */
export const bdInstall = `npm i -g @beads/bd@${minimumBdVersion}`;

/** `bd version` takes 0.1 s; one that does not answer within this is as good as none. */
const versionTimeoutMs = 10_000;

/**
 * @typedef {Readonly<Record<string, string | undefined>>} Environment
 * @typedef {'HEDDLE_BD' | 'PATH' | 'npm' | 'cache'} BdOrigin
 * @typedef {{ path: string, origin: BdOrigin }} BdCandidate
 * @typedef {{ version: string } | { why: string, tooOld: boolean }} BdCheck
 * @typedef {{ problem: string, hint: string }} Problem as in `src/domain/errors.ts`
 * @typedef {BdCandidate & Problem & { tooOld: boolean }} PassedOver
 * @typedef {{ path: string, version: string, origin: BdOrigin, passedOver: PassedOver[] }} BdFound
 * @typedef {Problem & { passedOver: PassedOver[] }} BdMissing
 */

/**
 * The first `bd` that is new enough, or what is wrong and the command that repairs it.
 * @param {Environment} env
 * @returns {BdFound | BdMissing}
 */
export function findBd(env) {
  /** @type {PassedOver[]} */
  const passedOver = [];
  for (const candidate of bdCandidates(env)) {
    const check = checkBd(candidate.path, env);
    if ('version' in check) return { ...candidate, version: check.version, passedOver };
    const problem = `${candidate.path} ${check.why}`;
    passedOver.push({ ...candidate, problem, hint: hintOn(candidate), tooOld: check.tooOld });
  }
  const [first] = passedOver;
  if (first === undefined) {
    return {
      problem: `no bd (Beads) was found; Heddle needs ${minimumBdVersion} or newer`,
      hint: `run \`${bdInstall}\``,
      passedOver,
    };
  }
  return { problem: first.problem, hint: first.hint, passedOver };
}

/**
 * Every `bd` that exists and may be executed, in the order of preference, each real file once.
 * @param {Environment} env
 * @returns {BdCandidate[]}
 */
export function bdCandidates(env) {
  const ordered = env['HEDDLE_BD'];
  // Not checked for existence: an order that cannot be followed has to be said, not skipped.
  if (ordered) return [{ path: resolve(ordered), origin: 'HEDDLE_BD' }];

  /** @type {Map<string, BdCandidate>} */
  const byRealPath = new Map();
  /** @type {(path: string, origin: BdOrigin) => void} */
  const add = (path, origin) => {
    const real = executable(path);
    if (real !== undefined && !byRealPath.has(real)) byRealPath.set(real, { path, origin });
  };
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '') add(native(resolve(folder, 'bd')), 'PATH');
  }
  const npmFolder = bdPackageFolder();
  if (npmFolder !== undefined) add(join(npmFolder, 'bin', 'bd'), 'npm');
  add(cachedBdPath(env), 'cache');
  return [...byRealPath.values()];
}

/**
 * Asks one `bd` for its version. It runs outside any repository, so that no database is opened or migrated.
 * @param {string} path
 * @param {Environment} env
 * @returns {BdCheck}
 */
export function checkBd(path, env, timeoutMs = versionTimeoutMs) {
  const run = spawnSync(path, ['version', '--json'], {
    cwd: tmpdir(),
    env: quietForBd(env),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const version = versionIn(run.stdout ?? '');
  if (run.error !== undefined && 'code' in run.error && run.error.code === 'ETIMEDOUT') {
    return { why: `gave no answer to \`bd version\` within ${timeoutMs / 1000} s`, tooOld: false };
  }
  if (run.error !== undefined) return { why: `cannot be started: ${run.error.message}`, tooOld: false };
  if (version === undefined) {
    const said = (run.stderr.trim() || run.stdout.trim()).split('\n')[0]?.slice(0, 120) || 'nothing';
    return { why: `does not answer \`bd version --json\` as Beads does (exit ${run.status}: ${said})`, tooOld: false };
  }
  if (!isNewEnough(version)) {
    return { why: `is version ${version}, and Heddle needs ${minimumBdVersion} or newer`, tooOld: true };
  }
  return { version };
}

/**
 * For every call of `bd`: never a prompt, no usage metrics, no colours, and none of the variables that change its answers.
 * @param {Environment} env
 * @returns {Record<string, string | undefined>}
 */
export function quietForBd(env) {
  const { CLAUDE_CODE, BD_AGENT_MODE, BD_JSON_ENVELOPE, BEADS_DB, ...rest } = env;
  return { ...rest, BD_NON_INTERACTIVE: '1', DO_NOT_TRACK: '1', NO_COLOR: '1' };
}

/**
 * Where what setup makes is stored, outside every checkout, so that all clones share it.
 * @param {Environment} env
 * @param {NodeJS.Platform} [platform]
 */
export function cacheFolder(env, platform = process.platform) {
  const home = env['HOME'] || homedir();
  if (env['HEDDLE_CACHE']) return resolve(env['HEDDLE_CACHE']);
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'heddle');
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'heddle') : join(home, '.cache', 'heddle');
}

/**
 * @param {Environment} env
 * @param {string} [version]
 */
export function cachedBdPath(env, version = minimumBdVersion) {
  return join(cacheFolder(env), 'bd', version, 'bd');
}

/** The folder of npm's `@beads/bd`, found as Node finds a package, from the sources and from the bundle alike. */
export function bdPackageFolder() {
  try {
    return dirname(createRequire(import.meta.url).resolve('@beads/bd/package.json'));
  } catch {
    return undefined;
  }
}

/**
 * A prerelease of the minimum is older than the minimum.
 * @param {string} version
 */
export function isNewEnough(version, minimum = minimumBdVersion) {
  const [have, want] = [parts(version), parts(minimum)];
  if (have === undefined || want === undefined) return false;
  for (const i of [0, 1, 2]) {
    const difference = (have.numbers[i] ?? 0) - (want.numbers[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return have.prerelease === '' || want.prerelease !== '';
}

/** @param {string} version */
function parts(version) {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?/.exec(version);
  return match === null ? undefined : { numbers: match.slice(1, 4).map(Number), prerelease: match[4] ?? '' };
}

/**
 * The version in an answer that may have warnings before its JSON.
 * @param {string} stdout
 * @returns {string | undefined}
 */
function versionIn(stdout) {
  try {
    const answer = JSON.parse(stdout.slice(stdout.indexOf('{')));
    return typeof answer.version === 'string' ? answer.version : undefined;
  } catch {
    return undefined;
  }
}

/**
 * npm puts a Node wrapper on PATH that starts the real program beside it; calling that one directly saves 50 ms a call.
 * @param {string} path
 */
function native(path) {
  const real = executable(path);
  return real !== undefined && basename(real) === 'bd.js' ? join(dirname(real), 'bd') : path;
}

/**
 * @param {string} path
 * @returns {string | undefined} its real path, if it is a file that may be executed
 */
function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? realpathSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** @param {BdCandidate} candidate */
function hintOn(candidate) {
  switch (candidate.origin) {
    case 'HEDDLE_BD':
      return `point HEDDLE_BD at a bd of ${minimumBdVersion} or newer (\`${bdInstall}\` gets one), or unset it`;
    case 'PATH':
      return `run \`${bdInstall}\`, or bring ${candidate.path} up to date as it was installed`;
    case 'npm':
    case 'cache':
      return `delete ${candidate.path} and run \`${bdInstall}\``;
  }
}
