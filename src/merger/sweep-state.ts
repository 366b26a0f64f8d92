/** What one sweep remembers between its looks. Nothing here outlives the sweep, and nothing is lost if it dies. */
import type { IssueId, Sha } from '../domain/ids.ts';
import type { Line } from '../domain/lines.ts';
import { createJobNames, type JobNames } from '../review/job-names.ts';
import { type LandingState, newLandingState } from './landing/state.ts';
import type { ChangedFiles, MergerReader, OwedClose, StateFile } from './view.ts';

export type SweepState = {
  landing: LandingState;
  /** Landed by this sweep. */
  landed: OwedClose[];
  closed: OwedClose[];
  closeRefused: string | undefined;
  /** The token may not say verdicts beside the checks: not asked again. */
  verdictRefused: boolean;
  /** How often each intent was done, by its JSON. */
  done: Map<string, number>;
  /** Changed files by number and head of the pull request: those of a commit do not change. */
  files: Map<string, ChangedFiles>;
  /** As the last look saw it. */
  file: StateFile | undefined;
  lines: { content: string; lines: ReadonlyMap<IssueId, Line> } | undefined;
  /** Whether an account may write; asked once. */
  mayWrite(github: MergerReader, login: string): Promise<boolean>;
  jobNames: JobNames;
  /** True if the base contains the commit; asked until it does. */
  contains(github: MergerReader, base: string, commit: Sha): Promise<boolean>;
};

export function newSweepState(): SweepState {
  const contained = new Set<Sha>();
  const writers = new Map<string, boolean>();
  return {
    landing: newLandingState(),
    landed: [],
    closed: [],
    closeRefused: undefined,
    verdictRefused: false,
    done: new Map(),
    files: new Map(),
    file: undefined,
    lines: undefined,
    async mayWrite(github, login) {
      const known = writers.get(login) ?? (await github.mayWrite(login));
      writers.set(login, known);
      return known;
    },
    jobNames: createJobNames(),
    async contains(github, base, commit) {
      // Only a yes is stored, because right after a merge GitHub may not see the commit in the base yet.
      if (!contained.has(commit) && (await github.contains(base, commit))) contained.add(commit);
      return contained.has(commit);
    },
  };
}
