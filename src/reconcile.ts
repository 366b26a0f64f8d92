/** A pass, again and again: at once after one that did something, later after one that did not, with back-off after a failure that passes. */
import { Interrupted, TransientError } from './domain/errors.ts';
import type { Clock } from './ports/clock.ts';
import type { Silence } from './ports/silence.ts';

/** `again`: something was done, so look again at once. `wait`: nothing to do until something happens outside. */
export type PassResult<Result> = { next: 'again' } | { next: 'wait' } | { next: 'stop'; result: Result };

export type Reconciling<Result> = {
  pass(): Promise<PassResult<Result>>;
  clock: Clock;
  pollMs: number;
  /** Resolves when it is worth looking before the poll is due; called off with the signal. */
  wake?: (signal: AbortSignal) => Promise<void>;
  /** Told of each failure that passes, and how long it will be waited. */
  onTrouble(error: TransientError, waitMs: number): void;
  /** Ends the loop between two passes, and in one that it interrupts. */
  signal: AbortSignal;
  /** A wait that would outlast it ends the loop, with the failure as it came. */
  silence?: Pick<Silence, 'leftMs'> | undefined;
  /** Somebody waits for the end of it: a failure that does not pass soon ends the loop, thrown as it came. */
  once?: boolean;
};

const FIRST_BACKOFF_MS = 1_000;
const LAST_BACKOFF_MS = 5 * 60_000;
/** Passes in a row that did something: a bound far beyond any epic, so that a mistake cannot run away with GitHub's limits. */
const MAX_BUSY_PASSES = 1_000;
/** With `once`: failures in a row, and the longest wait for another look. A script is better served by an exit code. */
const MAX_FAILURES_ONCE = 3;
const MAX_WAIT_ONCE_MS = 60_000;

/** Runs until a pass says stop (its result) or the signal aborts (undefined). Errors other than TransientError end it. */
export async function reconcile<Result>(work: Reconciling<Result>): Promise<Result | undefined> {
  let failures = 0;
  let busy = 0;
  while (!work.signal.aborted) {
    try {
      const outcome = await work.pass();
      failures = 0;
      if (outcome.next === 'stop') return outcome.result;
      busy = outcome.next === 'again' ? busy + 1 : 0;
      if (outcome.next === 'again' && busy < MAX_BUSY_PASSES) continue;
      await waitOrWake(work, work.pollMs);
    } catch (error) {
      // What the signal has called off is no trouble.
      if (work.signal.aborted && error instanceof Interrupted) return undefined;
      if (!(error instanceof TransientError)) throw error;
      const backoffMs = Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures);
      failures += 1;
      const waitMs = Math.max(backoffMs, error.retryAfterMs ?? 0);
      if (waitMs >= (work.silence?.leftMs() ?? Number.POSITIVE_INFINITY)) throw error;
      if (work.once && (failures >= MAX_FAILURES_ONCE || waitMs > MAX_WAIT_ONCE_MS)) throw error;
      work.onTrouble(error, waitMs);
      await work.clock.sleep(waitMs, work.signal);
    }
  }
  return undefined;
}

async function waitOrWake(
  work: Pick<Reconciling<unknown>, 'clock' | 'wake' | 'signal'>,
  pollMs: number,
): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([work.signal, over.signal]);
  const waits = [work.clock.sleep(pollMs, signal)];
  if (work.wake !== undefined) waits.push(work.wake(signal));
  await Promise.race(waits);
  over.abort();
}
