/** What one sweep remembers between its looks. Nothing here outlives the sweep, and nothing is lost if it dies. */
import type { IssueId, Sha } from '../domain/ids.ts';
import type { Line } from '../domain/lines.ts';
import type { Suite } from '../review/view.ts';
import { type LandingState, newLandingState } from './landing/state.ts';
import type { ChangedFiles, MergerReader, OwedClose } from './view.ts';

export type SweepState = {
  landing: LandingState;
  /** Landed by this sweep. */
  landed: OwedClose[];
  closed: OwedClose[];
  closeRefused: string | undefined;
  /** How often each intent was done, by its JSON. */
  done: Map<string, number>;
  /** Changed files by number and head of the pull request: those of a commit do not change. */
  files: Map<string, ChangedFiles>;
  lines: { content: string; lines: ReadonlyMap<IssueId, Line> } | undefined;
  /** Whether an account may write; asked once. */
  mayWrite(github: MergerReader, login: string): Promise<boolean>;
  /**
   * What the jobs of a suite's workflow are called, as far as its runs have told. A run is asked only when one of `names` is not
   * among them, and not again once it is complete. Undefined where GitHub does not tell.
   */
  jobNames(github: MergerReader, suite: Suite, names: readonly string[]): Promise<ReadonlySet<string> | undefined>;
  /** True if the base contains the commit; asked until it does. */
  contains(github: MergerReader, base: string, commit: Sha): Promise<boolean>;
};

export function newSweepState(): SweepState {
  const contained = new Set<Sha>();
  const writers = new Map<string, boolean>();
  const jobs = new Map<string | undefined, ReadonlySet<string>>();
  const asked = new Set<number>();
  return {
    landing: newLandingState(),
    landed: [],
    closed: [],
    closeRefused: undefined,
    done: new Map(),
    files: new Map(),
    lines: undefined,
    async mayWrite(github, login) {
      const known = writers.get(login) ?? (await github.mayWrite(login));
      writers.set(login, known);
      return known;
    },
    async jobNames(github, { runId, workflow, complete }, names) {
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
    },
    async contains(github, base, commit) {
      // Only a yes is stored, because right after a merge GitHub may not see the commit in the base yet.
      if (!contained.has(commit) && (await github.contains(base, commit))) contained.add(commit);
      return contained.has(commit);
    },
  };
}
