import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  branchOf,
  hostOfToken,
  isNameable,
  isSha,
  issueId,
  isToken,
  parseRunTag,
  runTag,
  sha,
  taskOfBranch,
  taskOfWorktreeName,
  tokenHost,
  tokenOf,
  worktreeName,
} from '../../src/domain/ids.ts';

const nameable = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$/)
  .filter(isNameable)
  .map(issueId);
const round = fc.integer({ min: 1, max: 999_999_999 });
const nonce = fc.stringMatching(/^[a-z0-9]{6,12}$/);
const anything = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z./\\~^:@{ -]{0,12}$/));

describe('an id may become part of a branch and of a folder', () => {
  test.each(['bd-a1b2', 'bd-a1b2.3', 'hd-1.10.2', 'A_b', '7'])('%s', (id) => {
    expect(isNameable(id)).toBe(true);
  });

  test.each([
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'a\\b',
    'a..b',
    'a.',
    'a.lock',
    'a.LOCK',
    '-rf',
    '.hidden',
    'a b',
    'a\n',
    'a~1',
    'a^',
    'a:b',
    'a@{1}',
    'a*',
    'a?',
    'a[',
    '$(touch x)',
    '`x`',
    'a;b',
    'ü',
    'a\u0000',
    `a${'x'.repeat(128)}`,
  ])('%j may not', (id) => {
    expect(isNameable(id)).toBe(false);
  });

  test('whatever it is: what is allowed never leaves its folder nor its place in a ref', () => {
    fc.assert(
      fc.property(anything, (id) => {
        if (!isNameable(id)) return;
        expect(id).not.toMatch(/[/\\\s~^:?*[\p{Cc}]|\.\.|@\{|^[.-]|\.$|\.lock$/u);
      }),
    );
  });
});

describe('names lead back to the task and round that they were derived from', () => {
  test('a branch', () => {
    fc.assert(
      fc.property(nameable, round, (task, n) => expect(taskOfBranch(branchOf(task, n))).toEqual({ task, round: n })),
    );
  });

  test('a worktree, also when the id itself ends like one', () => {
    fc.assert(
      fc.property(nameable, round, (task, n) =>
        expect(taskOfWorktreeName(worktreeName(task, n))).toEqual({ task, round: n }),
      ),
    );
    expect(taskOfWorktreeName('bd-1-2')).toEqual({ task: 'bd-1', round: 2 });
  });

  test('a run tag', () => {
    fc.assert(
      fc.property(nameable, round, fc.string(), nonce, (task, n, host, random) => {
        const run = { repository: '0123456789ab', task, round: n, token: tokenOf(host, random) };
        expect(parseRunTag(runTag(run))).toEqual(run);
      }),
    );
  });

  test.each([
    'main',
    'heddle/bd-1',
    'heddle/bd-1/0',
    'heddle/bd-1/01',
    'heddle/bd-1/1.5',
    'heddle/bd-1/1/2',
    'heddle/../1',
    'Heddle/bd-1/1',
    'heddle//1',
    'x/heddle/bd-1/1',
    'heddle/bd-1/1\n',
    'heddle/bd-1/-1',
    'heddle/bd-1/9999999999',
  ])('the branch %j is none of ours', (name) => {
    expect(taskOfBranch(name)).toBeUndefined();
  });

  test.each(['bd-1', 'bd-1-0', 'bd-1-01', '-1', 'a/b-1', '..-1', 'bd-1-1x'])(
    'the folder %j is none of ours',
    (name) => {
      // `bd-1` alone reads as round 1 of `bd`; what matters is that it never reads as `bd-1`.
      expect(taskOfWorktreeName(name)?.task).not.toBe('bd-1');
    },
  );

  test.each(['', 'r/t', 'r/t/1', 'r/../1/heddle-h-abcdef', 'r/t/1/alice', 'r/t/1/heddle-h-abcdef/x'])(
    'the run tag %j is none of ours',
    (tag) => {
      expect(parseRunTag(tag)).toBeUndefined();
    },
  );
});

describe('a token', () => {
  test('is told from a person, and names its host', () => {
    fc.assert(
      fc.property(fc.string(), nonce, (host, random) => {
        const token = tokenOf(host, random);
        expect(isToken(token)).toBe(true);
        expect(hostOfToken(token)).toBe(tokenHost(host));
        // `bd` decodes `--` in names as a slash.
        expect(token).not.toContain('--');
      }),
    );
  });

  test('of one host is never taken for one of a host whose name begins alike', () => {
    expect(hostOfToken(tokenOf('build-2', 'abcdef12'))).toBe('build-2');
    expect(hostOfToken(tokenOf('build', 'abcdef12'))).toBe('build');
  });

  test.each(['', 'alice', 'heddle', 'heddle-bot', 'heddle-x-ABCDEF', 'heddle-a b-abcdef', ' heddle-h-abcdef'])(
    'is not %j: that is a person',
    (name) => {
      expect(isToken(name)).toBe(false);
    },
  );
});

test('an object id is whole, lower-case hexadecimal', () => {
  expect(isSha('a'.repeat(40))).toBe(true);
  expect(isSha('0'.repeat(64))).toBe(true);
  for (const no of ['', 'a'.repeat(39), 'A'.repeat(40), `${'a'.repeat(40)}\n`, 'HEAD']) {
    expect(isSha(no)).toBe(false);
    expect(() => sha(no)).toThrow('expected a full git object id');
  }
});
