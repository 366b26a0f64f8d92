/** Which tasks are started, and which have to wait. */
import { describe, expect, test } from '@jest/globals';
import { issueId, tokenOf } from '../../src/domain/ids.ts';
import {
  decided,
  EPIC,
  epic,
  HOST,
  NEW,
  NOW,
  OLD,
  of,
  outcome,
  TASK,
  taken,
  task,
  waitsFor,
  worker,
} from './view-builder.ts';

const SECOND = issueId('bd-e.2');
const later = new Date(NOW.getTime() + 60_000).toISOString();
const earlier = new Date(NOW.getTime() - 1).toISOString();

describe('a ready task', () => {
  test('is claimed as it was observed, with the token of this pass, as the first attempt of its round', () => {
    expect(outcome()).toEqual({
      standing: { is: 'ready' },
      intent: {
        do: 'start worker',
        task: TASK,
        how: 'claim',
        round: 1,
        attempt: 1,
        guard: { status: 'open', assignee: '' },
        token: NEW,
      },
    });
  });

  test('that was opened again keeps the assignee that it had in the guard', () => {
    const { intent } = outcome({
      issues: [epic(), task({ assignee: OLD, metadata: { round: 2 } })],
      lines: { [TASK]: { id: TASK, open: true, round: 2, closeReason: '', pullRequest: undefined } },
    });
    expect(intent).toMatchObject({ how: 'claim', round: 2, attempt: 1, guard: { status: 'open', assignee: OLD } });
  });

  test('waits while a blocker is open, and is started once all are closed', () => {
    const blocked = task(waitsFor('bd-e.1', 'bd-x'), SECOND);
    const outside = (status: string) => task({ status }, 'bd-x');
    expect(of(decided({ issues: [epic(), task({ status: 'closed' }), blocked, outside('open')] }), SECOND)).toEqual({
      standing: { is: 'blocked', by: ['bd-x'] },
      intent: undefined,
    });
    expect(
      of(decided({ issues: [epic(), task({ status: 'closed' }), blocked, outside('closed')] }), SECOND).intent,
    ).toMatchObject({ do: 'start worker' });
  });

  test('waits for the blockers of the epic that it is in', () => {
    const issues = [epic(waitsFor('bd-x')), task(), task({ status: 'in_progress' }, 'bd-x')];
    expect(outcome({ issues }).standing).toEqual({ is: 'blocked', by: ['bd-x'] });
  });

  test('that a person has is left to them', () => {
    for (const status of ['open', 'in_progress']) {
      const { standing, intent } = outcome({ issues: [epic(), task({ assignee: 'alice', status })] });
      const why = { is: 'owned by a person', name: 'alice', halfClosed: false };
      expect(standing).toEqual({ is: 'needs a person', why });
      expect(intent).toBeUndefined();
    }
  });

  test('with a reason and no time to retry is not started', () => {
    expect(outcome({ issues: [epic(), task({ metadata: { reason: 'tests fail' } })] })).toEqual({
      standing: { is: 'needs a person', why: { is: 'left to a person', reason: 'tests fail' } },
      intent: undefined,
    });
  });

  test.each(['blocked', 'deferred'])('whose status is %s is left to a person', (status) => {
    expect(outcome({ issues: [epic(), task({ status })] })).toMatchObject({
      standing: { is: 'needs a person' },
      intent: undefined,
    });
  });

  test.each(['bd-e..1', 'bd-e.1/..', 'bd-e.$(x)'])('whose id is %s is never started nor named in a ref', (id) => {
    const issue = task({ parent: EPIC }, id);
    expect(of(decided({ issues: [epic(), issue] }), id)).toMatchObject({
      standing: { is: 'needs a person', why: { is: 'not nameable' } },
      intent: undefined,
    });
  });
});

