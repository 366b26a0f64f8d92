/** `npm run docs`: writes the tables of docs/usage.md anew from the sources. A test compares them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const bundled = await build({
  entryPoints: [join(root, 'scripts', 'usage-tables.ts')],
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('file:///');" },
});
const code = Buffer.from(bundled.outputFiles[0]?.contents ?? []).toString('base64');
const { withTables } = await import(`data:text/javascript;base64,${code}`);
const path = join(root, 'docs', 'usage.md');
writeFileSync(path, withTables(readFileSync(path, 'utf8')));
