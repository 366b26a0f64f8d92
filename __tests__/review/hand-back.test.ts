/** Who can move a pull request that does not land as it is. */
import { describe, expect, test } from '@jest/globals';
import { BOUNDS } from '../../src/domain/bounds.ts';
import { sha } from '../../src/domain/ids.ts';
import { type Past, wayOf } from '../../src/review/hand-back.ts';
import type { FailedCheck } from '../../src/review/results.ts';
import { type Reason, review, type Verdict } from '../../src/review/review.ts';
import type { OpenPullRequest } from '../../src/review/view.ts';
import { candidate, head, view } from '../merger/views.ts';

const past: Past = { pushed: head, handedBack: {}, attempts: new Map(), on: { red: 'worker', conflict: 'worker' } };
const failed = (...checks: FailedCheck[]): Reason => ({ is: 'check failed', checks });
const red = failed({ name: 'test', conclusion: 'failure' });
const conflict: Reason = { is: 'cannot land', because: { is: 'conflict' } };
const person = (...reasons: Reason[]): Verdict => ({ is: 'waiting', for: 'person', reasons });
const way = (verdict: Verdict, change: Partial<Past> = {}, on: Partial<OpenPullRequest> = {}) =>
  wayOf(verdict, candidate({}, on).pullRequest, { ...past, ...change });

describe('a pull request that does not land as it is', () => {
  test.each<[string, Reason, string]>([
    ['a check that failed', red, 'red'],
    ['a conflict', conflict, 'conflict'],
    ['a request for changes', { is: 'changes requested' }, 'changes'],
    ['a change of what no task may change', { is: 'forbidden paths', paths: ['.github/x'] }, 'policy'],
  ])('goes back to its worker for %s', (_, reason, kind) => {
    expect(way(person(reason))).toMatchObject({
      is: 'hand back',
      handBack: { kind, counts: { [kind]: 1 }, reason: expect.stringMatching(/./) },
    });
  });

  test('goes back once for all that is against it', () => {
    const { is, ...rest } = way(person(red, conflict), { handedBack: { red: 1 } });
    expect([is, rest]).toMatchObject(['hand back', { handBack: { kind: 'red', counts: { red: 2, conflict: 1 } } }]);
  });

  test('waits for a reviewer where its paths need an approval', () => {
    const reasons: Reason[] = [{ is: 'review needed', paths: ['tests/one.js'] }];
    expect(way({ is: 'waiting', for: 'time', reasons })).toEqual({ is: 'going on', waits: 'review', reasons });
  });

  test.each<[string, Reason[]]>([
    ['it is too large', [{ is: 'too large', lines: 9, limit: 1 }]],
    ['only a person can do something about one of its reasons', [red, { is: 'files unread' }]],
    ['a run waits for an approval', [failed({ name: 'ci', conclusion: 'action_required' })]],
    ['the base takes a queue only', [{ is: 'cannot land', because: { is: 'merge queue' } }]],
  ])('needs a person where %s', (_, reasons) => {
    expect(way(person(...reasons))).toEqual({ is: 'person', after: [], reasons });
  });

  test('is left to whoever pushed to it: what its worker has not made, its worker does not change', () => {
    const other = sha('b'.repeat(40));
    expect(way(person(red), { pushed: other })).toMatchObject({ is: 'person', after: [] });
    expect(way(person(red), { pushed: undefined })).toMatchObject({ is: 'person', after: [] });
  });

  test('is left to a person where heddle.yml says so', () => {
    expect(way(person(red), { on: { red: 'person', conflict: 'worker' } })).toMatchObject({ is: 'person' });
    expect(way(person(conflict), { on: { red: 'worker', conflict: 'person' } })).toMatchObject({ is: 'person' });
    expect(way(person(conflict), { on: { red: 'person', conflict: 'worker' } })).toMatchObject({ is: 'hand back' });
  });

  test('needs a person once its worker had it back for the same kind as often as it may', () => {
    const times = BOUNDS.handBacks.value;
    expect(way(person(red), { handedBack: { red: times - 1 } })).toMatchObject({ is: 'hand back' });
    expect(way(person(red), { handedBack: { red: times } })).toMatchObject({ is: 'person', after: ['red'] });
    expect(way(person(conflict), { handedBack: { red: times } })).toMatchObject({ is: 'hand back' });
  });

  test('waits for its reviewer once something was pushed since: the request stands until it is looked at again', () => {
    const changes: Reason = { is: 'changes requested' };
    expect(way(person(changes), {}, { answered: true })).toEqual({ is: 'going on', waits: 'review', reasons: [] });
    expect(way(person(changes, red), {}, { answered: true })).toMatchObject({
      is: 'hand back',
      handBack: { kind: 'red', counts: { red: 1 } },
    });
    expect(way(person(changes), {}, { answered: false })).toMatchObject({ is: 'hand back' });
  });

  test('that conflicts is not waited for: GitHub starts no checks for it', () => {
    const none: Reason = { is: 'no checks', overdue: true, skipped: [] };
    expect(way(person(none, conflict))).toMatchObject({ is: 'hand back', handBack: { kind: 'conflict' } });
    expect(way(person(none))).toMatchObject({ is: 'person' });
  });
});

