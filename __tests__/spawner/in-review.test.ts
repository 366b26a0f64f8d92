/** What becomes of a task whose pull request waits, and what Beads is told of why. */
import { describe, expect, test } from '@jest/globals';
import { tokenOf } from '../../src/domain/ids.ts';
import type { Metadata } from '../../src/domain/issue.ts';
import type { Way } from '../../src/review/hand-back.ts';
import { candidate } from '../merger/views.ts';
import { decided, doings, epic, NEW, OLD, of, pullRequest, TASK, taken, told, worker } from './view-builder.ts';
import { World } from './writers.ts';

const inReview = (metadata: Metadata = {}) =>
  taken({ metadata: { phase: 'pr_created', round: 1, attempt: 1, pr_number: 12, ...metadata } });
const guard = { status: 'in_progress', assignee: OLD } as const;
const url = 'https://example.invalid/pull/12';
const shown = (way: Way) => new Map([[TASK, { pullRequest: candidate().pullRequest, way }]]);
const parts = (way: Way, issue = inReview()) => ({
  issues: [epic(), issue],
  requests: [pullRequest()],
  reviews: shown(way),
});
const back: Way = {
  is: 'hand back',
  handBack: { kind: 'red', counts: { red: 2 }, reason: 'checks failed: `test` (failure)' },
  reasons: [{ is: 'check failed', checks: [{ name: 'test', conclusion: 'failure' }] }],
};
const tooLarge: Way = { is: 'person', after: [], reasons: [{ is: 'too large', lines: 9, limit: 1 }] };

describe('a pull request that its worker can repair', () => {
  test('goes back: the same round, a first attempt, and the hand-backs counted', () => {
    expect(of(decided(parts(back)))).toMatchObject({
      standing: { is: 'in review', waits: 'red' },
      intent: {
        do: 'start worker',
        how: 'hand back',
        round: 1,
        attempt: 1,
        guard,
        token: NEW,
        handBack: back.handBack,
      },
    });
  });

  test('waits for a slot as any start does', () => {
    expect(of(decided(parts(back), { maxParallel: 0 }))).toEqual({
      standing: { is: 'waiting for a slot' },
      intent: undefined,
    });
  });

  test('is left to its own host where its worker ran elsewhere, and to a worker that lives', () => {
    const theirs = { ...inReview({ agent_host: 'loom-2' }), assignee: tokenOf('loom-2', 'oldold11') };
    expect(of(decided(parts(back, theirs)))).toMatchObject({ standing: { is: 'in review' }, intent: undefined });
    const living = decided({ ...parts(back), processes: [worker()] });
    expect(of(living)).toMatchObject({ standing: { is: 'running' }, intent: undefined });
  });

  test('is written so that a worker that dies is replaced, and knows what it is for', async () => {
    const world = new World(epic(), inReview({ head_sha: 'a'.repeat(40), handed_back: { red: 1 } }));
    expect(await world.outcomes(...decided(parts(back)).intents)).toEqual(['done']);
    const { assignee, metadata } = world.beads.at(TASK);
    expect(assignee).toBe(NEW);
    expect(metadata).toMatchObject({
      phase: 'working',
      attempt: 1,
      waits: 'red',
      handed_back: { red: 2 },
      reason: 'checks failed: `test` (failure)',
      head_sha: 'a'.repeat(40),
    });
    expect(Date.parse(metadata.retry_at ?? '')).toBeLessThanOrEqual(Date.parse('2026-11-20T12:00:00Z'));
  });
});

test('what only a person can do something about needs a person, with the reasons', () => {
  expect(of(decided(parts(tooLarge)))).toEqual({
    standing: {
      is: 'needs a person',
      why: {
        is: 'not mergeable as it is',
        number: 12,
        url,
        why: 'it changes 9 lines, more than the limit of 1',
        after: [],
      },
    },
    intent: undefined,
  });
});

describe('a check that may turn green', () => {
  const again: Way = { is: 're-run', workflowRuns: [7, 8], reasons: [] };

  test('is run again, on the host of its worker alone', () => {
    expect(of(decided(parts(again)))).toMatchObject({
      standing: { is: 'in review', waits: 'checks' },
      intent: { do: 're-run checks', workflowRuns: [7, 8] },
    });
    const theirs = { ...inReview({ agent_host: 'loom-2' }), assignee: tokenOf('loom-2', 'oldold11') };
    expect(of(decided(parts(again, theirs))).intent).toBeUndefined();
  });

  test('and that GitHub refuses to run again is remembered', async () => {
    const world = new World(epic(), inReview());
    await world.perform(...decided(parts(again)).intents);
    expect([world.reviews.again, world.reviews.refused]).toEqual([[7, 8], []]);
    world.reviews.refuses = 'too old';
    await world.perform(...decided(parts(again)).intents);
    expect(world.reviews.refused).toEqual([7, 8]);
  });
});

