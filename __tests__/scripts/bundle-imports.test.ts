import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { missingImports } from '../../scripts/bundle-imports.mjs';

async function bundleOf(contents: string) {
  const { metafile } = await build({
    stdin: { contents, sourcefile: 'entry.js' },
    outfile: 'dist/it.js',
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['graphql', 'execa'],
    metafile: true,
    write: false,
  });
  return metafile;
}

test('a bundle may import what Node has, and the packages that it is said to find installed', async () => {
  const bundle = await bundleOf("import 'node:fs'; import 'path'; import 'graphql';");
  expect(missingImports(bundle, { 'dist/it.js': ['graphql'] })).toEqual([]);
});

test.each(["import 'execa';", "await import('execa');", "require('execa');", "export { execa } from 'execa';"])(
  'a bundle with %s is refused, because nothing installs the package with it',
  async (contents) => {
    const refused = ['dist/it.js imports execa, which nothing installs with it'];
    expect(missingImports(await bundleOf(contents), { 'dist/other.js': ['execa'] })).toEqual(refused);
  },
);
