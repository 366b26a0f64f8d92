/** Which part of the tree may stand on which: tables first, so that a change of the shape is a change of a line. */
import type { Import, Source } from './source.ts';

type Layer = {
  files: RegExp;
  called: string;
  /** What it may import of our own, by path; a folder of its own is not implied. */
  own: readonly RegExp[];
  /** Which packages; all when left out. */
  packages?: readonly RegExp[];
  typesOnly?: true;
};

/** Composition: the files that join everything, and may reach the outside for it. */
const entries = /^(src\/(cli|action)\.ts$|demo\/)/;
/** One command each: what it takes, and which use case runs. */
export const commands = /^src\/commands\//;
/** Makes, of a folder and an environment, what commands stand on. */
export const wired = /^src\/wiring\//;
const domain = /^src\/domain\//;
export const ports = /^src\/ports\//;
const reconcile = /^src\/reconcile\//;
const config = /^src\/config\//;
/** What all but the configuration itself may know of it. */
const settings = /^src\/config\/(settings|agreement)\.ts$/;
const adapters = /^src\/adapters\//;
const host = /^src\/adapters\/host\//;
export const core = /^src\/(spawner|worker|merger|review|import|init|doctor)\//;
/** The verdict on a pull request: the merger lands on it, the spawner hands back on it. */
const review = /^src\/review\//;
/** The one file of the merger that says what its workflow is called and what is in it. */
const mergerWorkflow = /^src\/merger\/workflow-file\.ts$/;
/** Packages that reach the outside. Node's pure ones (path, crypto, url) are free. */
const outside =
  /^(execa|@octokit\/|@actions\/|node:(fs|child_process|net|https?|http2|os|process|tty|readline|worker_threads|dgram|dns)\b)/;
/** Without an import. */
const reaching = /^(console\.|(fetch|set(Immediate|Interval|Timeout))$)/;