describe('Beads is told why a task waits', () => {
  const going = (waits: 'checks' | 'review' | 'merge'): Way => ({ is: 'going on', waits, reasons: [] });

  test.each(['checks', 'review', 'merge'] as const)('for its %s', (waits) => {
    expect(told(parts(going(waits)))).toEqual({ waits, waitsFor: expect.stringMatching(/\.$/) });
  });

  test('by a draft, a hold, a close that is owed, a person, a pause', () => {
    const of = (issue = inReview(), change: Parameters<typeof pullRequest>[0] = {}) =>
      told({ issues: [epic(), issue], requests: [pullRequest(change)] })?.waits;
    const later = '2026-11-21T12:00:00Z';
    expect([
      of(inReview(), { draft: true }),
      of(inReview(), { labels: ['heddle:hold'] }),
      of(inReview(), { state: 'merged' }),
      of(inReview(), { state: 'closed' }),
      of(taken({ metadata: { phase: 'working', attempt: 1, reason: 'usage limit: full', retry_at: later } })),
      of(taken({ metadata: { phase: 'working', attempt: 1, reason: 'died', retry_at: later } })),
      told(parts(tooLarge))?.waits,
    ]).toEqual(['draft', 'hold', 'close', 'person', 'limit', 'retry', 'person']);
  });

  test('with the command that a person types', () => {
    expect(told(parts(tooLarge))?.waitsFor).toMatch(/it changes 9 lines.* Next: heddle retry bd-e\.1$/);
  });

  test('once: what it knows is not written again', () => {
    const { waits, waitsFor } = told(parts(going('review'))) ?? { waits: 'person', waitsFor: '' };
    const knows = inReview({ waits, waits_for: waitsFor });
    expect(told(parts(going('review'), knows))).toBeUndefined();
    expect(told(parts(going('merge'), knows))).toMatchObject({ waits: 'merge' });
  });

  test('not while its worker has it back: what for stays until that has ended', () => {
    const later = '2026-11-21T12:00:00Z';
    const metadata = { phase: 'working', attempt: 1, reason: 'verify failed', retry_at: later, waits: 'red' } as const;
    expect(told({ issues: [epic(), taken({ metadata })], requests: [pullRequest()] })).toBeUndefined();
    const gaveUp = taken({ metadata: { phase: 'working', attempt: 3, reason: 'verify failed', waits: 'red' } });
    expect(told({ issues: [epic(), gaveUp], requests: [pullRequest()] })).toMatchObject({ waits: 'person' });
  });

  test('in one call for all that wait alike under one token', async () => {
    const second = taken({ metadata: { phase: 'pr_created', attempt: 1 } }, 'bd-e.2');
    const world = new World(epic(), inReview(), second);
    const { intents } = decided({
      issues: [epic(), inReview(), second],
      requests: [
        pullRequest({ state: 'merged' }),
        pullRequest({ state: 'merged', branch: 'heddle/bd-e.2/1' as never }),
      ],
    });
    let calls = 0;
    const { update } = world.beads;
    world.beads.update = (...args) => {
      calls += 1;
      return update.apply(world.beads, args);
    };
    expect(await world.outcomes(...intents)).toEqual(['done', 'done']);
    expect([calls, world.beads.at('bd-e.2').metadata.waits]).toEqual([1, 'close']);
  });

  test('until it is closed: then it waits for nothing', async () => {
    const world = new World(epic(), inReview({ waits: 'close', waits_for: 'the merger' }));
    const reason = 'Merged as pull request #12 in abc';
    const close = { do: 'record close', task: TASK, guard, pullRequest: 12, reason } as const;
    expect(await world.outcomes(close)).toEqual(['done']);
    const { status, metadata } = world.beads.at(TASK);
    expect([status, metadata.phase, metadata.waits, metadata.waits_for]).toEqual([
      'closed',
      'merged',
      undefined,
      undefined,
    ]);
  });

  test('and that is no reason to look again for ever: an epic that only people can move ends', () => {
    const decision = decided(parts(tooLarge));
    expect([decision.outlook, doings(decision)]).toEqual(['people', []]);
  });
});
