import type { IssueId } from '../domain/ids.ts';
import type { Issue, Metadata, MetadataKey } from '../domain/issue.ts';
import type { Guard } from '../domain/owner.ts';

export type { Guard } from '../domain/owner.ts';

/** Changes of one transaction. `unset` wins over nothing: a key is either set or unset. */
export type Change = {
  status?: 'open' | 'in_progress';
  /** Empty takes the assignee away. */
  assignee?: string;
  set?: Metadata;
  unset?: readonly MetadataKey[];
};

/** `refused`: the guard did not hold, somebody else has written. `gone`: there is no such issue. */
export type WriteOutcome = 'done' | 'refused' | 'gone';

export interface BeadsReader {
  /** All issues at one instant. Throws TransientError when `bd` is busy, hangs, or answers something else than issues. */
  snapshot(): Promise<readonly Issue[]>;
  /** The issues as `bd export` prints them, one JSON line each, in no particular order. */
  exportedLines(): Promise<readonly string[]>;
  /** The prefix of new ids, such as `bd`. */
  prefix(): Promise<string>;
}

export interface BeadsWriter {
  /** The same guarded change for many issues in one call, each its own transaction. */
  update(ids: readonly IssueId[], guard: Guard, change: Change): Promise<ReadonlyMap<IssueId, WriteOutcome>>;
  /** Closing what is closed changes nothing. Carries no guard of its own: a guarded `update` goes first. */
  close(ids: readonly IssueId[], reason: string): Promise<void>;
  /** Opens a closed issue again; assignee and metadata stay as they are. */
  reopen(id: IssueId): Promise<void>;
  /** Creates what the lines say, in one transaction; what exists already must not be among them. */
  importLines(lines: readonly string[]): Promise<void>;
}

/** Beads, the single source of truth, by way of the `bd` command. */
export type Beads = BeadsReader & BeadsWriter;
