import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSettings } from '../../src/config/settings.ts';
import { forbiddenPaths } from '../../src/domain/forbidden-paths.ts';
import { review } from '../../src/review/review.ts';
import { judgeWork } from '../../src/worker/judge.ts';
import { candidate, rules, view } from '../merger/views.ts';

const byDefault = readSettings('').forbiddenPaths;

test.each([
  '.github/workflows/x.yml',
  '.beads/issues.jsonl',
  '.beads/.hidden',
  '.GitHub/CODEOWNERS',
  '.github/.hidden/x',
  '.github',
  '.Beads',
  'heddle.yml',
])('%s is forbidden by default', (path) => {
  expect(forbiddenPaths(['a.ts', path, path], byDefault)).toEqual([path]);
});

test.each(['src/.github.ts', 'docs/.github/x', '.githubber', 'beads/issues.jsonl', '#x', '!x'])(
  '%s is allowed by default',
  (path) => {
    expect(forbiddenPaths([path], byDefault)).toEqual([]);
  },
);

test('a glob that begins with `!` or `#` names paths that begin so, and turns nothing round', () => {
  expect(forbiddenPaths(['!x', 'x', '#x'], ['!x'])).toEqual(['!x']);
  expect(forbiddenPaths(['!x', 'x', '#x'], ['#x'])).toEqual(['#x']);
});

test('a folder that is written with a slash at its end is all that is below it, and what stands in its place', () => {
  expect(forbiddenPaths(['db', 'db/a/b.sql', 'dba', 'x/db'], ['db/'])).toEqual(['db', 'db/a/b.sql']);
});

const name = fc.constantFrom('.github', '.GITHUB', 'src', '#a', '!a', '*', '**', 'a.ts', '.b', '[x]', '{a,b}', '');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));

test('worker and merger refuse the same paths, whatever the globs are', () => {
  fc.assert(
    fc.property(fc.array(path, { maxLength: 4 }), fc.array(path, { minLength: 1, maxLength: 6 }), (globs, changed) => {
      const byWorker = judgeWork({ changed, moved: true, askedToGoOn: false }, globs)?.is === 'refused path';
      const verdict = review(
        candidate({ files: { paths: changed, complete: true } }),
        view({ rules: rules({ forbiddenPaths: globs }) }),
      );
      const byMerger = verdict.is === 'waiting' && verdict.reasons.some((reason) => reason.is === 'forbidden paths');
      expect(byMerger).toBe(byWorker);
    }),
  );
});