describe('a task in progress', () => {
  test('whose worker lives is left to it: an older spawner may have started it', () => {
    expect(outcome({ issues: [epic(), taken()], processes: [worker()] })).toEqual({
      standing: { is: 'running', pid: 7, token: OLD },
      intent: undefined,
    });
  });

  test('whose worker is stopped is not dead', () => {
    expect(outcome({ issues: [epic(), taken()], processes: [worker({ state: 'stopped' })] }).intent).toBeUndefined();
  });

  test('whose worker is dead is taken over from exactly it, as the next attempt of the same round', () => {
    expect(outcome({ issues: [epic(), taken()] })).toEqual({
      standing: { is: 'ready' },
      intent: {
        do: 'start worker',
        task: TASK,
        how: 'take over',
        round: 1,
        attempt: 2,
        guard: { status: 'in_progress', assignee: OLD },
        token: NEW,
      },
    });
  });

  test('whose supervisor is dead is taken over though its agent lives on', () => {
    expect(outcome({ issues: [epic(), taken()], processes: [worker({ supervisor: false })] }).intent).toMatchObject({
      how: 'take over',
    });
  });

  test('that died before its first write was an attempt as well', () => {
    const claimed = taken({ metadata: { phase: 'spawned', round: 1, attempt: 1 } });
    expect(outcome({ issues: [epic(), claimed] }).intent).toMatchObject({ attempt: 2 });
  });

  test('waits until its time to retry has come', () => {
    const waiting = (retry_at: string) => [
      epic(),
      taken({ metadata: { phase: 'working', attempt: 1, reason: 'hung', retry_at } }),
    ];
    expect(outcome({ issues: waiting(later) })).toEqual({
      standing: { is: 'retry later', at: later, reason: 'hung' },
      intent: undefined,
    });
    expect(outcome({ issues: waiting(earlier) }).intent).toMatchObject({ how: 'take over', attempt: 2 });
  });

  test('that has used up its attempts is left to a person, with its last reason', () => {
    const last = taken({ metadata: { phase: 'working', attempt: 3, reason: 'hung', retry_at: earlier } });
    expect(outcome({ issues: [epic(), last] })).toEqual({
      standing: { is: 'needs a person', why: { is: 'gave up', last: 'hung', attempts: 3 } },
      intent: {
        do: 'give up',
        task: TASK,
        guard: { status: 'in_progress', assignee: OLD },
        why: { is: 'gave up', last: 'hung', attempts: 3 },
      },
    });
    expect(outcome({ issues: [epic(), taken({ metadata: { attempt: 3 } })] }).intent).toMatchObject({
      why: { last: '', attempts: 3 },
    });
  });

  test('that was given up is not written to again', () => {
    const gaveUp = taken({ metadata: { attempt: 3, reason: 'hung (after 3 attempts)' } });
    expect(outcome({ issues: [epic(), gaveUp] })).toMatchObject({
      standing: { is: 'needs a person' },
      intent: undefined,
    });
  });

  test('that is retried by a person starts its attempts anew', () => {
    const retried = taken({ metadata: { attempt: 0, reason: 'hung', retry_at: NOW.toISOString() } });
    expect(outcome({ issues: [epic(), retried] }).intent).toMatchObject({ how: 'take over', attempt: 1 });
  });

  test.each([
    ['its token', taken({ assignee: tokenOf('loom-2', 'oldold11') }), 'loom-2'],
    ['its token, before its first write', taken({ assignee: tokenOf('lo', 'oldold11'), metadata: {} }), 'lo'],
    ['its metadata', taken({ metadata: { phase: 'working', agent_host: 'elsewhere' } }), 'elsewhere'],
  ])('of another host, by %s, is never called dead from here', (_, issue, host) => {
    expect(outcome({ issues: [epic(), issue] })).toEqual({
      standing: { is: 'running elsewhere', host },
      intent: undefined,
    });
  });

  test('of another host, which has left it to a person, needs one here as well', () => {
    const left = taken({ assignee: tokenOf('loom-2', 'oldold11'), metadata: { attempt: 3, reason: 'hung' } });
    expect(outcome({ issues: [epic(), left] })).toEqual({
      standing: { is: 'needs a person', why: { is: 'left to a person', reason: 'hung' } },
      intent: undefined,
    });
  });

  test('of this host says so by token and metadata alike', () => {
    expect(outcome({ issues: [epic(), taken({ metadata: { agent_host: HOST } })] }).intent).toMatchObject({
      how: 'take over',
    });
  });

  test('that nobody has is left to a person', () => {
    expect(outcome({ issues: [epic(), taken({ assignee: '' })] })).toMatchObject({
      standing: { is: 'needs a person', why: { is: 'in progress without an owner' } },
      intent: undefined,
    });
  });
});
