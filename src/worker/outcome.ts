/** How an attempt can end other than well, and what follows from it. */
import { MAX_REASON, type Metadata, type MetadataKey } from '../domain/issue.ts';

/**
 * `again`: tried once more while attempts are left. `uncharged`: tried again later, and does not count.
 * `person`: another try would end the same.
 */
export const OUTCOMES = {
  'nothing done': 'again',
  failed: 'again',
  'timed out': 'again',
  'went silent': 'again',
  died: 'again',
  'left its branch': 'again',
  'commit refused': 'again',
  'refused path': 'again',
  'nested repository': 'again',
  'conflict left': 'again',
  'verify failed': 'again',
  'setup failed': 'again',
  interrupted: 'again',
  'worktree lost': 'again',
  'usage limit': 'uncharged',
  'agent missing': 'person',
  'not ended': 'person',
  'push refused': 'person',
  diverged: 'person',
  'pull request closed': 'person',
  refused: 'person',
} as const satisfies Record<string, 'again' | 'uncharged' | 'person'>;

type OutcomeName = keyof typeof OUTCOMES;
export type Outcome = { is: OutcomeName; detail: string; resetsAt?: Date | undefined };

/** The wait after a usage limit whose end nobody told. */
const LIMIT_PAUSE_MS = 15 * 60_000;
const MAX_BACKOFF_MS = 60 * 60_000;

/** What an outcome changes in the issue. */
type Entry = {
  set: Metadata;
  unset: readonly MetadataKey[];
  needsPerson: boolean;
};

/** What is written into the issue: a reason, and when to try again unless a person is needed. */
export function entryOf(
  outcome: Outcome,
  at: { attempt: number; attempts: number; backoffMs: number; now: Date },
): Entry {
  const follows = OUTCOMES[outcome.is];
  const reason = `${outcome.is}: ${outcome.detail}`.replace(/: $/, '').slice(0, MAX_REASON);
  switch (follows) {
    case 'person':
      return { set: { reason }, unset: ['retry_at'], needsPerson: true };
    case 'uncharged': {
      const pause = new Date(at.now.getTime() + LIMIT_PAUSE_MS);
      const until = outcome.resetsAt !== undefined && outcome.resetsAt > at.now ? outcome.resetsAt : pause;
      // The next takeover counts one up again, to the same number.
      return { set: { reason, retry_at: until.toISOString(), attempt: at.attempt - 1 }, unset: [], needsPerson: false };
    }
    case 'again': {
      // Work that was found wanting goes back to the agent, also if an earlier worker had called it committed.
      const found = outcome.is !== 'interrupted' && outcome.is !== 'worktree lost';
      const phase = found ? ({ phase: 'working' } as const) : {};
      if (at.attempt >= at.attempts) return { set: { reason, ...phase }, unset: ['retry_at'], needsPerson: true };
      const waitMs = Math.min(at.backoffMs * 2 ** (at.attempt - 1), MAX_BACKOFF_MS);
      const until = new Date(at.now.getTime() + waitMs);
      return { set: { reason, retry_at: until.toISOString(), ...phase }, unset: [], needsPerson: false };
    }
    default:
      return follows satisfies never;
  }
}
