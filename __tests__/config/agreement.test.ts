/** Spawner and merger read heddle.yml in two places; what one publishes, the other has to find. */
import { expect, test } from '@jest/globals';
import { baseUnknownOf, type Difference, differenceOf } from '../../src/config/agreement.ts';
import type { NamedBranches } from '../../src/config/settings.ts';
import { tellDifference } from '../../src/spawner/messages/errors.ts';

const told = (difference: Difference | undefined) => difference && tellDifference(difference);
const between = (here: NamedBranches, there: NamedBranches | undefined) =>
  told(differenceOf({ remote: 'origin', ...here }, there, 'main'));

test('without a heddle.yml, or with the same branches on both sides, spawner and merger agree', () => {
  expect(between({}, undefined)).toBeUndefined();
  expect(between({ stateBranch: 'state' }, { stateBranch: 'state' })).toBeUndefined();
  expect(between({ base: 'next', stateBranch: 'state' }, { base: 'next', stateBranch: 'state' })).toBeUndefined();
});

test('what is spelled out on one side and the default on the other is the same', () => {
  expect(between({ base: 'main', stateBranch: 'main' }, undefined)).toBeUndefined();
  expect(between({}, { base: 'main', stateBranch: 'main' })).toBeUndefined();
  expect(between({ base: 'next' }, { base: 'next', stateBranch: 'next' })).toBeUndefined();
});

test('a state branch that is on one side only, or another one, is a difference, and says who says what', () => {
  expect(between({ stateBranch: 'state' }, undefined)).toEqual({
    problem:
      'heddle.yml says `state_branch: state` in this checkout, but there is none on main, where the merger reads it',
    hint: 'Commit it and get it onto main, by a pull request where that refuses pushes',
  });
  expect(between({}, { stateBranch: 'state' })).toEqual({
    problem:
      'heddle.yml says no `state_branch` in this checkout, but it says `state_branch: state` on main, where the merger reads it',
    hint: 'Commit it and get it onto main, by a pull request where that refuses pushes; or take over the one that is there: git pull origin main',
  });
  expect(between({ stateBranch: 'a' }, { stateBranch: 'b' })?.problem).toMatch(
    /`state_branch: a` .* `state_branch: b`/,
  );
});

test('another base is told first, because the state branch follows from it', () => {
  expect(between({ base: 'next' }, undefined)?.problem).toMatch(
    /`base: next` in this checkout, but there is none on next/,
  );
  expect(between({}, { base: 'next', stateBranch: 'state' })?.problem).toMatch(/no `base` .* `base: next` on main/);
});

test('a base that the default branch does not name is not found by the Action, which begins there', () => {
  expect(baseUnknownOf({ base: 'next' }, { base: 'next' }, 'main')).toBeUndefined();
  for (const here of [{}, { base: 'main' }]) expect(baseUnknownOf(here, undefined, 'main')).toBeUndefined();
  for (const onDefault of [undefined, {}, { base: 'other' }]) {
    expect(told(baseUnknownOf({ base: 'next' }, onDefault, 'main'))?.problem).toContain(
      'on main, which does not say `base: next`',
    );
  }
});
