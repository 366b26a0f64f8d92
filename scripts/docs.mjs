/** `npm run docs`: writes anew, in each file, what is made from the sources. Tests compare it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(root, 'node_modules', '.heddle-docs-'));
try {
  const bundled = join(folder, 'generated.mjs');
  await build({
    stdin: {
      contents:
        "export { generated, withBlocks } from './scripts/generated.ts';\nexport { commands } from './src/commands/index.ts';",
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: bundled,
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
  const { commands, generated, withBlocks } = await import(pathToFileURL(bundled).href);
  for (const file of generated(commands)) {
    const path = join(root, file.path);
    writeFileSync(path, withBlocks(readFileSync(path, 'utf8'), file));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