describe('a failed run of a workflow', () => {
  const runs = (started: number, complete = true) => new Map([[7, { started, complete }]]);
  const inRun = (conclusion: string) => person(failed({ name: 'test', conclusion, job: 3, workflowRun: 7 }));

  test('is run again before an agent is asked: a failure once, what never tested anything twice', () => {
    const again = { is: 're-run', workflowRuns: [7] };
    expect(way(inRun('failure'), { attempts: runs(1) })).toMatchObject(again);
    expect(way(inRun('failure'), { attempts: runs(2) })).toMatchObject({ is: 'hand back' });
    for (const conclusion of ['timed_out', 'cancelled', 'startup_failure', 'stale']) {
      expect(way(inRun(conclusion), { attempts: runs(2) })).toMatchObject(again);
      expect(way(inRun(conclusion), { attempts: runs(3) })).toMatchObject({ is: 'hand back' });
    }
  });

  test('that GitHub will not start again goes back at once, as does one of another app', () => {
    expect(way(inRun('failure'))).toMatchObject({ is: 'hand back' });
    expect(way(person(red), { attempts: runs(1) })).toMatchObject({ is: 'hand back' });
    const both = failed(
      { name: 'test', conclusion: 'failure', workflowRun: 7 },
      { name: 'lint', conclusion: 'failure' },
    );
    expect(way(person(both), { attempts: runs(1) })).toMatchObject({ is: 'hand back' });
  });

  test('that has begun again is waited for, whatever GitHub still shows of it', () => {
    expect(way(inRun('failure'), { attempts: runs(2, false) })).toMatchObject({ is: 'going on', waits: 'checks' });
  });

  test('is not run again while the pull request conflicts: it would test another tree', () => {
    const both = person(failed({ name: 'test', conclusion: 'failure', workflowRun: 7 }), conflict);
    expect(way(both, { attempts: runs(1) })).toMatchObject({ is: 'hand back' });
  });
});

describe('a pull request that time moves', () => {
  test.each<[string, Reason, string]>([
    ['its checks', { is: 'check pending', running: ['test'], missing: [], skipped: [] }, 'checks'],
    ['a review', { is: 'review required' }, 'review'],
  ])('waits for %s', (_, reason, waits) => {
    expect(way({ is: 'waiting', for: 'time', reasons: [reason] })).toMatchObject({ is: 'going on', waits });
  });

  test('waits for the merger where nothing is against it', () => {
    expect(way({ is: 'ready' })).toEqual({ is: 'going on', waits: 'merge', reasons: [] });
  });

  test('is brought up to date by its worker where nothing else is against it, and that is not counted', () => {
    const behind = candidate({}, { behind: true });
    const verdict = review(behind, view());
    const found = wayOf(verdict, behind.pullRequest, past);
    expect(found).toMatchObject({ is: 'hand back', handBack: { kind: 'behind' } });
    expect(found.is === 'hand back' ? found.handBack.counts : undefined).toEqual({});
    expect(wayOf(verdict, behind.pullRequest, { ...past, pushed: undefined })).toMatchObject({ is: 'going on' });
  });

  test('is stopped by whoever made it a draft or holds it', () => {
    const stopped = (is: 'draft' | 'on hold' | 'labels unread') =>
      way({ is: 'waiting', for: 'its author', reasons: [{ is }] });
    expect(stopped('draft')).toMatchObject({ is: 'stopped', waits: 'draft' });
    expect(stopped('on hold')).toMatchObject({ is: 'stopped', waits: 'hold' });
    expect(stopped('labels unread')).toMatchObject({ is: 'person' });
  });
});
