/** Passes over a world: again at once, later, later still after a failure, and an end. */
import { describe, expect, test } from '@jest/globals';
import { Interrupted, TransientError } from '../../src/domain/errors.ts';
import type { PassResult, Work } from '../../src/reconcile/passes.ts';
import { reconcile } from '../../src/reconcile/queue.ts';

type Step = PassResult<string> | Error;
const again: Step = { next: 'again' };
const wait: Step = { next: 'wait' };
const stop: Step = { next: 'stop', result: 'the end' };

/** A clock on which sleeping takes no time; the last step is repeated. */
function loop(steps: readonly Step[], more: Partial<Work<'it', string>> = {}) {
  const control = new AbortController();
  const seen = { passes: 0, slept: [] as number[], trouble: [] as string[] };
  const work: Work<'it', string> = {
    async pass() {
      const step = steps[Math.min(seen.passes, steps.length - 1)] ?? stop;
      seen.passes += 1;
      if (step instanceof Error) throw step;
      return step;
    },
    clock: {
      now: () => new Date(0),
      nonce: () => 'abcdef12',
      async sleep(ms, signal) {
        if (!signal?.aborted) seen.slept.push(ms);
        if (seen.slept.length > 50) control.abort();
      },
    },
    resyncMs: 15_000,
    onTrouble: (error, waitMs) => seen.trouble.push(`${error.message} ${waitMs}`),
    signal: control.signal,
    ...more,
  };
  return { work, seen, control };
}

describe('a pass', () => {
  test('that did something is followed by another at once', async () => {
    const { work, seen } = loop([again, again, stop]);
    expect([await reconcile(work), seen]).toEqual(['the end', { passes: 3, slept: [], trouble: [] }]);
  });

  test('that did nothing is followed by another after the poll', async () => {
    const { work, seen } = loop([wait, again, wait, stop]);
    expect([await reconcile(work), seen.slept]).toEqual(['the end', [15_000, 15_000]]);
  });

  test('that did nothing is followed by another as soon as something wakes it', async () => {
    const never = new Promise<void>(() => undefined);
    const signals: AbortSignal[] = [];
    const { work, seen } = loop([wait, stop], {
      async wake(signal) {
        signals.push(signal);
      },
    });
    work.clock.sleep = () => never;
    expect([await reconcile(work), seen.passes]).toEqual(['the end', 2]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test('that runs away is held to the pace of the poll', async () => {
    const { work, seen } = loop([again]);
    expect(await reconcile(work)).toBeUndefined();
    expect(seen.passes).toBeGreaterThan(1000);
    expect(seen.passes).toBeLessThan(1100);
    expect(new Set(seen.slept)).toEqual(new Set([15_000]));
  });
});

describe('a failure that passes', () => {
  const busy = new TransientError('busy');

  test('is waited out, twice as long each time, up to five minutes', async () => {
    const { work, seen } = loop([...Array.from({ length: 12 }, () => busy), stop]);
    expect(await reconcile(work)).toBe('the end');
    expect(seen.slept).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map((s) => s * 1000));
    expect(seen.trouble.slice(0, 2)).toEqual(['busy 1000', 'busy 2000']);
  });

  test('that says how long to wait is waited out at least so long', async () => {
    const limited = new TransientError('limited', { retryAfterMs: 90_000 });
    const { work, seen } = loop([limited, new TransientError('soon', { retryAfterMs: 5 }), stop]);
    await reconcile(work);
    expect(seen.slept).toEqual([90_000, 2_000]);
  });

  test('is forgotten after a pass that went well', async () => {
    const { work, seen } = loop([busy, busy, again, busy, stop]);
    await reconcile(work);
    expect(seen.slept).toEqual([1_000, 2_000, 1_000]);
  });

  test('ends the loop, as it came, when GitHub would owe an answer for too long by then', async () => {
    const silence = { leftMs: () => 3_500 - seen.slept.reduce((sum, ms) => sum + ms, 0) };
    const { work, seen } = loop([busy], { silence });
    await expect(reconcile(work)).rejects.toBe(busy);
    expect(seen.slept).toEqual([1_000, 2_000]);
  });

  test('in what wakes it is one as well', async () => {
    const { work, seen } = loop([wait, stop], { wake: () => Promise.reject(busy) });
    work.clock.sleep = async (ms) => void seen.slept.push(ms);
    expect(await reconcile(work)).toBe('the end');
  });
});

describe('a failure that passes, where somebody waits for the end,', () => {
  const busy = new TransientError('busy');
  const giveUp = { failures: 3, waitMs: 60_000 };

  test('is waited out twice, then it ends the loop', async () => {
    const { work, seen } = loop([again, busy], { giveUp });
    await expect(reconcile(work)).rejects.toBe(busy);
    expect(seen).toEqual({ passes: 4, slept: [1_000, 2_000], trouble: ['busy 1000', 'busy 2000'] });
  });

  test('is forgotten after a pass that went well', async () => {
    const { work, seen } = loop([busy, busy, again, busy, busy, stop], { giveUp });
    expect([await reconcile(work), seen.passes]).toEqual(['the end', 6]);
  });

  test('ends the loop at once where the other side asks for a long wait', async () => {
    const limited = new TransientError('limited', { retryAfterMs: 3_600_000 });
    const { work, seen } = loop([limited, stop], { giveUp });
    await expect(reconcile(work)).rejects.toBe(limited);
    expect(seen.slept).toEqual([]);
  });
});

describe('the loop ends', () => {
  test('on any other error, which is not swallowed', async () => {
    const { work, seen } = loop([again, new Error('a bug')]);
    await expect(reconcile(work)).rejects.toThrow('a bug');
    expect(seen.slept).toEqual([]);
  });

  test('between two passes when it is told to', async () => {
    const { work, seen, control } = loop([wait, stop]);
    work.clock.sleep = async () => control.abort();
    expect([await reconcile(work), seen.passes]).toEqual([undefined, 1]);
  });

  test('before the first pass when it was told to already', async () => {
    const { work, seen, control } = loop([stop]);
    control.abort();
    expect([await reconcile(work), seen.passes]).toEqual([undefined, 0]);
  });

  test('in a pass that was interrupted', async () => {
    const { work, seen, control } = loop([stop]);
    work.pass = async () => {
      control.abort();
      throw new Interrupted();
    };
    expect([await reconcile(work), seen]).toEqual([undefined, { passes: 0, slept: [], trouble: [] }]);
  });

  test('while it waits out a failure', async () => {
    const { work, seen, control } = loop([new TransientError('busy'), stop]);
    work.clock.sleep = async () => control.abort();
    expect([await reconcile(work), seen.passes]).toEqual([undefined, 1]);
  });
});
