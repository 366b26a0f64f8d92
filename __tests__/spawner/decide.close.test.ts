/** The end of a round, and the beginning of the next. */
import { describe, expect, test } from '@jest/globals';
import { branchOf, issueId } from '../../src/domain/ids.ts';
import { markerText } from '../../src/domain/marker.ts';
import { epic, HEAD, line, OLD, outcome, pullRequest, TASK, taken, task, worker } from './view-builder.ts';

const closedLine = line({ open: false, closeReason: 'Merged as pull request #12 in abc', pullRequest: 12 });
const byHand = line({ open: false, closeReason: 'Done by hand' });
const inReview = taken({ metadata: { phase: 'pr_created', round: 1, attempt: 1 } });
const said = (one: typeof closedLine, issue = inReview) => outcome({ issues: [epic(), issue], lines: { [TASK]: one } });

describe('a task whose line is open for a later round: a claim had looked before that round was opened', () => {
  const later = { ...line({}), round: 2 };

  test('goes on to that round, whatever it says of the one before', () => {
    const intent = { do: 'open round', task: TASK, round: 2, abandon: [], from: 'base' };
    const requests = [pullRequest({ state: 'merged', mergeCommit: HEAD })];
    expect(outcome({ issues: [epic(), inReview], lines: { [TASK]: later }, requests })).toEqual({
      standing: { is: 'closing' },
      intent: { ...intent, guard: { status: 'in_progress', assignee: OLD } },
    });
    expect(said(later, task({ metadata: { round: 1 } })).intent).toMatchObject(intent);
  });

  test('but not while its worker lives, nor where a person has it', () => {
    const parts = { issues: [epic(), inReview], lines: { [TASK]: later } };
    expect(outcome({ ...parts, processes: [worker()] })).toMatchObject({
      standing: { is: 'running' },
      intent: undefined,
    });
    expect(said(later, task({ assignee: 'ada', metadata: { round: 1 } }))).toMatchObject({
      standing: { is: 'needs a person' },
      intent: undefined,
    });
  });
});

describe('a close that the merger has committed', () => {
  test('of the same round is recorded first, guarded by who has the task', () => {
    expect(said(closedLine)).toEqual({
      standing: { is: 'closing' },
      intent: {
        do: 'record close',
        task: TASK,
        guard: { status: 'in_progress', assignee: OLD },
        pullRequest: 12,
        reason: closedLine.closeReason,
      },
    });
  });

  test('arrives whatever the pull requests are said to be', () => {
    const parts = { issues: [epic(), inReview], lines: { [TASK]: closedLine } };
    expect(outcome({ ...parts, requests: [pullRequest({ state: 'closed' })] }).intent).toMatchObject({
      do: 'record close',
    });
  });

  test('arrives for a task that was put back to open, too', () => {
    expect(said(closedLine, task({ metadata: { round: 1 } })).intent).toMatchObject({
      do: 'record close',
      guard: { status: 'open', assignee: '' },
    });
  });

  test.each([
    ['an older round', taken({ metadata: { phase: 'working', round: 2, attempt: 1 } }), closedLine],
    ['a later round', inReview, { ...closedLine, round: 2 }],
    ['no round', inReview, { ...closedLine, round: undefined }],
  ])('of %s closes nothing here', (_, issue, one) => {
    expect(said(one, issue).intent?.do).not.toMatch(/close/);
  });

  test('waits for the worker, which is the one writer while it lives', () => {
    const parts = { issues: [epic(), inReview], lines: { [TASK]: closedLine }, processes: [worker()] };
    expect(outcome(parts)).toEqual({ standing: { is: 'running', pid: 7, token: OLD }, intent: undefined });
  });

  test('that arrived half is finished: phase merged, still in progress', () => {
    const half = taken({ metadata: { phase: 'merged', round: 1, pr_number: 12 } });
    expect(said(closedLine, half).intent).toEqual({
      do: 'finish close',
      task: TASK,
      pullRequest: 12,
      reason: closedLine.closeReason,
    });
    expect(said(line(), half).intent).toMatchObject({ pullRequest: 12, reason: '' });
  });

  test('is over once the task is closed', () => {
    expect(said(closedLine, task({ status: 'closed', metadata: { phase: 'merged', round: 1 } }))).toEqual({
      standing: { is: 'closed' },
      intent: undefined,
    });
  });
});

