/** Runs of a workflow that were broken off, run again, or came later: what of them counts for the head. */
import { expect, test } from '@jest/globals';
import { judgeChecks } from '../../src/review/checks.ts';
import type { HeadChecks, Rules } from '../../src/review/view.ts';
import { actionsSuite, check, checks, now, rules } from '../merger/views.ts';

const since = new Date('2026-11-20T11:59:00Z');
const judge = (said: HeadChecks, changes: Partial<Rules> = {}, from = since) =>
  judgeChecks(said, rules(changes), { now, since: from });

test('a run that left no check is not replaced by one that skipped a job', () => {
  const superseded = actionsSuite('ci.yml', { id: 'old', conclusion: 'cancelled' });
  const later = actionsSuite('ci.yml', { id: 'new', createdAt: new Date('2026-11-20T11:30:00Z') });
  const tested = [check({ suite: later }), check({ name: 'lint', suite: later })];
  expect(judge(checks({ runs: tested, suites: [superseded, later] }))).toEqual({ is: 'green' });
  const skipped = [check({ suite: later, conclusion: 'skipped' }), check({ name: 'lint', suite: later })];
  expect(judge(checks({ runs: skipped, suites: [superseded, later] }))).toMatchObject({ is: 'failed' });
});

test('a run that was broken off between two jobs is red, though its checks so far are good', () => {
  const brokenOff = actionsSuite('ci.yml', { conclusion: 'cancelled' });
  expect(judge(checks({ runs: [check({ suite: brokenOff })] }))).toMatchObject({
    is: 'failed',
    checks: [{ name: 'ci.yml', conclusion: 'cancelled' }],
  });
});

/** Runs of one workflow: what each ended with, the minute of its creation, and its jobs as name, conclusion and minute. */
type Told = { conclusion: string; minute: number; jobs: readonly (readonly [string, string, number])[] };
function workflowRuns(...told: readonly Told[]): HeadChecks {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 11, minute));
  const all = told.map(({ conclusion, minute, jobs }, index) => {
    const run = actionsSuite('ci.yml', { id: `${index}`, conclusion, createdAt: at(minute) });
    return {
      run,
      jobs: jobs.map(([name, end, begun]) => check({ name, conclusion: end, startedAt: at(begun), suite: run })),
    };
  });
  return checks({ suites: all.map(({ run }) => run), runs: all.flatMap(({ jobs }) => jobs) });
}

test('two runs that were broken off between the same two jobs do not stand for each other', () => {
  const brokenOff = (minute: number): Told => ({
    conclusion: 'cancelled',
    minute,
    jobs: [['build', 'success', minute]],
  });
  expect(judge(workflowRuns(brokenOff(0), brokenOff(5)))).toMatchObject({
    is: 'failed',
    checks: [{ name: 'ci.yml', conclusion: 'cancelled' }],
  });
});

test('a run that was broken off twice is red, and green once it ran to its end', () => {
  const jobs: Told['jobs'] = [
    ['build', 'success', 0],
    ['build', 'cancelled', 5],
  ];
  expect(judge(workflowRuns({ conclusion: 'cancelled', minute: 0, jobs }))).toMatchObject({ is: 'failed' });
  const whole: Told['jobs'] = [...jobs, ['build', 'success', 10], ['test', 'success', 11]];
  expect(judge(workflowRuns({ conclusion: 'success', minute: 0, jobs: whole }))).toEqual({ is: 'green' });
});

test('of two jobs with one name the one that failed is not hidden by a later attempt or run that tests neither', () => {
  const first: Told['jobs'] = [
    ['test', 'failure', 0],
    ['test', 'success', 1],
  ];
  const later = (end: string): Told['jobs'] => [
    ['test', end, 5],
    ['lint', 'success', 5],
  ];
  const red: Told = { conclusion: 'failure', minute: 0, jobs: first };
  const again = (conclusion: string, end: string) => ({ conclusion, minute: 0, jobs: [...first, ...later(end)] });
  expect(judge(workflowRuns(again('cancelled', 'cancelled')))).toMatchObject({ is: 'failed' });
  expect(judge(workflowRuns(again('success', 'skipped')))).toMatchObject({ is: 'failed' });
  for (const [conclusion, end] of [
    ['success', 'skipped'],
    ['cancelled', 'cancelled'],
  ] as const) {
    const added = { conclusion, minute: 5, jobs: later(end) };
    expect(judge(workflowRuns(red, added))).toMatchObject({ is: 'failed' });
  }
  expect(judge(workflowRuns(again('success', 'success')))).toEqual({ is: 'green' });
  expect(judge(workflowRuns(red, { conclusion: 'success', minute: 5, jobs: later('success') }))).toEqual({
    is: 'green',
  });
});

test('a failure is replaced only by a run that was created after the failed job began', () => {
  const whole: Told = { conclusion: 'success', minute: 5, jobs: [['test', 'success', 5]] };
  const failedAt = (minute: number): Told => ({
    conclusion: 'failure',
    minute: 0,
    jobs: [['test', 'failure', minute]],
  });
  expect(judge(workflowRuns(failedAt(1), whole))).toEqual({ is: 'green' });
  expect(judge(workflowRuns(failedAt(10), whole))).toMatchObject({ is: 'failed' });
});

test('a run is not replaced by one that does not show the job which it left undone', () => {
  const undone: Told = { conclusion: 'cancelled', minute: 0, jobs: [['e2e', 'cancelled', 0]] };
  const whole: Told = { conclusion: 'success', minute: 5, jobs: [['test', 'success', 5]] };
  expect(judge(workflowRuns(undone, whole))).toMatchObject({ is: 'failed' });
});

test('a run that is broken off is waited for while a newer one runs', () => {
  const undone: Told = { conclusion: 'cancelled', minute: 0, jobs: [['test', 'cancelled', 0]] };
  const said = workflowRuns(undone);
  const running = actionsSuite('ci.yml', { id: 'new', complete: false, conclusion: undefined });
  expect(judge({ ...said, suites: [...said.suites, running] })).toMatchObject({ is: 'pending', running: ['ci.yml'] });
});

test('a run that still runs is waited for, though a newer one of its workflow is good', () => {
  const whole: Told = { conclusion: 'success', minute: 35, jobs: [['test', 'success', 35]] };
  const said = workflowRuns(whole);
  const running = actionsSuite('ci.yml', { id: 'old', complete: false, conclusion: undefined });
  expect(judge({ ...said, suites: [...said.suites, running] })).toMatchObject({ is: 'pending', running: ['ci.yml'] });
});

test('an attempt that skipped every job does not vouch for the one before it', () => {
  const skipped: Told['jobs'] = [
    ['build', 'skipped', 5],
    ['test', 'skipped', 5],
  ];
  const told = (jobs: Told['jobs']) => workflowRuns({ conclusion: 'skipped', minute: 0, jobs });
  expect(judge(told([['build', 'success', 0], ...skipped]))).toMatchObject({ is: 'failed' });
  expect(judge(told(skipped))).toMatchObject({ is: 'none', skipped: ['build', 'test'] });
});
