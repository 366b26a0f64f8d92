/** The licences of everything that a bundle contains, as the licences themselves ask for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} root
 * @param {import('esbuild').Metafile} metafile
 * @returns {string} one section per package, sorted by name and version
 */
export function licences(root, metafile) {
  const folders = new Set();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const input of Object.keys(inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
      if (folder !== undefined) folders.add(folder);
    }
  }
  const sections = new Map([...folders].map((folder) => section(join(root, folder))));
  const names = [...sections.keys()].sort();
  return `The bundles contain these packages.\n\n${names.map((name) => sections.get(name)).join('\n')}`;
}

/**
 * @param {string} folder
 * @returns {[string, string]} name and version, and the text
 */
function section(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder)
    .sort()
    .find((entry) => /^(licen[sc]e|copying)(\.(md|txt|markdown))?$/i.test(entry));
  const text = file === undefined ? '(the package has no licence file)' : readFileSync(join(folder, file), 'utf8');
  const title = `${name} ${version} (${license ?? 'no licence named'})`;
  const lines = text.replaceAll('\r\n', '\n').trim();
  return [title, `${'='.repeat(80)}\n${title}\n${'='.repeat(80)}\n\n${lines}\n`];
}
