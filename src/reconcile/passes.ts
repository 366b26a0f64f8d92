/** The passes of one key: at once after one that did something, later after one that did not, with back-off after a failure that passes. */
import { BOUNDS } from '../domain/bounds.ts';
import { Interrupted, TransientError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Silence } from '../ports/silence.ts';

/** `again`: something was done, so look again at once. `wait`: nothing to do until something happens outside. */
export type PassResult<Result> = { next: 'again' } | { next: 'wait' } | { next: 'stop'; result: Result };

export type Work<Key, Result> = {
  pass(key: Key): Promise<PassResult<Result>>;
  clock: Clock;
  /** After so long a key is looked at although nobody asks: what no event has told of is found then. Left out: never. */
  resyncMs?: number | undefined;
  /** Resolves when it is worth looking before that; called off with the signal. */
  wake?: (signal: AbortSignal) => Promise<void>;
  /** Told of each failure that passes, and how long it will be waited. */
  onTrouble?: (error: TransientError, waitMs: number, key: Key) => void;
  /** Ends everything between two passes, and in one that it interrupts. */
  signal?: AbortSignal | undefined;
  /** A wait that would outlast it ends the key, with the failure as it came. */
  silence?: Pick<Silence, 'leftMs'> | undefined;
  /** The wait after a first failure; doubled with each further one in a row. */
  backOffMs?: number;
  /** Somebody waits for the end: so many failures in a row, or a longer wait, end the key, with the failure as it came. */
  giveUp?: { failures: number; waitMs: number } | undefined;
};

export type Bell = {
  /** Another look was asked for since the last pass began, however often. */
  owed: boolean;
  /** To be called when one is asked for. */
  ring: () => void;
  /** Called at the very end: no look that is asked for from then on would be made. */
  end: () => void;
};

/** Until a pass says stop (its result) or the signal aborts (undefined). Errors other than TransientError end it. */
export async function passesOf<Key, Result>(
  work: Work<Key, Result>,
  key: Key,
  bell: Bell,
): Promise<Result | undefined> {
  let failures = 0;
  let busy = 0;
  try {
    while (!work.signal?.aborted) {
      // From here on, whoever asks may ask about what this pass has read already.
      bell.owed = false;
      try {
        const outcome = await work.pass(key);
        failures = 0;
        if (outcome.next === 'stop' && !bell.owed) return outcome.result;
        busy = outcome.next === 'again' ? busy + 1 : 0;
        if (outcome.next === 'again' && busy < BOUNDS.busyPasses.value) continue;
        await askedOrDue(work, bell);
      } catch (error) {
        // What the signal has called off is no trouble.
        if (work.signal?.aborted && error instanceof Interrupted) return undefined;
        if (!(error instanceof TransientError)) throw error;
        failures += 1;
        const waitMs = waitAfter(error, failures, work);
        work.onTrouble?.(error, waitMs, key);
        // Whoever asks meanwhile gets a look afterwards: more requests would not help what fails.
        await work.clock.sleep(waitMs, work.signal);
      }
    }
    return undefined;
  } finally {
    bell.end();
  }
}

/** Throws the failure where it is not waited out. */
function waitAfter(
  error: TransientError,
  failures: number,
  {
    silence,
    giveUp,
    backOffMs = BOUNDS.firstBackOff.value,
  }: Pick<Work<never, never>, 'silence' | 'giveUp' | 'backOffMs'>,
): number {
  const doubledMs = Math.min(BOUNDS.lastBackOff.value, backOffMs * 2 ** (failures - 1));
  const waitMs = Math.max(doubledMs, error.retryAfterMs ?? 0);
  if (waitMs >= (silence?.leftMs() ?? Number.POSITIVE_INFINITY)) throw error;
  if (giveUp !== undefined && (failures >= giveUp.failures || waitMs > giveUp.waitMs)) throw error;
  return waitMs;
}

async function askedOrDue({ clock, resyncMs, wake, signal }: Work<never, unknown>, bell: Bell): Promise<void> {
  if (bell.owed) return;
  const over = new AbortController();
  const ended = AbortSignal.any([over.signal, ...(signal === undefined ? [] : [signal])]);
  const waits = [
    new Promise<void>((resolve) => {
      bell.ring = resolve;
      ended.addEventListener('abort', () => resolve(), { once: true });
    }),
  ];
  if (resyncMs !== undefined) waits.push(clock.sleep(resyncMs, ended));
  if (wake !== undefined) waits.push(wake(ended));
  try {
    await Promise.race(waits);
  } finally {
    over.abort();
  }
}
