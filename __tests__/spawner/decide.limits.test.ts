/** How many tasks are started at once, and what pauses them all. */
import { describe, expect, test } from '@jest/globals';
import { branchOf, issueId } from '../../src/domain/ids.ts';
import { decided, doings, epic, NOW, of, outcome, pullRequest, taken, task, worker, worktree } from './view-builder.ts';

const SECOND = issueId('bd-e.2');
const later = new Date(NOW.getTime() + 60_000).toISOString();
const earlier = new Date(NOW.getTime() - 1).toISOString();

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
    expect(of(decision, 'bd-e.3').standing).toEqual({
      is: 'no room',
      why: { is: 'too many worktrees', worktrees: 64, maxWorktrees: 64 },
    });
  });

  test('the disk has room for', () => {
    const decision = decided({ issues: [epic(), ...many(2)], room: { freeMb: 1023, worktrees: 0 } });
    expect(starts(decision)).toEqual([]);
    expect(of(decision).standing).toEqual({
      is: 'no room',
      why: { is: 'disk full', freeMb: 1023, minFreeMb: 1024 },
    });
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
