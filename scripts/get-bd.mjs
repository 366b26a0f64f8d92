/** Two ways to get `bd` for this checkout: the release that npm's `@beads/bd` downloads, or a build from its source. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cachedBdPath, checkBd, minimumBdVersion } from '../src/adapters/bd/find-bd.mjs';
import { withLock } from './lock.mjs';
import { duration, runWatched } from './run-watched.mjs';

/** A download that has not grown for this long is behind a firewall that drops it: give up and build. */
const downloadSilenceMs = 20_000;
const downloadLimitMs = 10 * 60_000;
/** Cold on two cores it takes six and a half minutes; this leaves room for slow machines and slow module proxies. */
const buildLimitMs = 60 * 60_000;
const buildPackages = 1500;
const sayEveryMs = 15_000;

/**
 * @typedef {Record<string, string | undefined>} Environment
 * @typedef {(line: string) => void} Say
 */

/**
 * Runs the install script of `@beads/bd`, which fetches its release for this platform. npm has not run it: setup
 * installs without install scripts, and this one would skip itself under `CI`, and has no time limit of its own.
 * Whether the `bd` that comes is good is for the search to find out.
 * @param {string} folder of the package
 * @param {Environment} env
 * @param {Say} say
 * @returns {Promise<void>}
 */
export async function downloadBd(folder, env, say, silenceMs = downloadSilenceMs) {
  const script = join(folder, 'scripts', 'postinstall.js');
  if (!existsSync(script)) return;
  say(`downloading bd (the release that npm's @beads/bd names)`);
  const { CI, ...withoutCi } = env;
  let size = -1;
  let grewAt = performance.now();
  const outcome = await runWatched(
    process.execPath,
    [script],
    { cwd: folder, env: withoutCi, limitMs: downloadLimitMs },
    () => {
      const now = performance.now();
      const bytes = sizeOf(join(folder, 'bin'));
      if (bytes !== size) [size, grewAt] = [bytes, now];
      return now - grewAt > silenceMs ? `nothing came for ${duration(silenceMs)}` : undefined;
    },
  );
  if (outcome.ok) return;
  const said = outcome.output.split('\n').find((line) => line.startsWith('Error'));
  say(`the download of bd did not work (${said ?? outcome.why})`);
}

/**
 * Builds `bd` from the module in `source` into the cache, once for all checkouts. It is built under another name and
 * renamed at the end, so that a kill never leaves half a program where others look for one.
 * @param {string} source the folder of a go.mod with a `tool` line
 * @param {Environment} env
 * @param {Say} say
 * @param {() => void} onWait called when another setup holds the lock
 * @returns {Promise<void>}
 */
export async function buildBd(source, env, say, onWait) {
  const target = cachedBdPath(env);
  const folder = dirname(target);
  if (spawnSync('go', ['version'], { cwd: source, env, stdio: 'ignore' }).status !== 0) {
    say('bd cannot be built: there is no working Go toolchain on PATH');
    return;
  }
  await withLock(
    target,
    async () => {
      // Whoever held the lock before may have built it.
      if (existsSync(target) && 'version' in checkBd(target, env)) return;
      mkdirSync(folder, { recursive: true });
      // Nobody else builds while we hold the lock, so what lies here was left by a build that was killed.
      for (const name of readdirSync(folder)) {
        if (name.startsWith('bd.building-')) rmSync(join(folder, name), { force: true });
      }
      const aside = join(folder, `bd.building-${process.pid}`);
      if (await goBuild(source, env, aside, say)) renameSync(aside, target);
      else rmSync(aside, { force: true });
    },
    onWait,
  );
}

/**
 * @param {string} source
 * @param {Environment} env
 * @param {string} output
 * @param {Say} say
 * @returns {Promise<boolean>}
 */
async function goBuild(source, env, output, say) {
  say(`building bd ${minimumBdVersion} with Go, once (about 7 minutes on 2 cores), into ${dirname(output)}`);
  const startedAt = performance.now();
  let saidAt = startedAt;
  // `-v` names each package as it is compiled, which is all the progress that Go tells; `tool` is go.mod's tool line.
  const args = ['build', '-v', '-mod=readonly', '-buildvcs=false', '-tags', 'gms_pure_go', '-o', output, 'tool'];
  const outcome = await runWatched(
    'go',
    args,
    { cwd: source, env: { ...env, CGO_ENABLED: '1', GOWORK: 'off' }, limitMs: buildLimitMs },
    (lines) => {
      const now = performance.now();
      if (now - saidAt > sayEveryMs) {
        saidAt = now;
        say(`building bd: ${duration(now - startedAt)}, ${lines} of about ${buildPackages} packages`);
      }
      return undefined;
    },
  );
  const took = duration(performance.now() - startedAt);
  if (outcome.ok) say(`built bd in ${took}`);
  else
    say(`the build of bd failed after ${took} (${outcome.why}):\n${outcome.output.split('\n').slice(-8).join('\n')}`);
  return outcome.ok;
}

/**
 * @param {string} folder
 * @returns {number} bytes of the files in it
 */
function sizeOf(folder) {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    // A file came or went between the two looks; the next look is a second away.
    return 0;
  }
}
