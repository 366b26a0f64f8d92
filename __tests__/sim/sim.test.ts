/** Two thousand schedules with every `npm test`; `npm run test:sim` runs a hundred thousand. */
import { describe, expect, test } from '@jest/globals';
import { runSchedule, runSchedules } from './run.ts';
import type { Broken } from './world.ts';

const FIRST_SEEDS = [500_001, 500_501, 501_001, 501_501];
const EACH = 500;

test.each(FIRST_SEEDS)(
  'whatever goes wrong in whatever order, nothing is done twice or lost, and everything comes to its end (from seed %i)',
  async (from) => {
    const { failed, schedules } = await runSchedules(from, EACH);
    const said = failed.map(({ seed, violations }) => `npm run test:sim -- --seed ${seed} --trace: ${violations[0]}`);
    expect(said).toEqual([]);
    expect(schedules).toBe(EACH);
  },
);

test('a seed gives the same schedule every time', async () => {
  const traces: string[][] = [[], []];
  for (const trace of traces) await runSchedule(FIRST_SEEDS[0] ?? 1, { trace });
  expect(traces[0]?.length).toBeGreaterThan(100);
  expect(traces[1]).toEqual(traces[0]);
});

describe('it is noticed when the other side does not hold', () => {
  const guards: readonly [Exclude<Broken, undefined>, RegExp][] = [
    ['guard', /is taken from|replaced/],
    ['publish', /the line of|none of its own/],
    ['rescue', /work on .* is lost/],
  ];
  test.each(guards)('%s', async (broken, expected) => {
    const { failed } = await runSchedules(1, 500, { broken, enough: 1 });
    expect(failed[0]?.violations.join('\n')).toMatch(expected);
  });
});
