/**
 * Bundles the entries into `dist/`, which is committed: GitHub runs an Action from its repository, without an install.
 *
 * node scripts/build.mjs           writes dist/
 * node scripts/build.mjs --check   compares instead, and names what differs
 * node scripts/build.mjs --sizes   also prints what takes the room
 *
 * The bundles are not minified, so that a reader and a diff can follow them. The same sources give the same bytes in
 * any folder: esbuild is told where the root is and names every module relative to it.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { missingImports } from './bundle-imports.mjs';
import { licences } from './licences.mjs';

/**
 * `reads`: what stays outside, in the `node_modules` of a checkout. The demo's are GitHub's schema and what reads it: the
 * schema alone would be many times the size of all the rest.
 * @typedef {{ source: string, to: string, executable?: true, reads?: string[] }} Entry
 * @type {Entry[]}
 */
const entries = [
  { source: 'src/cli.ts', to: 'cli.js', executable: true },
  { source: 'src/action.ts', to: 'action.js' },
  { source: 'demo/demo.ts', to: 'demo.js', reads: ['graphql', '@octokit/graphql-schema'] },
];

/** CommonJS dependencies inside an ES module still ask for `require`. The alias keeps clear of the bundled names. */
const banner = [
  "import { createRequire as heddleCreateRequire } from 'node:module';",
  'const require = heddleCreateRequire(import.meta.url);',
].join('\n');

const root = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..'));

/** @returns {Promise<{ files: Map<string, string>, metafile: import('esbuild').Metafile }>} by name in dist/ */
async function bundle() {
  const result = await build({
    absWorkingDir: root,
    entryPoints: entries.map(({ source, to }) => ({ in: source, out: to.replace(/\.js$/, '') })),
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    charset: 'utf8',
    banner: { js: banner },
    external: entries.flatMap(({ reads = [] }) => reads),
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  const distOf = join(root, 'dist');
  const files = new Map(result.outputFiles.map((file) => [file.path.slice(distOf.length + 1), file.text]));
  for (const { to, executable } of entries) {
    const text = files.get(to) ?? '';
    // A shebang in a source comes first by itself; one is added to what is started as a command and has none.
    if (executable && !text.startsWith('#!')) files.set(to, `#!/usr/bin/env node\n${text}`);
  }
  files.set('licenses.txt', licences(root, result.metafile));
  return { files, metafile: result.metafile };
}

/** @param {Map<string, string>} files */
function write(files) {
  mkdirSync(join(root, 'dist'), { recursive: true });
  for (const name of strangers(files)) rmSync(join(root, 'dist', name), { recursive: true });
  for (const [name, text] of files) writeFileSync(join(root, 'dist', name), text);
  for (const { to, executable } of entries) if (executable) chmodSync(join(root, 'dist', to), 0o755);
}

/**
 * @param {Map<string, string>} files
 * @returns {string[]} a sentence per difference between dist/ and what the sources build
 */
function differences(files) {
  const found = strangers(files).map((name) => `dist/${name} is built by nothing`);
  for (const [name, text] of files) {
    const path = join(root, 'dist', name);
    if (!existsSync(path)) {
      found.push(`dist/${name} is missing`);
      continue;
    }
    const committed = readFileSync(path, 'utf8');
    if (committed === text) continue;
    const [is, shouldBe] = [committed.split('\n'), text.split('\n')];
    const at = shouldBe.findIndex((line, i) => line !== is[i]);
    const line = at < 0 ? shouldBe.length : at;
    found.push(
      `dist/${name} differs from line ${line + 1} on: it has ${quote(is[line])}, the sources build ${quote(shouldBe[line])}`,
    );
  }
  return found;
}

/**
 * @param {Map<string, string>} files
 * @returns {string[]} what lies in dist/ and is not built
 */
function strangers(files) {
  const folder = join(root, 'dist');
  return existsSync(folder) ? readdirSync(folder).filter((name) => !files.has(name)) : [];
}

/** @param {string | undefined} line */
function quote(line) {
  return line === undefined ? 'no such line' : `\`${line.slice(0, 100)}\``;
}

/** @param {import('esbuild').Metafile} metafile */
function sizes(metafile) {
  /** @type {string[]} */
  const lines = [];
  for (const [output, { inputs }] of Object.entries(metafile.outputs)) {
    /** @type {Map<string, number>} */
    const byPackage = new Map();
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? 'src';
      byPackage.set(name, (byPackage.get(name) ?? 0) + bytesInOutput);
    }
    const largest = [...byPackage].sort((a, b) => b[1] - a[1]).slice(0, 8);
    lines.push(`  ${output}: ${largest.map(([name, bytes]) => `${name} ${Math.round(bytes / 1024)} kB`).join(', ')}`);
  }
  return lines.join('\n');
}

const missing = entries.filter(({ source }) => !existsSync(join(root, source)));
if (missing.length > 0) {
  console.error(
    `Error: ${missing.map(({ source }) => source).join(', ')} is named in scripts/build.mjs and not there.`,
  );
  process.exit(1);
}
const { files, metafile } = await bundle();
if (process.argv.includes('--sizes')) console.log(sizes(metafile));
const unmet = missingImports(metafile, Object.fromEntries(entries.map(({ to, reads = [] }) => [`dist/${to}`, reads])));
for (const line of unmet) console.error(`Error: ${line}.`);
if (unmet.length > 0) process.exit(1);
if (process.argv.includes('--check')) {
  const found = differences(files);
  for (const line of found) console.error(line);
  if (found.length > 0) console.error('Hint: run `npm run build` and commit dist/.');
  else console.log(`dist/ is what the sources build (${[...files.keys()].join(', ')}).`);
  process.exitCode = found.length > 0 ? 1 : 0;
} else {
  write(files);
  for (const [name, text] of files) console.log(`dist/${name}  ${Math.round(Buffer.byteLength(text) / 1024)} kB`);
}
