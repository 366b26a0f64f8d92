/** What the rules see of a file, in whatever way it is spelled: a spelling that they miss is a way around them. */
import { expect, test } from '@jest/globals';
import { decidersArePure, nothingAmbient, outsideIsReachedByAdapters } from './layers.ts';
import { readSource } from './source.ts';
import { importCircles, unusedExports } from './walls.ts';
import { writersAreWired, writesBehindPerform } from './writes.ts';

test.each([
  ["type A = import('../b.ts').C;", ['C']],
  ["type A = import('../b.ts').C.D[];", ['C']],
  ["function f({ a }: import('../b.ts').C) {}", ['C']],
  ["type A = typeof import('../b.ts');", 'all'],
])('%s is an import of a type', (text, names) => {
  expect(readSource('src/a/a.ts', text).imports).toEqual([{ from: 'src/b.ts', typeOnly: true, names }]);
});

test('an import inside of a type is held to the same walls', () => {
  const decider = readSource(
    'src/merger/decide.ts',
    "const x = ({ label }: import('../ports/merger-github.ts').MergerGitHub) => label;",
  );
  expect(decidersArePure([decider])).toHaveLength(1);
  expect(writersAreWired(decider)).toHaveLength(1);
  const circle = [
    readSource('src/a.ts', "type A = import('./b.ts').B;"),
    readSource('src/b.ts', "import type { A } from './a.ts';"),
  ];
  expect(importCircles(circle)).toHaveLength(1);
});

test.each(['export default function lonely() {}', 'export default 1;'])('an unused default export: %s', (text) => {
  const source = readSource('src/a.ts', text);
  expect(unusedExports([source])).toEqual(['src/a.ts: nobody imports default']);
  expect(unusedExports([source, readSource('src/b.ts', "import a from './a.ts';")])).toEqual([]);
});

test.each([
  ['globalThis.Date.now();', 1],
  ['const { env } = process;', 1],
  ['const { env: { HOME } } = globalThis.process;', 1],
  ['const { now } = Date;', 1],
  ['const { process } = row;', 0],
])('time, chance and environment, taken with %s', (text, found) => {
  expect(nothingAmbient(readSource('src/spawner/a.ts', text))).toHaveLength(found);
});

test.each([
  ["console.log('a');", 1],
  ["await fetch('http://a');", 1],
  ['globalThis.setTimeout(f, 1);', 1],
  ['await git.fetch([]);', 0],
])('the outside, reached without an import: %s', (text, found) => {
  expect(outsideIsReachedByAdapters(readSource('src/spawner/a.ts', text))).toHaveLength(found);
  expect(outsideIsReachedByAdapters(readSource('src/adapters/host/a.ts', text))).toEqual([]);
});

test.each([
  ['const { push } = deps.git;', 1],
  ['function f({ git: { push } }: WorkerDeps) {}', 1],
  ['const later = deps.git.push;', 1],
  ['const { head } = deps.git;', 0],
])('a write that is taken out of its port: %s', (text, found) => {
  const port = readSource('src/ports/git.ts', 'export interface GitWriter { push(path: string): Promise<void>; }');
  expect(writesBehindPerform([port, readSource('src/worker/a.ts', text)])).toHaveLength(found);
});
