import { expect, test } from '@jest/globals';
import { worst } from '../../sandbox/check-summary.ts';

test.each([
  [['success', 'skipped'], 'success'],
  [['skipped', 'skipped'], 'skipped'],
  [['success', 'skipped', 'cancelled'], 'cancelled'],
  [['failure', 'cancelled'], 'failure'],
  [[null, 'success'], 'success'],
] as const)('checks that ended as %j come to %s', (conclusions, whole) => {
  expect(worst(conclusions)).toBe(whole);
});
