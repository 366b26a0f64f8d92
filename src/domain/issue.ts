import type { IssueId } from './ids.ts';

/** Where a task in progress stands. `closed` is a status, not a phase. */
export const PHASES = ['spawned', 'working', 'committed', 'pr_created', 'merged'] as const;
type Phase = (typeof PHASES)[number];

/** Why a pull request goes back to its worker. `behind`: its base has moved, which the worker repairs without an agent. */
export const HAND_BACK_KINDS = ['red', 'conflict', 'changes', 'policy', 'behind'] as const;
export type HandBackKind = (typeof HAND_BACK_KINDS)[number];
export type HandBacks = { readonly [kind in HandBackKind]?: number | undefined };

/** Why a task in progress waits; Beads itself tells why one that is open does. */
export const WAITS = [
  ...HAND_BACK_KINDS,
  'checks',
  'review',
  'merge',
  'close',
  'draft',
  'hold',
  'limit',
  'retry',
  'person',
] as const;
export type Waits = (typeof WAITS)[number];

/**
 * What Heddle keeps in an issue's `metadata`, flat, as `bd list --json` prints it.
 * `reason` with `retry_at` waits and is tried again; `reason` without `retry_at` needs a person.
 */
export type Metadata = {
  phase?: Phase | undefined;
  round?: number | undefined;
  /** Relative to the main worktree; for people to read, Heddle derives it. */
  worktree?: string | undefined;
  branch?: string | undefined;
  agent_pid?: number | undefined;
  agent_host?: string | undefined;
  /** `<start time in clock ticks>@<boot id>`: with the pid, the identity of the supervising process. */
  agent_start?: string | undefined;
  pr_number?: number | undefined;
  /** Starts of a worker in this round, from 1. */
  attempt?: number | undefined;
  /** ISO 8601, UTC. */
  retry_at?: string | undefined;
  reason?: string | undefined;
  base_sha?: string | undefined;
  head_sha?: string | undefined;
  /** Why it has not landed, and who moves next; of a task in progress, written on change. */
  waits?: Waits | undefined;
  waits_for?: string | undefined;
  /** How often its pull request went back to its worker in this round, by kind. */
  handed_back?: HandBacks | undefined;
};
export type MetadataKey = keyof Metadata;

/** Keys of an old round that a new one does not keep. */
export const ROUND_KEYS: readonly MetadataKey[] = [
  'phase',
  'worktree',
  'branch',
  'agent_pid',
  'agent_host',
  'agent_start',
  'pr_number',
  'attempt',
  'retry_at',
  'reason',
  'base_sha',
  'waits',
  'waits_for',
  'handed_back',
];

type Dependency = { on: IssueId; type: string };

/** One Beads issue as a snapshot shows it. Texts are empty strings where Beads has none. */
export type Issue = {
  id: IssueId;
  title: string;
  type: string;
  /** `open`, `in_progress`, `closed`, or another that Beads knows (`blocked`, `deferred`, …). */
  status: string;
  /** 0 (highest) to 4. */
  priority: number;
  /** Empty when nobody has it. */
  assignee: string;
  metadata: Metadata;
  /** The `parent-child` edge's parent, if there is one. */
  parent: IssueId | undefined;
  dependencies: readonly Dependency[];
  description: string;
  design: string;
  acceptanceCriteria: string;
  notes: string;
  closeReason: string;
  /** ISO 8601; empty while nobody has begun it. */
  startedAt: string;
  externalRef: string;
};

/** A missing round is 1. */
export function roundOf(issue: Issue): number {
  return issue.metadata.round ?? 1;
}

/** The close of its round has been recorded, and the close itself is still to come. */
export function isHalfClosed({ status, metadata }: Issue): boolean {
  return status === 'in_progress' && metadata.phase === 'merged';
}

/** Reasons are shown in tables and stored in Beads. */
export const MAX_REASON = 600;

/** How a reason begins that the worker writes when the agent's account is used up; `retry_at` is when it is not any more. */
export const USAGE_LIMIT = 'usage limit';

/** A reason that nothing will retry by itself. */
export function needsPerson(issue: Issue): string | undefined {
  return issue.metadata.retry_at === undefined ? issue.metadata.reason : undefined;
}
