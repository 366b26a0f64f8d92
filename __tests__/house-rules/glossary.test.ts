import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readGlossary, unusedWords, unusedWordsInText } from './glossary.ts';
import { readSource } from './source.ts';
import { files, root } from './tree.ts';

const glossary = readGlossary(readFileSync(join(root, 'CODEBASE.md'), 'utf8'));
const code = files.filter(({ path }) => /^(src|sandbox|demo|__tests__|scripts|bench)\/.*\.(ts|mjs)$/.test(path));

test('the glossary has at most 25 words, each once', () => {
  expect(glossary.words.length).toBeGreaterThan(0);
  expect(glossary.words.length).toBeLessThanOrEqual(25);
  expect(new Set(glossary.words).size).toBe(glossary.words.length);
});

test('nothing has a name that the glossary gives to something else', () => {
  expect(code.flatMap(({ path, text }) => unusedWords(readSource(path, text), glossary))).toEqual([]);
});

test('no comment and no text of the product has a word that the glossary gives to something else', () => {
  expect(unusedWordsInText(code, glossary)).toEqual([]);
});

test('such a word in a comment or a text is noticed, and an exception that is not needed any more as well', () => {
  const found = (text: string, exceptions: string[] = []) =>
    unusedWordsInText([{ path: 'src/a.ts', text }], glossary, exceptions);
  expect(found('// Eyes of the merger.')).toEqual(['src/a.ts: eyes']);
  expect(found("const text = 'mend it';")).toEqual(['src/a.ts: mend']);
  expect(found('/** What standings there are. */')).toEqual([]);
  expect(found('// Whoever waits for the holder.', ['src/a.ts: holder'])).toEqual([]);
  expect(found('', ['src/a.ts: holder'])).toEqual(['src/a.ts: holder is no exception any more']);
  expect(unusedWordsInText([{ path: 'sandbox/a.ts', text: '// Eyes' }], glossary, [])).toEqual([]);
});

test.each([
  ['src/spawner/holder.ts', '', 1],
  ['src/spawner/a.ts', 'export const memoryOf = 1;', 1],
  ['src/merger/a.ts', 'export type Eyes = { mend(): void };', 2],
  ['src/worker/stray.ts', 'export function makeSound() {}', 2],
  ['src/adapters/host/locks.ts', 'type Holder = string;', 0],
  ['src/merger/a.ts', 'export const standing = 1;', 0],
])('a name that the glossary gives to something else is noticed: %s with %j', (path, text, found) => {
  expect(unusedWords(readSource(path, text), glossary)).toHaveLength(found);
});
