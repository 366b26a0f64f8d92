/** Which tasks are started, and which have to wait. */
import { describe, expect, test } from '@jest/globals';
import { branchOf, issueId, tokenOf } from '../../src/domain/ids.ts';
import {
  decided,
  doings,
  EPIC,
  epic,
  HOST,
  NEW,
  NOW,
  OLD,
  of,
  outcome,
  pullRequest,
  TASK,
  taken,
  task,
  waitsFor,
  worker,
  worktree,
} from './view-builder.ts';

const SECOND = issueId('bd-e.2');
const later = new Date(NOW.getTime() + 60_000).toISOString();
const earlier = new Date(NOW.getTime() - 1).toISOString();

describe('a ready task', () => {
  test('is claimed as it was observed, with the token of this pass, as the first attempt of its round', () => {
    expect(outcome()).toEqual({
      standing: { is: 'starting' },
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
      expect(standing).toEqual({ is: 'needs a person', why: 'alice has it', type: `bd update ${TASK} --assignee ''` });
      expect(intent).toBeUndefined();
    }
  });

  test('with a reason and no time to retry is not started', () => {
    expect(outcome({ issues: [epic(), task({ metadata: { reason: 'tests fail' } })] })).toEqual({
      standing: { is: 'needs a person', why: 'tests fail', type: `heddle retry ${TASK}` },
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
      standing: { is: 'needs a person', why: 'its id cannot be part of a branch name' },
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
      standing: { is: 'starting' },
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
      standing: { is: 'needs a person', why: 'hung (after 3 attempts)', type: `heddle retry ${TASK}` },
      intent: {
        do: 'give up',
        task: TASK,
        guard: { status: 'in_progress', assignee: OLD },
        reason: 'hung (after 3 attempts)',
      },
    });
    expect(outcome({ issues: [epic(), taken({ metadata: { attempt: 3 } })] }).intent).toMatchObject({
      reason: 'died (after 3 attempts)',
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
    ['its token', taken({ assignee: tokenOf('loom-2', 'oldold11') }), 'another host'],
    ['its token, before its first write', taken({ assignee: tokenOf('lo', 'oldold11'), metadata: {} }), 'another host'],
    ['its metadata', taken({ metadata: { phase: 'working', agent_host: 'elsewhere' } }), 'elsewhere'],
  ])('of another host, by %s, is never called dead from here', (_, issue, host) => {
    expect(outcome({ issues: [epic(), issue] })).toEqual({
      standing: { is: 'running elsewhere', host },
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
      standing: { is: 'needs a person', why: 'it is in progress, but nobody has it' },
      intent: undefined,
    });
  });
});

describe('no more workers than', () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => task({}, `bd-e.${i + 1}`));
  const starts = (decision: ReturnType<typeof decided>) => doings(decision).filter((one) => one.startsWith('start'));

  test('max_parallel allows are started; the others wait for a slot, the first tasks first', () => {
    const decision = decided({ issues: [epic(), ...many(12)] }, { maxParallel: 2 });
    expect(starts(decision)).toEqual(['start worker bd-e.1', 'start worker bd-e.2']);
    expect(of(decision, 'bd-e.10').standing).toEqual({ is: 'waiting for a slot' });
  });

  test('max_parallel allows, counting every living worker of the repository, of other epics too, but each once', () => {
    const living = [
      worker({ task: issueId('bd-x.1') }),
      worker({ task: issueId('bd-x.1'), pid: 8 }),
      worker({ task: issueId('bd-x.2'), supervisor: false }),
    ];
    expect(starts(decided({ issues: [epic(), ...many(3)], processes: living }, { maxParallel: 2 }))).toHaveLength(1);
    expect(starts(decided({ issues: [epic(), ...many(3)], processes: living }, { maxParallel: 1 }))).toEqual([]);
  });

  test('worktrees may stand there', () => {
    const decision = decided({ issues: [epic(), ...many(3)], room: { freeMb: 5000, worktrees: 62 } });
    expect(starts(decision)).toHaveLength(2);
    expect(of(decision, 'bd-e.3').standing).toEqual({ is: 'no room', why: '64 worktrees stand there, 64 are allowed' });
  });

  test('the disk has room for', () => {
    const decision = decided({ issues: [epic(), ...many(2)], room: { freeMb: 1023, worktrees: 0 } });
    expect(starts(decision)).toEqual([]);
    expect(of(decision).standing).toEqual({ is: 'no room', why: 'only 1023 MiB of disk are free, 1024 are asked for' });
    expect(decision.outlook).toBe('people');
  });

  test('but a task that has its worktree already goes on with a full disk', () => {
    const full = { freeMb: 1, worktrees: 64 };
    expect(outcome({ issues: [epic(), taken()], worktrees: [worktree()], room: full }).intent).toMatchObject({
      how: 'take over',
    });
    expect(
      outcome({ issues: [epic(), taken()], worktrees: [worktree({ round: 2 })], room: full }).intent,
    ).toBeUndefined();
  });
});

test('a usage limit, which is no task of its own, pauses every start until it ends', () => {
  const limited = (at: string) =>
    taken({ metadata: { attempt: 1, reason: 'usage limit: come back', retry_at: at } }, SECOND);
  expect(outcome({ issues: [epic(), task(), limited(later)] })).toMatchObject({
    standing: { is: 'retry later', at: later },
    intent: undefined,
  });
  expect(outcome({ issues: [epic(), task(), limited(earlier)] }).intent).toMatchObject({ do: 'start worker' });
});

test('a pass over a world in which all is under way does nothing', () => {
  const inReview = taken({ metadata: { phase: 'pr_created', attempt: 1 } }, SECOND);
  const requests = [pullRequest({ branch: branchOf(SECOND, 1) })];
  const decision = decided({ issues: [epic(), taken(), inReview], processes: [worker()], requests });
  expect([doings(decision), decision.outlook]).toEqual([[], 'going on']);
});
