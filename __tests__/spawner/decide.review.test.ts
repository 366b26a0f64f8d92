/** What pull requests say of a task: in review, stopped by a person, landed. */
import { describe, expect, test } from '@jest/globals';
import { branchOf, tokenOf } from '../../src/domain/ids.ts';
import { BRANCH, decided, epic, line, OLD, outcome, pullRequest, TASK, taken, task, worker } from './view-builder.ts';

const inReview = taken({ metadata: { phase: 'pr_created', round: 1, attempt: 1, pr_number: 12 } });
const withRequest = (change: Parameters<typeof pullRequest>[0], issue = inReview) =>
  outcome({ issues: [epic(), issue], requests: [pullRequest(change)] });
const url = 'https://example.invalid/pull/12';

describe('a task whose pull request is open', () => {
  test('waits, while nothing is known of its checks', () => {
    expect(withRequest({})).toEqual({
      standing: { is: 'in review', pullRequest: 12, url, waits: 'checks' },
      intent: undefined,
    });
    expect(decided({ issues: [epic(), inReview], requests: [pullRequest()] }).outlook).toBe('going on');
  });

  test('goes on with a new worker when the last one died before it had recorded it', () => {
    expect(withRequest({}, taken({ metadata: { phase: 'committed', attempt: 1 } })).intent).toMatchObject({
      how: 'take over',
      attempt: 2,
    });
  });

  test.each([
    ['a draft', { draft: true }, { is: 'draft', number: 12 }],
    ['on hold', { labels: ['heddle', 'heddle:hold'] }, { is: 'on hold', number: 12 }],
  ])('but is %s needs a person; nothing is started again', (_, change, why) => {
    expect(withRequest(change)).toEqual({ standing: { is: 'needs a person', why }, intent: undefined });
    expect(decided({ issues: [epic(), inReview], requests: [pullRequest(change)] }).outlook).toBe('people');
  });

  test('but was retried by a person goes on, whatever its labels', () => {
    const retried = taken({
      metadata: { phase: 'working', attempt: 0, retry_at: '2026-11-20T11:00:00Z', reason: 'red' },
    });
    expect(withRequest({ labels: ['heddle:hold'] }, retried).intent).toMatchObject({ how: 'take over', attempt: 1 });
  });
});

describe('a task whose pull request was opened on another host', () => {
  const theirs = taken({
    assignee: tokenOf('loom-2', 'oldold11'),
    metadata: { phase: 'pr_created', round: 1, attempt: 1, pr_number: 12, agent_host: 'loom-2' },
  });

  test('is in review here as well: its worker has ended', () => {
    expect(withRequest({}, theirs)).toEqual({
      standing: { is: 'in review', pullRequest: 12, url, waits: 'checks' },
      intent: undefined,
    });
  });

  test.each([
    ['closed', { state: 'closed' }],
    ['a draft', { draft: true }],
    ['on hold', { labels: ['heddle:hold'] }],
  ] as const)('and is %s needs a person here as well', (_, change) => {
    expect(withRequest(change, theirs)).toMatchObject({ standing: { is: 'needs a person' }, intent: undefined });
  });

  test('and is not there any more is not started from here, but a person may', () => {
    expect(outcome({ issues: [epic(), theirs] })).toEqual({
      standing: { is: 'needs a person', why: { is: 'pull request gone' } },
      intent: undefined,
    });
  });
});

describe('a task whose pull request is gone', () => {
  test('because a person closed it is not started again', () => {
    expect(withRequest({ state: 'closed' })).toEqual({
      standing: { is: 'needs a person', why: { is: 'pull request closed', number: 12 } },
      intent: undefined,
    });
  });

  test('because a person closed it is not claimed either, where the task is open again', () => {
    expect(withRequest({ state: 'closed' }, task({ metadata: { phase: 'pr_created' } })).standing).toMatchObject({
      is: 'needs a person',
    });
  });

  test('because it was merged into another base has not landed', () => {
    expect(withRequest({ state: 'merged', base: 'next' }).standing).toMatchObject({
      is: 'needs a person',
      why: { is: 'merged into another base', number: 12, into: 'next', base: 'main' },
    });
  });

  test('but has another open one in the same round, is in review', () => {
    const requests = [pullRequest({ state: 'closed' }), pullRequest({ number: 13, url: 'u13' })];
    expect(outcome({ issues: [epic(), inReview], requests }).standing).toEqual({
      is: 'in review',
      pullRequest: 13,
      url: 'u13',
      waits: 'checks',
    });
  });

  test('without a trace is worked on again', () => {
    expect(outcome({ issues: [epic(), inReview] }).intent).toMatchObject({ how: 'take over' });
  });

  test('in an older round only, is started: an old pull request never speaks for a new round', () => {
    const second = task({ metadata: { round: 2 } });
    const lines = { [TASK]: line({ round: 2 }) };
    expect(
      outcome({ issues: [epic(), second], lines, requests: [pullRequest({ state: 'closed' })] }).intent,
    ).toMatchObject({ round: 2 });
    const own = pullRequest({ state: 'closed', branch: branchOf(TASK, 2) });
    expect(outcome({ issues: [epic(), second], lines, requests: [own] }).intent).toBeUndefined();
  });
});

describe('a task whose pull request has merged', () => {
  test('while its line is still open waits for the merger to close it, and is not started again', () => {
    const owed = { standing: { is: 'merged, close owed', pullRequest: 12, url }, intent: undefined };
    expect(withRequest({ state: 'merged' })).toEqual(owed);
    expect(withRequest({ state: 'merged' }, task({ metadata: { phase: 'pr_created' } }))).toEqual(owed);
    expect(withRequest({ state: 'merged' }, taken({ metadata: { reason: 'red' } }))).toEqual(owed);
    expect(decided({ issues: [epic(), inReview], requests: [pullRequest({ state: 'merged' })] }).outlook).toBe(
      'going on',
    );
  });

  test('is left to its worker as long as that one lives', () => {
    const requests = [pullRequest({ state: 'merged' })];
    expect(outcome({ issues: [epic(), inReview], requests, processes: [worker()] }).standing).toMatchObject({
      is: 'running',
      token: OLD,
    });
  });

  test('has its pull request told by the branch, not by a number that somebody wrote', () => {
    const forged = taken({ metadata: { phase: 'working', attempt: 1, pr_number: 99 } });
    const { standing } = outcome({
      issues: [epic(), forged],
      requests: [pullRequest({ number: 99, branch: branchOf(TASK, 7), state: 'merged' })],
    });
    expect(standing).toEqual({ is: 'ready' });
    expect(BRANCH).toBe('heddle/bd-e.1/1');
  });
});
