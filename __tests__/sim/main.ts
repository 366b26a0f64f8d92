/** What `npm run test:sim` runs, bundled, in a process per core. Arguments: a mode, the first seed, how many, what is broken. */
import { RARE } from './branches.ts';
import { runSchedule, runSchedules } from './run.ts';
import type { Broken } from './world.ts';

const [mode, from = '1', count = '1', broken] = process.argv.slice(2);
const options = broken === undefined || broken === '' ? {} : { broken: broken as Broken };

if (mode === 'trace') {
  const trace: string[] = [];
  const ran = await runSchedule(Number(from), { ...options, trace });
  process.stdout.write(`${trace.join('\n')}\n${ran.violations.join('\n')}\n`);
  process.exitCode = ran.violations.length === 0 ? 0 : 1;
} else {
  const enough = mode === 'first' ? 1 : Number.POSITIVE_INFINITY;
  const summary = await runSchedules(Number(from), Number(count), { ...options, enough });
  const counts = Object.fromEntries(summary.counts);
  process.stdout.write(`${JSON.stringify({ ...summary, counts, rare: RARE })}\n`);
}
