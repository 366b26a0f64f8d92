import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/config/settings.ts';
import { UserError } from '../../src/domain/errors.ts';

const problem = (text: string): UserError => {
  try {
    readSettings(text);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
};

test.each(['', '\n', '# nothing but a comment\n', '---\n', '{}'])(
  'a heddle.yml that says nothing (%j) is all defaults',
  (text) => {
    expect(readSettings(text)).toEqual(readSettings(''));
  },
);

describe('a mistake is said with its line and its key:', () => {
  test.each([
    ['max_paralel: 2', 'heddle.yml:1: `max_paralel`'],
    ['base: main\nworktree:\n  rot: x\n', 'heddle.yml:3: `worktree.rot`'],
    ['base: main\nmax_parallel: many\n', 'heddle.yml:2: `max_parallel`'],
    ['max_parallel: 0', 'heddle.yml:1: `max_parallel`'],
    ['merge:\n  checks: maybe\n', 'heddle.yml:2: `merge.checks`'],
    ['forbidden_paths:\n  - a\n  - 7\n', 'heddle.yml:3: `forbidden_paths.1`'],
    ['base: ""', 'heddle.yml:1: `base`'],
    ['- a\n- b\n', 'the file'],
    ['just text', 'the file'],
    ['base: main\nbase: other\n', 'heddle.yml:2: Map keys must be unique'],
    ['base: [main\n', 'heddle.yml:'],
    ['base: *nowhere\n', 'heddle.yml:'],
    ['\tbase: main\n', 'heddle.yml:1:'],
  ])('%j', (text, expected) => {
    expect(problem(text)).toMatchObject({ message: expect.stringContaining(expected), exit: 'config' });
    expect(problem(text).message).not.toMatch(/ at line \d|:$/);
  });

  test('a bomb of aliases is no configuration', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[i]}`)}]\n`)
      .join('')}`;
    expect(() => readSettings(bomb)).toThrow(UserError);
  });
});
