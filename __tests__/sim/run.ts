/** Schedules by seed: what each of them did, and what it broke. */

import { temperOf } from './interference.ts';
import { comeToRest } from './quiet.ts';
import { takeStep } from './schedule.ts';
import { type Broken, World } from './world.ts';

const FEWEST_STEPS = 40;
const MORE_STEPS = 240;

export type Ran = { seed: number; steps: number; violations: readonly string[]; counts: ReadonlyMap<string, number> };
export type Summary = {
  schedules: number;
  steps: number;
  /** The first few, with their seeds. */
  failed: { seed: number; violations: readonly string[] }[];
  failures: number;
  counts: Map<string, number>;
};
export type RunOptions = { broken?: Broken; trace?: string[] };

export async function runSchedule(seed: number, options: RunOptions = {}): Promise<Ran> {
  const world = new World(seed, options);
  const temper = temperOf(world);
  const end = FEWEST_STEPS + world.random.below(MORE_STEPS);
  while (world.step < end && world.rules.violations.length === 0) await takeStep(world, temper);
  if (world.rules.violations.length === 0) await comeToRest(world);
  return { seed, steps: world.step, violations: world.rules.violations, counts: world.counts };
}

const MOST_SHOWN = 5;

export async function runSchedules(
  from: number,
  schedules: number,
  options: RunOptions & { enough?: number } = {},
): Promise<Summary> {
  const summary: Summary = { schedules: 0, steps: 0, failed: [], failures: 0, counts: new Map() };
  for (let seed = from; seed < from + schedules; seed += 1) {
    const ran = await runSchedule(seed, options);
    summary.schedules += 1;
    summary.steps += ran.steps;
    for (const [what, count] of ran.counts) summary.counts.set(what, (summary.counts.get(what) ?? 0) + count);
    if (ran.violations.length === 0) continue;
    summary.failures += 1;
    if (summary.failed.length < MOST_SHOWN) summary.failed.push({ seed, violations: ran.violations });
    if (summary.failures >= (options.enough ?? Number.POSITIVE_INFINITY)) break;
  }
  return summary;
}
