import { expect, test } from '@jest/globals';
import { entryOf } from '../../src/worker/outcome.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const at = (attempt: number) => ({ attempt, attempts: 3, backoffMs: 30_000, now: NOW });

test('the wait doubles with each attempt', () => {
  expect(entryOf({ is: 'failed', detail: 'x' }, at(1)).set.retry_at).toBe('2026-11-23T10:00:30.000Z');
  expect(entryOf({ is: 'failed', detail: 'x' }, at(2)).set.retry_at).toBe('2026-11-23T10:01:00.000Z');
});

test('after the last attempt a person is needed: a reason without a time', () => {
  const failed = { is: 'failed', detail: 'x' } as const;
  expect(entryOf(failed, at(3))).toEqual({
    set: { reason: 'failed: x', phase: 'working' },
    unset: ['retry_at'],
    needsPerson: true,
  });
});

test('what another try would not change needs a person at once', () => {
  expect(entryOf({ is: 'push refused', detail: 'GH013' }, at(1))).toEqual({
    set: { reason: 'push refused: GH013' },
    unset: ['retry_at'],
    needsPerson: true,
  });
});

test('a usage limit is not charged as an attempt, and waits for its end if that is known', () => {
  const resetsAt = new Date('2026-11-23T15:00:00Z');
  expect(entryOf({ is: 'usage limit', detail: '', resetsAt }, at(3)).set).toEqual({
    reason: 'usage limit',
    retry_at: resetsAt.toISOString(),
    attempt: 2,
  });
  expect(entryOf({ is: 'usage limit', detail: '' }, at(1)).set.retry_at).toBe('2026-11-23T10:15:00.000Z');
});

test('a reason is bounded', () => {
  expect(entryOf({ is: 'failed', detail: 'x'.repeat(9999) }, at(1)).set.reason?.length).toBeLessThanOrEqual(600);
});

test('work that was found wanting goes back to the agent; one that was only interrupted goes on where it was', () => {
  expect(entryOf({ is: 'verify failed', detail: 'x' }, at(1)).set.phase).toBe('working');
  expect(entryOf({ is: 'interrupted', detail: 'x' }, at(1)).set.phase).toBeUndefined();
});
