/** Epics close bottom-up and open again; and what a pass says of the whole. */
import { describe, expect, test } from '@jest/globals';
import { decided, doings, EPIC, epic, line, pullRequest, TASK, taken, task, waitsFor, worker } from './view-builder.ts';

const done = { status: 'closed', metadata: { phase: 'merged' } } as const;
const inner = (change: Parameters<typeof task>[0] = {}) => task({ type: 'epic', ...change }, 'bd-e.2');
const acts = (...issues: ReturnType<typeof task>[]) => doings(decided({ issues, lines: linesOf(issues) }));
/** Lines that say what Beads says, so that no publish is due. */
const linesOf = (issues: readonly ReturnType<typeof task>[]) =>
  Object.fromEntries(issues.map(({ id, status }) => [id, line({ id, open: status !== 'closed' })]));

describe('a container', () => {
  test('is closed when all below it is closed, the inner one before the outer one, in one pass', () => {
    expect(acts(epic(), task(done), inner(), task(done, 'bd-e.2.1'))).toEqual([
      'close container bd-e.2',
      'close container bd-e',
    ]);
  });

  test('stays open while anything below it is open', () => {
    expect(acts(epic(), task(done), inner(), task(waitsFor('bd-x'), 'bd-e.2.1'))).toEqual([]);
    expect(acts(epic(), task(done), inner(), task(waitsFor('bd-x'), 'bd-e.2.1'), task(done, 'bd-e.2.2'))).toEqual([]);
  });

  test('is not written to again once it is closed', () => {
    expect(acts(epic({ status: 'closed' }), task(done))).toEqual([]);
  });

  test('that was closed is opened again when something below it is open, and so are those above it', () => {
    const closed = { status: 'closed' };
    expect(acts(epic(closed), task(done), inner(closed), task(waitsFor('bd-x'), 'bd-e.2.1'))).toEqual([
      'reopen container bd-e.2',
      'reopen container bd-e',
    ]);
  });

  test('is never claimed, not even as a task that got children', () => {
    expect(acts(epic(), task(), task(waitsFor('bd-x'), `${TASK}.1`))).toEqual([]);
  });

  test('with nothing below it yet stays as somebody left it, and so does what is above', () => {
    expect(acts(epic(), task(done), inner())).toEqual([]);
    expect(acts(epic(), task(done), inner({ status: 'closed' }))).toEqual([`close container ${EPIC}`]);
  });

  test('is closed in this pass and published in the next', () => {
    const issues = [epic(), task(done)];
    expect(doings(decided({ issues }))).toEqual([`close container ${EPIC}`]);
    expect(doings(decided({ issues: [epic({ status: 'closed' }), task(done)] }))).toEqual(['publish']);
  });
});

describe('an epic', () => {
  const outlook = (...issues: ReturnType<typeof task>[]) => decided({ issues, lines: linesOf(issues) }).outlook;

  test('is done when every task is closed and nothing is left to do', () => {
    expect(outlook(epic({ status: 'closed' }), task(done))).toBe('done');
    expect(outlook(epic(), task(done))).toBe('going on');
  });

  test('is left to people when all that is open needs one, or waits for such a task', () => {
    const stuck = taken({ metadata: { reason: 'tests fail' } });
    expect(outlook(epic(), stuck, task(waitsFor(TASK), 'bd-e.2'), task(done, 'bd-e.3'))).toBe('people');
  });

  test('goes on while anything still moves by itself', () => {
    const stuck = taken({ metadata: { reason: 'tests fail' } }, 'bd-e.2');
    expect(decided({ issues: [epic(), taken(), stuck], processes: [worker()] }).outlook).toBe('going on');
    const inReview = taken({ metadata: { phase: 'pr_created' } });
    expect(decided({ issues: [epic(), inReview, stuck], requests: [pullRequest()] }).outlook).toBe('going on');
    const waiting = taken({ metadata: { reason: 'hung', retry_at: '2030-01-01T00:00:00Z' } });
    expect(outlook(epic(), waiting, stuck)).toBe('going on');
  });
});

test('each task has a standing, in the order of the epic, and at most one intent', () => {
  const issues = [epic(), task(done), taken({}, 'bd-e.2'), task({}, 'bd-e.10'), task(waitsFor('bd-e.10'), 'bd-e.11')];
  const decision = decided({ issues, lines: { ...linesOf(issues), 'bd-e.10': undefined } });
  expect(decision.standings.map(({ task: id, standing }) => `${id} ${standing.is}`)).toEqual([
    'bd-e.1 closed',
    'bd-e.2 ready',
    'bd-e.10 ready',
    'bd-e.11 blocked',
  ]);
  expect(doings(decision)).toEqual(['publish', 'start worker bd-e.2', 'start worker bd-e.10']);
});
