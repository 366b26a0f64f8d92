/** What holds the parts of the tree apart: no circle, nothing exported for nobody, no function too long to read. */
import { posix } from 'node:path';
import type { Import, Source } from './source.ts';

const longestFunction = 60;
/** Longer ones that are there. The list may only shrink. */
const longFunctions: readonly string[] = ['src/worker/perform.ts: createPerform'];

/** Files that take part in a circle of imports, types included, each circle as one sentence. */
export function importCircles(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reachable = new Map(sources.map(({ path }) => [path, reach(path, byPath)]));
  const told = new Set<string>();
  return sources.flatMap(({ path }) => {
    if (told.has(path) || !reachable.get(path)?.has(path)) return [];
    const circle = [...(reachable.get(path) ?? [])].filter((other) => reachable.get(other)?.has(path));
    for (const one of circle) told.add(one);
    return [`${circle.toSorted().join(', ')} import each other`];
  });
}

function reach(from: string, byPath: ReadonlyMap<string, Source>): Set<string> {
  const seen = new Set<string>();
  const waiting = [from];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const { from: next } of byPath.get(path)?.imports ?? []) {
      if (!byPath.has(next) || seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return seen;
}

/** What a file of the product exports and no file, tests included, imports. */
export function unusedExports(sources: readonly Source[]): string[] {
  const used = new Map<string, Set<string> | 'all'>();
  for (const { imports } of sources) for (const one of imports) use(used, one);
  return sources
    .filter(({ path }) => /^(src|sandbox|demo)\//.test(path))
    .flatMap(({ path, exported }) => {
      const names = used.get(path);
      if (names === 'all') return [];
      return exported.filter((name) => !names?.has(name)).map((name) => `${path}: nobody imports ${name}`);
    });
}

function use(used: Map<string, Set<string> | 'all'>, { from, names }: Import): void {
  const known = used.get(from) ?? new Set<string>();
  if (known === 'all' || names === 'all') used.set(from, 'all');
  else used.set(from, new Set([...known, ...names]));
}

/** An exception that is no longer needed has to go, too. */
export function functionLength(sources: readonly Source[]): string[] {
  const product = sources.filter(({ path }) => /^(src|sandbox|demo)\//.test(path));
  const found = product.flatMap(({ path, functions }) =>
    functions
      .filter(({ lines }) => lines > longestFunction)
      .map(({ name, lines }) => ({ at: `${path}: ${name || 'a function'}`, lines })),
  );
  const known = longFunctions.filter((at) => product.some(({ path }) => at.startsWith(`${path}: `)));
  return [
    ...found
      .filter(({ at }) => !longFunctions.includes(at))
      .map(({ at, lines }) => `${at} has ${lines} lines, more than ${longestFunction}`),
    ...known.filter((at) => !found.some((one) => one.at === at)).map((at) => `${at} is no exception any more`),
  ];
}

/** The three parts that run apart; each is known to the others by what it leaves in Beads, git and GitHub alone. */
const apart = ['spawner', 'worker', 'merger'];

export function partsApart({ path, imports }: Source): string[] {
  const own = apart.find((part) => path.startsWith(`src/${part}/`));
  if (own === undefined) return [];
  return imports
    .map(({ from }) => posix.normalize(from))
    .filter((from) => apart.some((part) => part !== own && from.startsWith(`src/${part}/`)))
    .map((from) => `${path}: the ${own} must not import ${from}`);
}
