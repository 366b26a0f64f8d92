/** How a pull request gets onto its base is the matter of one folder, so that another way is a change of that folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { decidersArePure, oneHomeEach } from './layers.ts';
import { readSource } from './source.ts';

const root = join(fileURLToPath(import.meta.url), '..', '..', '..');
const sources = ['src/merger', 'src/review'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') })),
);

function wordsOfLanding({ path, text }: { path: string; text: string }): string[] {
  if (/^src\/(merger|review)\/landing\//.test(path)) return [];
  const words = /merge ?(method|queue|outcome)|mergeab|squash|rebase|\.merge\(|\bpin(s|ned)?\b/gi;
  return [...text.matchAll(words)].map(([word]) => `${path}: "${word}" belongs in a folder landing/`);
}

test('only landing/ says how a pull request is merged', () => {
  expect(sources.flatMap(wordsOfLanding)).toEqual([]);
  expect(sources.some(({ path }) => path === 'src/merger/landing/decide.ts')).toBe(true);
});

test.each(['github.merge(it);', "import type { MergeMethod } from './view.ts';", 'one.mergeable;'])(
  'a file beside landing/ is noticed with %s',
  (text) => {
    expect(wordsOfLanding({ path: 'src/merger/decide.ts', text })).toHaveLength(1);
    expect(wordsOfLanding({ path: 'src/merger/landing/decide.ts', text })).toEqual([]);
  },
);

test('only landing/ and its adapter import the port of landing', () => {
  const text = "import type { LandingWriter } from '../ports/landing.ts';";
  expect(oneHomeEach(readSource('src/merger/perform.ts', text))).toHaveLength(1);
  expect(oneHomeEach(readSource('src/adapters/github/a.ts', text.replace('../', '../../')))).toEqual([]);
});

test('what decides in landing/ is as pure as what decides beside it', () => {
  const decider = readSource('src/merger/decide.ts', "import { next } from './landing/decide.ts';");
  const below = (text: string) => decidersArePure([decider, readSource('src/merger/landing/decide.ts', text)]).length;
  expect(below("import type { Git } from '../../ports/git.ts';")).toBe(1);
  expect(below("import { land } from './perform.ts';")).toBe(1);
  expect(below("import type { View } from '../view.ts';")).toBe(0);
});
