/** One word, one meaning: what CODEBASE.md says about words holds for names, comments and texts. */
import { posix } from 'node:path';
import type { Source } from './source.ts';
import { wordsOf } from './words.ts';

type Glossary = { words: readonly string[]; unused: readonly string[] };

/** Names with such a word in its usual meaning. */
const usual: readonly RegExp[] = [
  // Of a lock.
  /^src\/(adapters\/host\/locks|adapters\/git\/.*|wiring\/checkout)\.ts: .*holder/i,
  /^__tests__\/.*: .*holder$/i,
  // Of a process, or of what is no file.
  /: (hasMemory|memoryBeads|memory beads ts)$/,
  // A reaction of GitHub's.
  /^sandbox\/shapes\/.*: eyes$/,
  // A mode of the demo's agent, which leaves a process behind.
  /^demo\/agent-script\.ts: stray$/,
];

/** Files of the product with such a word, in its usual meaning, in comments or texts. The list may only shrink. */
const usualInText: readonly string[] = [
  'src/adapters/git/stale-locks.ts: holder',
  'src/adapters/host/error-code.ts: memory',
  'src/adapters/host/locks.ts: holder',
  'src/ports/processes.ts: holder',
  'src/spawner/repairs.ts: holder',
  'src/wiring/checkout.ts: holder',
];

/** The table of words, by the headings of its columns. */
export function readGlossary(text: string): Glossary {
  const [, table = ''] = text.split('| word | means | not |\n| --- | --- | --- |\n');
  const rows =
    table
      .split('\n\n')[0]
      ?.split('\n')
      .map((row) => row.split('|').slice(1, -1)) ?? [];
  const listed = (cell: string | undefined) =>
    (cell ?? '')
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean);
  return { words: rows.flatMap(([word]) => listed(word)), unused: rows.flatMap(([, , not]) => listed(not)) };
}

/** Files and names in them, with a word that the glossary gives to nobody, as they are in the table. */
export function unusedWords({ path, identifiers }: Source, { unused }: Glossary): string[] {
  const forbidden = new Set(unused);
  const named = [posix.basename(path).replaceAll(/[.-]/g, ' '), ...new Set(identifiers)];
  return named
    .filter((name) => wordsOf(name).some((word) => forbidden.has(word)))
    .map((name) => `${path}: ${name}`)
    .filter((found) => !usual.some((exception) => exception.test(found)));
}

/** Files of the product that have such a word anywhere, comments and texts included; and exceptions that are none any more. */
export function unusedWordsInText(
  files: readonly Pick<Source, 'path' | 'text'>[],
  { unused }: Pick<Glossary, 'unused'>,
  exceptions: readonly string[] = usualInText,
): string[] {
  const found = files
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap(({ path, text }) => {
      const words = new Set(text.toLowerCase().match(/[a-z]+/g));
      return unused.filter((word) => words.has(word)).map((word) => `${path}: ${word}`);
    });
  return [
    ...found.filter((one) => !exceptions.includes(one)),
    ...exceptions.filter((one) => !found.includes(one)).map((one) => `${one} is no exception any more`),
  ];
}
