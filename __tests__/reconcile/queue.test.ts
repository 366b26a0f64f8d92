/** Asking for looks, by key: never two passes of one key at once, no ask lost, and never more passes than are owed. */
import { expect, test } from '@jest/globals';
import { TransientError } from '../../src/domain/errors.ts';
import type { PassResult, Work } from '../../src/reconcile/passes.ts';
import { createQueue } from '../../src/reconcile/queue.ts';
import { clockByHand } from '../fakes/time.ts';

type Step = () => PassResult<string> | Promise<PassResult<string>>;
const wait: Step = () => ({ next: 'wait' });
const RESYNC_MS = 600_000;

/** Each pass of a key is written down as it begins; `steps` say what it does, the last one repeated. */
function queueOf(steps: readonly Step[], more: Partial<Work<string, string>> = {}) {
  const { clock, pass: letPass } = clockByHand();
  const passes: string[] = [];
  const queue = createQueue<string, string>({
    async pass(key) {
      const before = passes.filter((one) => one === key).length;
      passes.push(key);
      return await (steps[Math.min(before, steps.length - 1)] ?? wait)();
    },
    clock,
    resyncMs: RESYNC_MS,
    ...more,
  });
  /** No receiver waits for the end of what it has asked for. */
  const ask = (key: string): void => void queue.look(key).catch(() => undefined);
  return { queue, ask, passes, letPass };
}

/** A pass that runs until the test says so. */
function held() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { step: async () => ended.then(wait), end };
}

test('a thousand who ask at once get one pass', async () => {
  const { ask, passes, letPass } = queueOf([wait]);
  for (let asked = 0; asked < 1_000; asked += 1) ask('main');
  await letPass(0);
  expect(passes).toEqual(['main']);
});

test('a thousand who ask while a pass runs get one more, after it and not beside it', async () => {
  const first = held();
  const { ask, passes, letPass } = queueOf([first.step, wait]);
  ask('main');
  await letPass(0);
  for (let asked = 0; asked < 1_000; asked += 1) ask('main');
  await letPass(0);
  expect(passes).toEqual(['main']);
  first.end();
  await letPass(0);
  expect(passes).toEqual(['main', 'main']);
});

test('whoever asks while nothing runs gets a pass at once', async () => {
  const { ask, passes, letPass } = queueOf([wait]);
  ask('main');
  await letPass(RESYNC_MS / 2);
  ask('main');
  await letPass(0);
  expect(passes).toEqual(['main', 'main']);
});

test.each([0, 1, 2, 3, 4, 5, 6])(
  'an ask that comes just as the passes end (%d turns later) is not lost',
  async (turns) => {
    const asks: string[] = [];
    const { ask, passes, letPass } = queueOf([
      async () => {
        const later = async () => {
          for (let turn = 0; turn < turns; turn += 1) await undefined;
          asks.push(`after ${passes.length}`);
          ask('main');
        };
        void later();
        return { next: 'stop', result: 'done' };
      },
      () => ({ next: 'stop', result: 'done' }),
    ]);
    ask('main');
    await letPass(0);
    expect([asks, passes]).toEqual([['after 1'], ['main', 'main']]);
  },
);

test('passes of other keys do not wait for this one, nor for its back-off', async () => {
  const busy = held();
  const { ask, passes, letPass } = queueOf([], {
    async pass(key) {
      passes.push(key);
      if (key === 'stuck') return await busy.step();
      if (key === 'failing') throw new TransientError('busy');
      return { next: 'wait' };
    },
  });
  for (const key of ['stuck', 'failing', 'main']) ask(key);
  await letPass(0);
  expect(passes).toEqual(['stuck', 'failing', 'main']);
  await letPass(999);
  expect(passes).toHaveLength(3);
  await letPass(1);
  expect(passes).toEqual(['stuck', 'failing', 'main', 'failing']);
});

test('whoever asks during a back-off does not shorten it, and gets a look after it', async () => {
  const { ask, passes, letPass } = queueOf([
    () => {
      throw new TransientError('busy');
    },
    wait,
  ]);
  ask('main');
  await letPass(500);
  ask('main');
  await letPass(499);
  expect(passes).toHaveLength(1);
  await letPass(1);
  expect(passes).toHaveLength(2);
  await letPass(RESYNC_MS - 1);
  expect(passes).toHaveLength(2);
});

test('what nobody asks for is looked at again after the resync, and only there where there is one', async () => {
  const { ask, passes, letPass } = queueOf([wait]);
  ask('main');
  await letPass(RESYNC_MS - 1);
  expect(passes).toHaveLength(1);
  await letPass(1);
  expect(passes).toHaveLength(2);
  const asked = queueOf([wait], { resyncMs: undefined });
  asked.ask('main');
  await asked.letPass(100 * RESYNC_MS);
  expect(asked.passes).toHaveLength(1);
});

test('the signal ends every key, and what is asked for afterwards is not begun', async () => {
  const control = new AbortController();
  const { queue, passes, letPass } = queueOf([wait], { signal: control.signal });
  const ends: string[] = [];
  const ask = (key: string): void => void queue.look(key).then((end) => ends.push(`${key}: ${end}`));
  for (const key of ['main', 'next']) ask(key);
  await letPass(0);
  control.abort();
  ask('late');
  await letPass(0);
  expect(ends.sort()).toEqual(['late: undefined', 'main: undefined', 'next: undefined']);
  expect(passes).toEqual(['main', 'next']);
});

test('all who ask get what the passes of their key end with, be it an error', async () => {
  const { queue } = queueOf([
    () => {
      throw new Error('a bug');
    },
    () => ({ next: 'stop', result: 'the end' }),
  ]);
  const both = await Promise.allSettled([queue.look('main'), queue.look('main')]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await Promise.all([queue.look('main'), queue.look('main')])).toEqual(['the end', 'the end']);
});
