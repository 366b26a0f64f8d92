/** What GitHub and the rules see of the world that they are part of. */
import type { IssueId, Sha } from '../../src/domain/ids.ts';
import type { SharedBeads } from './beads.ts';
import type { Branching } from './branches.ts';
import type { Graph } from './graph.ts';
import type { Host } from './host.ts';
import type { Random } from './random.ts';

export const EPIC = 'bd-1';

/** What each of it is stands with `World`. */
export type Surroundings = {
  readonly random: Random;
  readonly graph: Graph;
  readonly beads: SharedBeads;
  readonly remote: ReadonlyMap<string, Sha>;
  readonly hosts: readonly Host[];
  readonly now: number;
  readonly step: number;
  changes: number;
  changesOutside: number;
  readonly chaos: boolean;
  readonly base: string;
  readonly method: 'merge' | 'squash';
  readonly deletesBranches: boolean;
  tasks(): IssueId[];
  baseHead(): Sha;
  stateText(): string;
  setRemote(name: string, to: Sha | undefined): void;
  count(what: Branching): void;
  note(text: () => string): void;
};
