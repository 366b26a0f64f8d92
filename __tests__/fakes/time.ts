/** Time as a test needs it: however long a busy machine takes, nothing is over before it has begun. */
import { jest } from '@jest/globals';
import { systemClock } from '../../src/adapters/host/clock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { until } from './wait.ts';

/**
 * Timers that are set from here on stand still. What it gives lets so much time pass at once, as soon as something is so.
 * The test puts the real timers back.
 */
export function stopTime(): (ms: number, begun: () => boolean) => Promise<void> {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
  return async (ms, begun) => {
    await until('the work to have begun', begun);
    jest.advanceTimersByTime(ms);
  };
}

/** A clock on which no time passes before something is so. */
export function clockSince(begun: () => boolean): Clock {
  return {
    ...systemClock,
    async sleep(ms, signal) {
      await until('the work to have begun', () => begun() || signal?.aborted);
      await systemClock.sleep(ms, signal);
    },
  };
}
