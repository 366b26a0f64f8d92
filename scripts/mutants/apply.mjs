/** One replacement in one file of the sources. A text that is not there any more is an error, not a mutant. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The file's text without its guard.
 * @param {{ file: string, from: string, to: string }} mutant
 * @param {string} root
 */
export function mutated({ file, from, to }, root) {
  const text = readFileSync(join(root, file), 'utf8');
  if (text.split(from).length !== 2) throw new Error(`this text is not in ${file} once: ${from}`);
  return text.replace(from, () => to);
}

/**
 * An esbuild plugin that takes one guard out of what is bundled.
 * @param {{ file: string, from: string, to: string }} mutant
 * @param {string} root
 * @returns {import('esbuild').Plugin}
 */
export function taking(mutant, root) {
  const path = join(root, mutant.file);
  return {
    name: 'taking-a-guard',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, (args) =>
        args.path === path ? { contents: mutated(mutant, root), loader: 'ts' } : undefined,
      );
    },
  };
}
