import { describe, expect, test } from '@jest/globals';
import { simulationMutants, testMutants } from '../../scripts/mutants/all.mjs';
import { mutantsFit, testsAreNamed } from './tests.ts';
import { titlesOf } from './titles.ts';
import { files } from './tree.ts';

const textOf = (path: string) => files.find((file) => file.path === path)?.text;

test('a test has the name of what it tests', () => {
  expect(testsAreNamed(files.map(({ path }) => path))).toEqual([]);
});

test('what a mutant takes out is there, and so is the test that has to notice it', () => {
  const titlesIn = (path: string) => {
    const text = textOf(path);
    return text === undefined ? undefined : titlesOf(text);
  };
  expect(mutantsFit({ ...simulationMutants, ...testMutants }, textOf, titlesIn)).toEqual([]);
});

describe('a rule that is broken is noticed:', () => {
  const excepted = [
    'house-rules',
    'crash/a',
    'house-rules/a',
    'incidents/a',
    'own-repository',
    'package',
    'sim/a',
    'stories/a',
  ];

  test.each([
    ['__tests__/spawner/decide.test.ts', 0],
    ['__tests__/spawner/decide.start.test.ts', 0],
    ['__tests__/spawner/decide.start.long.test.ts', 0],
    ['__tests__/spawner/decide-start.test.ts', 1],
    ['__tests__/spawner.test.ts', 0],
    ['__tests__/merger/decide.test.ts', 1],
    ['__tests__/decide.test.ts', 1],
    ['__tests__/sandbox/runner.test.ts', 0],
    ['__tests__/scripts/get-bd.test.ts', 0],
    ['__tests__/justfile.test.ts', 0],
    ['__tests__/fakes.test.ts', 1],
    ['__tests__/spawner/decide.long.start.test.ts', 1],
    ['__tests__/stories/b.long.start.test.ts', 1],
  ])('a test with another name than what it tests: %s', (path, broken) => {
    const there = [
      'src/spawner/decide.ts',
      'sandbox/runner/run.ts',
      'scripts/get-bd.mjs',
      'justfile',
      '__tests__/fakes/a.ts',
    ];
    const others = excepted.map((name) => `__tests__/${name}.test.ts`);
    expect(testsAreNamed([...there, ...others, path])).toHaveLength(broken);
  });

  test('an exception from it that has no test any more', () => {
    expect(testsAreNamed(excepted.slice(1).map((name) => `__tests__/${name}.test.ts`))).toHaveLength(1);
  });

  test('a mutant whose text is gone or stands twice, or whose test is gone', () => {
    const texts: Record<string, string> = { 'src/a.ts': 'one two two', 'a.test.ts': "test('it is seen', () => {});" };
    const broken = (from: string, seenBy?: { file: string; test: string }) =>
      mutantsFit(
        { it: { file: 'src/a.ts', from, ...(seenBy === undefined ? {} : { seenBy }) } },
        (path) => texts[path],
        (path) => (texts[path] === undefined ? undefined : titlesOf(texts[path])),
      ).length;
    const seenBy = { file: 'a.test.ts', test: 'it is seen' };
    expect([broken('one'), broken('one', seenBy)]).toEqual([0, 0]);
    expect([broken('two'), broken('three')]).toEqual([1, 1]);
    expect([broken('one', { ...seenBy, test: 'it is' }), broken('one', { ...seenBy, file: 'b.test.ts' })]).toEqual([
      1, 1,
    ]);
  });

  test('a test is known by its full name, whatever it is filled in from', () => {
    const titles = titlesOf(`
      describe('a (group)', () => { test.each([['x']])('of %s is told', () => { until('no test', () => true); }); });
      const real = has ? describe.each(kinds) : describe.skip;
      real('Beads, $name', ({ make }) => { onLinux(\`with \${what} in it\`, async () => {}); });
      for (const name of names) test(name, () => {});
    `);
    const isKnown = (name: string) => titles.slice(0, -1).some((title) => title.test(name));
    expect(['a (group) of x y is told', 'Beads, real with bd in it'].map(isKnown)).toEqual([true, true]);
    expect(['of x is told', 'a group of x is told', 'no test', 'Beads, real with bd'].map(isKnown)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(titles.at(-1)?.test('anything')).toBe(true);
  });
});