const layers: readonly Layer[] = [
  { files: domain, called: 'domain', own: [domain], packages: [/^minimatch$/] },
  { files: ports, called: 'ports', own: [domain, ports], packages: [], typesOnly: true },
  { files: config, called: 'the configuration', own: [domain, config] },
  { files: reconcile, called: 'the queue of passes', own: [domain, ports, reconcile] },
  {
    files: /^src\/spawner\//,
    called: 'the spawner',
    own: [domain, ports, settings, reconcile, review, /^src\/spawner\//],
  },
  { files: /^src\/worker\//, called: 'the worker', own: [domain, ports, settings, review, /^src\/worker\//] },
  {
    files: /^src\/merger\//,
    called: 'the merger',
    own: [domain, ports, settings, reconcile, review, /^src\/merger\//],
  },
  { files: review, called: 'the review', own: [domain, ports, settings, review] },
  { files: /^src\/import\//, called: 'the import', own: [domain, ports, /^src\/import\//] },
  {
    files: /^src\/init\//,
    called: 'init',
    own: [domain, ports, mergerWorkflow, /^src\/(init\/|worker\/messages\.ts$)/],
  },
  {
    files: /^src\/doctor\//,
    called: 'doctor',
    own: [domain, ports, settings, mergerWorkflow, /^src\/(doctor|init)\//],
  },
  { files: /^src\/adapters\/bd\//, called: 'the adapter of bd', own: [domain, ports, host, /^src\/adapters\/bd\//] },
  { files: /^src\/adapters\/git\//, called: 'the adapter of git', own: [domain, ports, host, /^src\/adapters\/git\//] },
  {
    files: /^src\/adapters\/github\//,
    called: 'the adapter of GitHub',
    own: [domain, ports, host, /^src\/adapters\/(github|git)\//],
  },
  { files: host, called: 'an adapter of this machine', own: [domain, ports, host, /^src\/import\//] },
  { files: /^src\/adapters\/[a-z-]+\.ts$/, called: 'an adapter', own: [domain, ports, adapters] },
  { files: wired, called: 'the wiring', own: [/^src\/(?!(cli|action)\.ts$|(config|commands)\/)/, settings] },
  { files: commands, called: 'a command', own: [/^src\/(?!(cli|action)\.ts$|config\/)/, settings] },
  {
    files: /^src\/(cli|action)\.ts$/,
    called: 'an entry',
    own: [/^(src\/(?!config\/)|package\.json$)/, settings],
  },
  // Where setup has put the Node of an Action is for setup to say.
  { files: /^sandbox\//, called: 'the sandbox', own: [/^sandbox\//, domain, /^scripts\/programs\.mjs$/] },
  {
    files: /^demo\//,
    called: 'the demo',
    own: [/^(demo|sandbox)\//, adapters, domain, ports, /^src\/doctor\/tools\.ts$/],
  },
];

/** Packages that are nothing but pure functions; a decider may use these. */
const purePackages = ['minimatch'];

/** Each of these belongs to one file, so that what it does is done in one way. */
const homes: readonly { from: RegExp; only: RegExp }[] = [
  // How a pull request gets onto its base: another way is another file here, and nothing else.
  {
    from: /^src\/ports\/landing\.ts$/,
    only: /^(src\/(ports|adapters\/github|(merger|review)\/landing)\/|__tests__\/)/,
  },
  { from: /^execa$/, only: /^(src\/adapters\/host\/run\.ts$|sandbox\/|__tests__\/|bench\/)/ },
  { from: /^@actions\/core$/, only: /^src\/action\.ts$/ },
];

export function importsPerLayer({ path, imports }: Source): string[] {
  return layers
    .filter((layer) => layer.files.test(path))
    .flatMap((layer) =>
      imports
        .filter((it) => !isAllowed(layer, it))
        .map((it) => `${path}: ${layer.called} must not import ${it.from}${layer.typesOnly ? ' (types only)' : ''}`),
    );
}

/**
 * A decider is `decide.ts` and whatever of its own part it is put together from. Each imports the domain, the view,
 * the intents and its fellow deciders; ports and packages would let it do something.
 */
export function decidersArePure(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const waiting = sources.map(({ path }) => path).filter((path) => /^src\/[a-z-]+\/decide(-[a-z-]+)?\.ts$/.test(path));
  const deciders = new Set<string>();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (deciders.has(path)) continue;
    deciders.add(path);
    waiting.push(...(byPath.get(path)?.imports ?? []).map(({ from }) => from).filter(isFellow(path)));
  }
  return [...deciders].flatMap((path) =>
    (byPath.get(path)?.imports ?? [])
      .filter(({ from }) => !domain.test(from) && !isData(path, from) && !isFellow(path)(from))
      .filter(({ from }) => !purePackages.includes(from))
      .map(({ from }) => `${path}: a decider must not import ${from}`),
  );
}

function isData(decider: string, from: string): boolean {
  return (from.startsWith(partOf(decider)) || review.test(from)) && /\/(view|intent)\.ts$/.test(from);
}

/** `src/merger/`, of a file in a folder below it as well. */
function partOf(path: string): string {
  return path.split('/').slice(0, 2).join('/').concat('/');
}

/** The review is pure as well, wherever it is made. */
function isFellow(decider: string): (from: string) => boolean {
  return (from) =>
    (from.startsWith(partOf(decider)) || review.test(from)) &&
    !isData(decider, from) &&
    !/\/(observe|perform)\b/.test(from);
}

function isAllowed(layer: Layer, { from, typeOnly }: Import): boolean {
  if (layer.typesOnly && !typeOnly) return false;
  if (/^(src|sandbox|demo|bench|scripts|__tests__)\//.test(from))
    return layer.own.some((pattern) => pattern.test(from));
  return layer.packages === undefined || layer.packages.some((pattern) => pattern.test(from));
}

export function outsideIsReachedByAdapters({ path, imports, calls }: Source): string[] {
  if (!path.startsWith('src/') || adapters.test(path) || entries.test(path)) return [];
  const imported = imports.filter(({ from, typeOnly }) => outside.test(from) && !typeOnly).map(({ from }) => from);
  const called = calls.filter((call) => reaching.test(call));
  return [...imported, ...called].map(
    (from) => `${path}: ${from} reaches the outside, which only adapters and entries may`,
  );
}

export function oneHomeEach({ path, imports }: Source): string[] {
  return imports.flatMap(({ from }) =>
    homes
      .filter((home) => home.from.test(from) && !home.only.test(path))
      .map((home) => `${path}: ${from} belongs in ${home.only.source} alone`),
  );
}

/** Time, chance and environment are arguments of the core. */
export function nothingAmbient({ path, members, has }: Source): string[] {
  if (!path.startsWith('src/') || adapters.test(path) || entries.test(path)) return [];
  const read = ['process.env', 'Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID'];
  const found = read.filter((name) => members.some((member) => member === name || member.startsWith(`${name}.`)));
  if (has.includes('new Date()')) found.push('new Date()');
  return found.map((name) => `${path}: ${name} is an argument of the core, read by adapters and entries`);
}
