/**
 * Prints the path of `act`, the workflow runner that the tests of the copied workflow use; builds it where it is missing.
 * It comes from a tool module of its own (`tools/act`) and is kept by version outside every checkout, as `bd` is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../src/adapters/bd/find-bd.mjs';
import { withLock } from './lock.mjs';

const source = join(dirname(fileURLToPath(import.meta.url)), '..', 'tools', 'act');
const program = 'github.com/nektos/act';
const buildLimitMs = 20 * 60_000;

/** @param {Readonly<Record<string, string | undefined>>} env */
export function cachedActPath(env) {
  const version = new RegExp(`${program} v(\\S+)`).exec(readFileSync(join(source, 'go.mod'), 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${source}/go.mod names no version of ${program}`);
  return join(cacheFolder(env), 'act', version, 'act');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = cachedActPath(process.env);
  if (!existsSync(target))
    await withLock(
      target,
      () => build(target),
      () => say('waiting for another build of act'),
    );
  if (existsSync(target)) process.stdout.write(`${target}\n`);
  else process.exitCode = 1;
}

/** @param {string} target */
async function build(target) {
  // Whoever held the lock before may have built it.
  if (existsSync(target)) return;
  say('building act with Go, once (about a minute on 2 cores)');
  mkdirSync(dirname(target), { recursive: true });
  // Built aside and renamed, so that a kill never leaves half a program where tests look for one.
  const aside = `${target}.building-${process.pid}`;
  const built = spawnSync('go', ['build', '-mod=readonly', '-buildvcs=false', '-o', aside, program], {
    cwd: source,
    env: { ...process.env, GOWORK: 'off' },
    stdio: ['ignore', 2, 2],
    timeout: buildLimitMs,
  });
  if (built.status === 0) renameSync(aside, target);
  else say(`act could not be built: ${built.error?.message ?? `go ended with ${built.status}`}`);
  rmSync(aside, { force: true });
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`act: ${line}\n`);
}
