/** The sweep's table has a line for every effect: one that is added to a role without one is found here. */
import { expect, test } from '@jest/globals';
import { effects as mergerEffects } from '../../src/merger/effects.ts';
import type { GitRefresher } from '../../src/ports/git.ts';
import { effects as spawnerEffects } from '../../src/spawner/effects.ts';
import { EFFECTS as workerEffects } from '../../src/worker/perform.ts';
import { pointsOf, shared } from './points.ts';
import { nameOf } from './run.ts';
import { lookSpots, mergerSpots, spawnerSpots, workerSpots } from './spots.ts';

/** What a look changes of our own picture of the repository stands in no table of effects. */
const refreshes: Readonly<Record<keyof GitRefresher, true>> = { fetch: true, repair: true, repairConfig: true };

test.each([
  ['spawner', Object.keys(spawnerEffects), spawnerSpots],
  ['worker', [...workerEffects], workerSpots],
  ['merger', Object.keys(mergerEffects), mergerSpots],
  ['spawner’s looks', Object.keys(refreshes), lookSpots],
] as const)('every effect of the %s has its place in the crash sweep', (_, effects, spots) => {
  expect(Object.keys(spots).sort()).toEqual([...effects].sort());
});

test('every effect is hit at least twice, and each point has a name of its own', () => {
  const points = pointsOf(() => 100, true);
  const hits = new Map<string, number>();
  const hit = (effect: string): void => void hits.set(effect, (hits.get(effect) ?? 0) + 1);
  for (const { role, effect } of points) hit(`${role}: ${effect}`);
  for (const { effect } of shared()) hit(effect);
  expect([...hits].filter(([, count]) => count < 2)).toEqual([]);
  expect(new Set(points.map(nameOf)).size).toBe(points.length);
});

test('no two points are one and the same fault; what is the same moment says so, and names a point that is there', () => {
  const points = pointsOf(() => 100, true);
  const faults = points.map(({ thread, fault }) => JSON.stringify([thread, fault], (_, value) => textOf(value)));
  expect(points.filter((_, at) => faults.indexOf(faults[at] ?? '') !== at).map(nameOf)).toEqual([]);
  const names = new Set(points.map(nameOf));
  expect(shared().filter(({ same }) => !names.has(same))).toEqual([]);
});

function textOf(value: unknown): unknown {
  return value instanceof RegExp ? String(value) : value;
}
