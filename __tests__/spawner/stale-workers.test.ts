/** Which processes are ended, when, and what a pass that only repairs takes of a pass. */
import { describe, expect, test } from '@jest/globals';
import { tokenOf } from '../../src/domain/ids.ts';
import { decideRepairs } from '../../src/spawner/decide-repairs.ts';
import {
  BRANCH,
  decided,
  doings,
  epic,
  HEAD,
  line,
  NEW,
  OLD,
  outcome,
  pullRequest,
  settings,
  TASK,
  taken,
  task,
  view,
  worker,
  worktree,
} from './view-builder.ts';

const issues = [epic(), taken()];
const LONG = settings.workerMs + 1;

describe('a supervisor that somebody has stopped', () => {
  test('is left alone within its limits, and status says how to wake it', () => {
    const { standing, intent } = outcome({
      issues,
      processes: [worker({ state: 'stopped', ageMs: settings.workerMs })],
    });
    expect(intent).toBeUndefined();
    expect(standing).toEqual({ is: 'running', pid: 7, token: OLD, stopped: true });
  });

  test('is ended past them, before anybody takes the task over', () => {
    const { intent } = outcome({ issues, processes: [worker({ state: 'stopped', ageMs: LONG })] });
    expect(intent).toMatchObject({ do: 'end workers', tokens: [OLD], why: { is: 'stopped for too long' } });
    expect(outcome({ issues }).intent).toMatchObject({ do: 'start worker', how: 'take over', attempt: 2 });
  });

  test('is ended past them also when its task has landed meanwhile', () => {
    const lines = { [TASK]: line({ open: false, pullRequest: 12 }) };
    const processes = [worker({ state: 'stopped', ageMs: LONG })];
    expect(outcome({ issues, lines, processes }).intent).toMatchObject({ do: 'end workers' });
    expect(outcome({ issues, lines }).intent).toMatchObject({ do: 'record close' });
  });

  test('that runs is never ended for its age', () => {
    expect(outcome({ issues, processes: [worker({ ageMs: LONG })] }).intent).toBeUndefined();
  });

  test('keeps its task while only its agent is stopped: that is for the supervisor to see', () => {
    const agent = worker({ pid: 8, supervisor: false, state: 'stopped', ageMs: LONG });
    expect(outcome({ issues, processes: [worker(), agent] }).intent).toBeUndefined();
  });
});

describe('an agent whose supervisor has died', () => {
  const processes = [worker({ pid: 8, supervisor: false })];

  test('is ended by the start that takes over', () => {
    expect(outcome({ issues, processes }).intent).toMatchObject({ do: 'start worker', how: 'take over' });
  });

  test.each([
    ['there is no slot', {}, { maxParallel: 0 }],
    [
      'it is not time yet',
      { metadata: { phase: 'working', retry_at: '2026-11-21T12:00:00Z', reason: 'x' } } as const,
      {},
    ],
    ['a person is needed', { metadata: { phase: 'working', reason: 'x' } } as const, {}],
  ])('is ended when nothing starts because %s', (_, change, limits) => {
    const { intent } = outcome({ issues: [epic(), taken(change)], processes }, limits);
    expect(intent).toMatchObject({ do: 'end workers', tokens: [OLD], why: { is: 'orphaned' } });
  });
});

