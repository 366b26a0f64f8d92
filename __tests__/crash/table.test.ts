/** The sweep's table has a line for every effect: one that is added to a role without one is found here. */
import { expect, test } from '@jest/globals';
import { effects as mergerEffects } from '../../src/merger/effects.ts';
import { effects as spawnerEffects } from '../../src/spawner/effects.ts';
import { EFFECTS as workerEffects } from '../../src/worker/perform.ts';
import { mergerSpots, pointsOf, spawnerSpots, workerSpots } from './points.ts';
import { nameOf } from './run.ts';

test.each([
  ['spawner', Object.keys(spawnerEffects), spawnerSpots],
  ['worker', [...workerEffects], workerSpots],
  ['merger', Object.keys(mergerEffects), mergerSpots],
] as const)('every effect of the %s has its place in the crash sweep', (_, effects, spots) => {
  expect(Object.keys(spots).sort()).toEqual([...effects].sort());
});

test('every effect that a thread leads to is hit at least twice, and each point has a name of its own', () => {
  const points = pointsOf(() => 100, true);
  const hits = new Map<string, number>();
  for (const { role, effect } of points) hits.set(`${role}: ${effect}`, (hits.get(`${role}: ${effect}`) ?? 0) + 1);
  expect([...hits].filter(([, count]) => count < 2)).toEqual([]);
  expect(new Set(points.map(nameOf)).size).toBe(points.length);
});