describe('a task that is open again after its round has ended', () => {
  const reopened = task({ assignee: OLD, metadata: { phase: 'merged', round: 1, pr_number: 12 } });

  test('because a person opened it begins a new round, in which nothing is started yet', () => {
    expect(said(closedLine, reopened)).toEqual({
      standing: { is: 'closing' },
      intent: {
        do: 'open round',
        task: TASK,
        round: 2,
        guard: { status: 'open', assignee: OLD },
        abandon: [],
        from: 'base',
      },
    });
  });

  test('abandons the pull requests of the old round that are still open', () => {
    const requests = [pullRequest(), pullRequest({ number: 13, state: 'closed' })];
    expect(outcome({ issues: [epic(), reopened], lines: { [TASK]: closedLine }, requests }).intent).toMatchObject({
      abandon: [12],
    });
  });

  test('after a close by hand begins a new round as well', () => {
    expect(said(byHand, task())).toMatchObject({
      intent: { do: 'open round', round: 2, guard: { status: 'open', assignee: '' } },
    });
  });

  test.each([
    ['opened it again and took it', task({ assignee: 'alice', metadata: { phase: 'merged', round: 1 } })],
    [
      'took it back into work',
      task({ assignee: 'alice', status: 'in_progress', metadata: { phase: 'merged', round: 1 } }),
    ],
    ['closed it by hand and took it back', task({ assignee: 'alice', status: 'in_progress' })],
  ])('because a person %s is theirs', (_, issue) => {
    const one = issue.metadata.phase === 'merged' ? closedLine : byHand;
    expect(said(one, issue)).toMatchObject({
      standing: { is: 'needs a person', why: { is: 'owned by a person', name: 'alice' } },
      intent: undefined,
    });
  });

  test('and given back by a person is finished, where its close had arrived half', () => {
    const held = task({ assignee: 'alice', status: 'in_progress', metadata: { phase: 'merged', round: 1 } });
    expect(said(closedLine, held).standing).toMatchObject({ why: { halfClosed: true } });
    expect(said(closedLine, { ...held, assignee: '' }).intent).toMatchObject({ do: 'finish close' });
    expect(said(line(), taken({ assignee: 'alice' })).standing).toMatchObject({ why: { halfClosed: false } });
  });

  test('but was put into a status of its own is left to a person', () => {
    expect(said(closedLine, task({ status: 'deferred', metadata: { phase: 'merged' } }))).toMatchObject({
      standing: { is: 'needs a person', why: { is: 'in another status', status: 'deferred' } },
      intent: undefined,
    });
  });
});

describe('a pull request that has outlived its round', () => {
  const second = { phase: 'working', round: 2, attempt: 1 } as const;
  const close = { do: 'close old pull requests', task: TASK, numbers: [12] };
  const old = (change: Parameters<typeof pullRequest>[0] = {}) =>
    pullRequest({ body: markerText({ task: TASK, round: 1 }), ...change });
  const seen = (issue: ReturnType<typeof task>, request = old()) =>
    outcome({
      issues: [epic(), issue],
      lines: { [TASK]: line({ round: 2 }) },
      requests: [request],
      processes: [worker({ round: 2 })].filter(() => issue.status === 'in_progress'),
    }).intent;

  test.each([
    ['is at work', taken({ metadata: second })],
    ['is closed', task({ status: 'closed', metadata: { round: 2 } })],
    ['a person has', task({ status: 'open', assignee: 'alice', metadata: { round: 2 } })],
  ])('is closed while the task %s', (_, issue) => {
    expect(seen(issue)).toEqual(close);
  });

  test('waits until the next round has its worker', () => {
    expect(seen(task({ metadata: { round: 2 } }))).toMatchObject({ do: 'start worker' });
  });

  test.each([
    ['is closed already', { state: 'closed' }],
    ['has landed', { state: 'merged' }],
    ['is of a person, who used the branch', { body: 'mine' }],
    ['names another task', { body: markerText({ task: issueId('bd-e.9'), round: 1 }) }],
    ['is of this round', { branch: branchOf(TASK, 2), body: markerText({ task: TASK, round: 2 }) }],
  ] as const)('is left alone when it %s', (_, change) => {
    expect(seen(taken({ metadata: second }), old(change))).toBeUndefined();
  });
});
