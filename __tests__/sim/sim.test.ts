/** A thousand schedules with every `npm test`; `npm run test:sim` runs a hundred thousand. */
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { runSchedule, runSchedules } from './run.ts';
import type { Broken } from './world.ts';

const FIRST_SEED = 500_001;
const SCHEDULES = 1_000;
const root = path.join(import.meta.dirname, '..', '..');

// In processes of its own: in a context of jest's, where every global is looked up outside, it takes many times as long.
test('whatever goes wrong in whatever order, nothing is done twice or lost, and everything comes to its end', async () => {
  const args = ['scripts/sim.mjs', '--from', String(FIRST_SEED), '--count', String(SCHEDULES)];
  const { exitCode, all } = await execa(process.execPath, args, { cwd: root, all: true, reject: false });
  expect(all).toMatch(new RegExp(`${SCHEDULES} schedules, .* 0 violations`));
  expect(exitCode).toBe(0);
});

test('a seed gives the same schedule every time', async () => {
  const traces: string[][] = [[], []];
  for (const trace of traces) await runSchedule(FIRST_SEED, { trace });
  expect(traces[0]?.length).toBeGreaterThan(100);
  expect(traces[1]).toEqual(traces[0]);
});

describe('it is noticed when the other side does not hold', () => {
  const guards: readonly [Exclude<Broken, undefined>, RegExp][] = [
    ['guard', /is taken from|replaced/],
    ['publish', /the line of|none of its own|changes of .beads/],
    ['rescue', /work on .* is lost/],
  ];
  test.each(guards)('%s', async (broken, expected) => {
    const { failed } = await runSchedules(1, 500, { broken, enough: 1 });
    expect(failed[0]?.violations.join('\n')).toMatch(expected);
  });
});