describe('a pass that only repairs', () => {
  const repairs = (parts: Parameters<typeof view>[0]) =>
    decideRepairs(view(parts), settings).intents.map((intent) => intent.do);

  test('starts nothing, publishes nothing, opens no round and closes no container', () => {
    expect(repairs({})).toEqual([]);
    expect(repairs({ issues })).toEqual([]);
    expect(repairs({ lines: { [TASK]: undefined } })).toEqual([]);
    expect(repairs({ issues: [epic(), task({ metadata: { phase: 'merged', round: 1 } })] })).toEqual([]);
    expect(repairs({ issues: [epic(), task({ status: 'closed' })] })).toEqual([]);
  });

  test('ends what has lost its task, or its supervisor', () => {
    expect(repairs({ issues, processes: [worker({ token: NEW })] })).toEqual(['end workers']);
    expect(repairs({ issues, processes: [worker({ supervisor: false })] })).toEqual(['end workers']);
    expect(repairs({ issues, processes: [worker()] })).toEqual([]);
  });

  test('records a committed close, and finishes one that arrived half', () => {
    const lines = { [TASK]: line({ open: false, pullRequest: 12 }) };
    expect(repairs({ issues, lines })).toEqual(['record close']);
    expect(repairs({ issues: [epic(), taken({ metadata: { phase: 'merged', round: 1 } })], lines })).toEqual([
      'finish close',
    ]);
  });

  test('gives up what has used up its attempts', () => {
    expect(repairs({ issues: [epic(), taken({ metadata: { phase: 'working', attempt: 3 } })] })).toEqual(['give up']);
  });

  test('cleans up after what is closed, and says what stays', () => {
    const closed = [epic(), task({ status: 'closed', metadata: { phase: 'merged' } })];
    const landed = { remote: { [BRANCH]: HEAD }, requests: [pullRequest({ state: 'merged' })] };
    expect(repairs({ issues: closed, worktrees: [worktree()], ...landed })).toEqual(['clean up']);
    const { kept } = decideRepairs(view({ issues: closed, worktrees: [worktree({ visitors: [3] })] }), settings);
    expect(kept).toMatchObject([{ task: TASK, why: { is: 'visited', pid: 3 } }]);
  });
});

describe('a worker that has lost its task is ended', () => {
  const stale = { do: 'end workers', task: TASK, tokens: [OLD] };

  test('when a person has closed the task', () => {
    expect(outcome({ issues: [epic(), task({ status: 'closed' })], processes: [worker()] }).intent).toEqual({
      ...stale,
      why: { is: 'not in progress', status: 'closed' },
    });
  });

  test('when the task is open again', () => {
    expect(outcome({ issues: [epic(), task({ assignee: OLD })], processes: [worker()] }).intent).toEqual({
      ...stale,
      why: { is: 'not in progress', status: 'open' },
    });
  });

  test('when another token has it, which stays', () => {
    const mine = worker({ token: NEW, pid: 9 });
    expect(outcome({ issues: [epic(), taken({ assignee: NEW })], processes: [worker(), mine] }).intent).toEqual({
      ...stale,
      why: { is: 'taken over' },
    });
  });

  test('when another host has it, or a person', () => {
    for (const assignee of [tokenOf('elsewhere', 'abcdef12'), 'alice', '']) {
      expect(outcome({ issues: [epic(), taken({ assignee })], processes: [worker()] }).intent).toEqual({
        ...stale,
        why: { is: 'taken over' },
      });
    }
  });

  test('with all that it has left behind, each token once', () => {
    const processes = [
      worker(),
      worker({ pid: 8, supervisor: false }),
      worker({ pid: 9, token: NEW, supervisor: false }),
    ];
    expect(outcome({ issues: [epic(), task()], processes }).intent).toMatchObject({ tokens: [OLD, NEW] });
  });

  test('before anything else is done with the task: no start, no close, no cleanup beside it', () => {
    const parts = { processes: [worker({ supervisor: false })], worktrees: [worktree()], local: { [BRANCH]: HEAD } };
    const reopened = task({ metadata: { phase: 'merged' } });
    const lines = { [TASK]: line({ open: false, closeReason: 'Merged as pull request #12 in abc', pullRequest: 12 }) };
    expect(outcome({ ...parts, issues: [epic(), task({ status: 'closed' })] }).intent).toMatchObject(stale);
    expect(outcome({ ...parts, issues: [epic(), reopened], lines }).intent).toMatchObject(stale);
  });

  test('but workers of other epics are not this pass’s business', () => {
    const foreign = worker({ task: task({}, 'bd-x.1').id });
    expect(doings(decided({ processes: [foreign] }))).toEqual([`start worker ${TASK}`]);
  });
});
