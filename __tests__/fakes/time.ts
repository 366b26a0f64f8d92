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

/** A clock that stands still but for what the test lets pass; a sleep ends when its time has come, or with its signal. */
export function clockByHand(): { clock: Clock; pass(ms: number): Promise<void> } {
  let nowMs = 0;
  const sleeping = new Set<{ untilMs: number; end: () => void }>();
  const clock: Clock = {
    now: () => new Date(nowMs),
    nonce: () => 'abcdef12',
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { untilMs: nowMs + ms, end: () => resolve(void sleeping.delete(sleeper)) };
        sleeping.add(sleeper);
        if (signal?.aborted) sleeper.end();
        else signal?.addEventListener('abort', sleeper.end, { once: true });
      }),
  };
  const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));
  return {
    clock,
    async pass(ms) {
      const endMs = nowMs + ms;
      await settled();
      for (;;) {
        const [next] = [...sleeping].sort((a, b) => a.untilMs - b.untilMs);
        if (next === undefined || next.untilMs > endMs) break;
        nowMs = next.untilMs;
        next.end();
        await settled();
      }
      nowMs = endMs;
    },
  };
}
