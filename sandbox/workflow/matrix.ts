/** The jobs that a matrix makes of one. */
import type { Job } from './file.ts';

export type Combination = Record<string, string | number | boolean>;

/** All values of each axis with all of the others, then what `include` adds; one empty combination without a matrix. */
export function combinations(job: Job): Combination[] {
  const { axes, include } = job.strategy?.matrix ?? { axes: {}, include: [] };
  const crossed = Object.entries(axes).reduce<Combination[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  return [...crossed, ...include];
}
