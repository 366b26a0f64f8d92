import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { buildBd, downloadBd } from '../../scripts/get-bd.mjs';
import { cachedBdPath } from '../../src/adapters/bd/find-bd.mjs';
import { until } from '../fakes/wait.ts';

const script = join(fileURLToPath(import.meta.url), '..', '..', '..', 'scripts', 'get-bd.mjs');
let folder: string;
let said: string[];
let env: Record<string, string | undefined>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-get-bd-'));
  said = [];
  env = { ...process.env, HEDDLE_CACHE: join(folder, 'cache'), PATH: `${folder}:${process.env['PATH']}` };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const say = (line: string) => void said.push(line);
const lines = (name: string) => readFileSync(join(folder, name), 'utf8').trim().split('\n');

/** A Go toolchain that notes each build, and then does as it is told with the file that it should make. */
function toolchain(build: string): void {
  const text = `#!/bin/sh
    [ "$1" = version ] && exit 0
    for word; do [ "$before" = -o ] && out=$word; before=$word; done
    echo $$ >> ${folder}/builds
    ${build}`;
  writeFileSync(join(folder, 'go'), text, { mode: 0o755 });
}
const makesBd = `printf '#!/bin/sh\\necho "{\\\\"version\\\\":\\\\"1.3.0\\\\"}"\\n' > "$out"; chmod +x "$out"`;

test('two setups at once build bd once', async () => {
  toolchain(makesBd);
  let waited = 0;
  await Promise.all([1, 2].map(() => buildBd(folder, env, say, () => waited++)));
  expect(lines('builds')).toHaveLength(1);
  expect(waited).toBe(1);
  expect(readdirSync(dirname(cachedBdPath(env)))).toEqual(['bd']);
});

test('a setup that is killed in the middle of a build leaves no half bd, and no lock', async () => {
  toolchain(`echo half > "$out"; echo > ${folder}/begun; exec sleep 600`);
  const code = `import { buildBd } from ${JSON.stringify(script)};
    await buildBd(${JSON.stringify(folder)}, process.env, () => {}, () => {});`;
  const killed = spawn(process.execPath, ['--input-type=module', '-e', code], { env, stdio: 'ignore' });
  await until('the build to begin', () => existsSync(join(folder, 'begun')));
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  for (const pid of lines('builds')) process.kill(Number(pid), 'SIGKILL');
  expect(existsSync(cachedBdPath(env))).toBe(false);

  toolchain(makesBd);
  await buildBd(folder, env, say, () => {});
  expect(readdirSync(dirname(cachedBdPath(env)))).toEqual(['bd']);
});

test('a build that fails says the last words of Go, and leaves nothing', async () => {
  toolchain('echo "cc: not found" >&2; exit 1');
  await buildBd(folder, env, say, () => {});
  expect(said.at(-1)).toMatch(/the build of bd failed .*exit code 1.*cc: not found/s);
  expect(readdirSync(dirname(cachedBdPath(env)))).toEqual([]);
});

test('without a Go toolchain nothing is built, and that is said', async () => {
  await buildBd(folder, { ...env, PATH: folder }, say, () => {});
  expect(said).toEqual(['bd cannot be built: there is no working Go toolchain on PATH']);
});

test('the download runs even where CI is set, which the package itself would skip', async () => {
  mkdirSync(join(folder, 'scripts'));
  writeFileSync(
    join(folder, 'scripts', 'postinstall.js'),
    "require('node:fs').writeFileSync('seen', process.env.CI ?? 'unset');",
  );
  await downloadBd(folder, { ...env, CI: 'true' }, say);
  expect(lines('seen')).toEqual(['unset']);
});

test('a download that brings nothing is given up', async () => {
  mkdirSync(join(folder, 'scripts'));
  writeFileSync(join(folder, 'scripts', 'postinstall.js'), 'setInterval(() => {}, 1000);');
  await downloadBd(folder, env, say, 100);
  expect(said.at(-1)).toMatch(/did not work \(nothing came for/);
});
