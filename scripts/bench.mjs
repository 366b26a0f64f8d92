/**
 * Runs one bench: `npm run bench -- worktrees`. Benches are TypeScript, which the oldest Node that Heddle runs on does
 * not read, so they are bundled first; what follows the name goes to the bench.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [name = '', ...rest] = process.argv.slice(2);
const entry = join(root, 'bench', `${basename(name)}.ts`);
if (!existsSync(entry)) {
  const names = readdirSync(join(root, 'bench')).map((file) => file.replace(/\.ts$/, ''));
  process.stderr.write(`Error: There is no bench ${JSON.stringify(name)}.\nHint: Take one of: ${names.join(', ')}\n`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'));
const program = join(folder, `${basename(name)}.mjs`);
await build({
  entryPoints: [entry],
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});
const { status } = spawnSync(process.execPath, [program, ...rest], { stdio: 'inherit' });
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
