/** What a bundle still asks for when it runs: Heddle's package and its Action come without `node_modules`. */
import { isBuiltin } from 'node:module';

/**
 * @param {import('esbuild').Metafile} metafile
 * @param {Readonly<Record<string, readonly string[]>>} installed by output: the packages that it may find installed
 * @returns {string[]} a sentence per import that would fail
 */
export function missingImports(metafile, installed) {
  return Object.entries(metafile.outputs).flatMap(([output, { imports }]) => {
    const missing = imports
      .filter(({ path, external }) => external && !isBuiltin(path) && !installed[output]?.includes(path))
      .map(({ path }) => `${output} imports ${path}, which nothing installs with it`);
    return [...new Set(missing)];
  });
}
