import { expect, test } from '@jest/globals';
import { checkHandBacks, handBackText } from '../../demo/hand-backs.ts';

const none = {};
const asMeant = [none, { red: 1 }, none, { conflict: 1 }, none, { changes: 1 }, none, none, none];

test('one red task, one of two siblings in conflict and one review are what comes back, and nothing else', () => {
  expect(checkHandBacks(asMeant)).toEqual([]);
  expect(checkHandBacks(asMeant.with(2, { conflict: 1 }).with(3, none))).toEqual([]);
  expect(checkHandBacks(asMeant.with(1, none))).toEqual(['task 2 was handed back so: not at all']);
  expect(checkHandBacks(asMeant.with(5, { changes: 2 }))).toEqual(['task 6 was handed back so: changes 2']);
  expect(checkHandBacks(asMeant.with(8, { red: 1 }))).toEqual(['task 9 was handed back so: red 1']);
});

test('that none of the siblings conflicts is noticed, and that both do', () => {
  expect(checkHandBacks(asMeant.with(3, none))).toEqual(['of tasks 3 and 4 0 conflicted, not one']);
  expect(checkHandBacks(asMeant.with(2, { conflict: 1 }))).toEqual(['of tasks 3 and 4 2 conflicted, not one']);
});

test('the table has kinds and counts', () => {
  expect(handBackText({ red: 1, conflict: 2 })).toBe('red 1, conflict 2');
  expect(handBackText({})).toBe('');
});
