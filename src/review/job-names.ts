/** What the jobs of workflows are called, as far as their runs have told. */
import type { ReviewReader, Suite } from './view.ts';

/**
 * A run is asked only when one of `names` is not known for its workflow, and not again once it is complete. Undefined where
 * GitHub does not tell.
 */
export type JobNames = (
  github: Pick<ReviewReader, 'jobNames'>,
  suite: Suite,
  names: readonly string[],
) => Promise<ReadonlySet<string> | undefined>;

export function createJobNames(): JobNames {
  const jobs = new Map<string | undefined, ReadonlySet<string>>();
  const asked = new Set<number>();
  return async (github, { runId, workflow, complete }, names) => {
    if (runId === undefined) return undefined;
    const key = workflow?.path ?? workflow?.name;
    const known = jobs.get(key);
    if (known !== undefined && (asked.has(runId) || names.every((name) => known.has(name)))) return known;
    const told = await github.jobNames(runId);
    if (told === undefined) return undefined;
    if (complete) asked.add(runId);
    const all = new Set([...(known ?? []), ...told]);
    jobs.set(key, all);
    return all;
  };
}
