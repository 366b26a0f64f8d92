/** Some thousand schedules with every `npm test`; `npm run test:sim` runs a hundred thousand. */
import { describe, expect, test } from '@jest/globals';
import { runSchedule, runSchedules } from './run.ts';
import type { Broken } from './world.ts';

/** As long as it may take, whatever else this machine does; as many schedules as fit. */
const BUDGET_MS = 10_000;
const MOST = 3_000;
const SLICE = 50;
const FIRST_SEED = 500_001;

test('whatever goes wrong in whatever order, nothing is done twice or lost, and everything comes to its end', async () => {
  const end = performance.now() + BUDGET_MS;
  for (let from = FIRST_SEED; from < FIRST_SEED + MOST && performance.now() < end; from += SLICE) {
    const { failed } = await runSchedules(from, SLICE);
    expect(
      failed.map(({ seed, violations }) => `npm run test:sim -- --seed ${seed} --trace: ${violations[0]}`),
    ).toEqual([]);
  }
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
    ['publish', /the line of|none of its own/],
    ['rescue', /work on .* is lost/],
  ];
  test.each(guards)('%s', async (broken, expected) => {
    const { failed } = await runSchedules(1, 500, { broken, enough: 1 });
    expect(failed[0]?.violations.join('\n')).toMatch(expected);
  });
});
