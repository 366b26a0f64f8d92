import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';

const NONCE_BYTES = 6;
/** A timer that is set for longer goes off at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Time and chance as they are. A sleep that is called off resolves at once. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    try {
      await delay(Math.min(ms, MAX_TIMER_MS), undefined, signal === undefined ? {} : { signal });
    } catch (cause) {
      if (!signal?.aborted) throw cause;
    }
  },
  nonce: () => randomBytes(NONCE_BYTES).toString('hex'),
};
