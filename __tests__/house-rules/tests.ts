/** Rules about the tests themselves: their names, and the names by which others call them. */
import { posix } from 'node:path';

/** Tests of the whole, or of what is no one file of ours; all others have the name of what they test. */
const ofTheWhole = [
  '__tests__/crash/',
  '__tests__/house-rules.test.ts',
  '__tests__/house-rules/',
  '__tests__/incidents/',
  '__tests__/own-repository.test.ts',
  '__tests__/package.',
  '__tests__/sim/',
  '__tests__/stories/',
];

/**
 * `__tests__/a/b.test.ts` tests `src/a/b.ts`, or all of `src/a/b/`; what stands outside of src/ has its own path. Of several
 * tests of one file each says after a dot what it is about, and a long one says so last: `b.faults.long.test.ts`.
 */
export function testsAreNamed(paths: readonly string[]): string[] {
  const tests = paths.filter((path) => /^__tests__\/.*\.test\.ts$/.test(path));
  const known = new Set(paths.flatMap((path) => [path.replace(/\.(ts|mjs)$/, ''), ...foldersOf(path)]));
  const wrong = tests.flatMap((path) => {
    const [name = '', ...more] = posix.basename(path, '.test.ts').split('.');
    const about = more.at(-1) === 'long' ? more.slice(0, -1) : more;
    if (about.length > 1 || about.includes('long')) return [`${path}: a name is NAME[.ABOUT][.long].test.ts`];
    if (ofTheWhole.some((one) => path.startsWith(one))) return [];
    const tested = posix.join(posix.relative('__tests__', posix.dirname(path)), name);
    return known.has(`src/${tested}`) || known.has(tested) ? [] : [`${path}: there is no ${tested} that it could test`];
  });
  const unused = ofTheWhole.filter((one) => !tests.some((path) => path.startsWith(one)));
  return [...wrong, ...unused.map((one) => `${one} has no tests any more`)];
}

/** A folder of tests is not what they test. */
function foldersOf(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === '.' || path.startsWith('__tests__/') ? [] : [folder, ...foldersOf(folder)];
}

export type Mutant = { file: string; from: string; seenBy?: { file: string; test: string } };

/** A guard is taken out of text that stands there once, and the test that has to notice it is there. */
export function mutantsFit(
  mutants: Readonly<Record<string, Mutant>>,
  textOf: (path: string) => string | undefined,
  titlesIn: (path: string) => readonly RegExp[] | undefined,
): string[] {
  return Object.entries(mutants).flatMap(([name, { file, from, seenBy }]) => {
    const times = (textOf(file)?.split(from).length ?? 1) - 1;
    const found = times === 1 ? [] : [`${name}: what it takes out stands ${times} times in ${file}`];
    if (seenBy === undefined) return found;
    const titles = titlesIn(seenBy.file);
    if (titles === undefined) return [...found, `${name}: there is no ${seenBy.file}`];
    if (titles.some((title) => title.test(seenBy.test))) return found;
    return [...found, `${name}: ${seenBy.file} has no test "${seenBy.test}"`];
  });
}
