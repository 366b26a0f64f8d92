import { expect, test } from '@jest/globals';
import { judgeChecks } from '../../src/review/checks.ts';
import type { HeadChecks, Rules } from '../../src/review/view.ts';
import { actionsSuite, check, checks, now, rules, suite } from '../merger/views.ts';

const since = new Date('2026-11-20T11:59:00Z');
const judge = (said: HeadChecks, changes: Partial<Rules> = {}, from = since) =>
  judgeChecks(said, rules(changes), { now, since: from });
const merge = (changes: Partial<Rules['merge']>) => ({ merge: { ...rules().merge, ...changes } });
const long = new Date('2026-11-19T00:00:00Z');

test.each(['success', 'neutral', 'skipped'])('beside a success, a check that ended with %s is green', (conclusion) => {
  expect(judge(checks({ runs: [check(), check({ name: 'other', conclusion })] }))).toEqual({ is: 'green' });
});

test.each(['neutral', 'skipped'])('where all that was reported is %s, nothing has tested the head', (conclusion) => {
  const said = checks({ runs: [check({ conclusion })] });
  expect(judge(said)).toEqual({ is: 'none', late: false, skipped: ['test'] });
  expect(judge(said, merge({ checks: 'none' }))).toEqual({ is: 'green' });
});

test.each(['failure', 'cancelled', 'timed_out', 'action_required', 'stale', 'startup_failure'])(
  'a check that ended with %s is not green',
  (conclusion) => {
    expect(judge(checks({ runs: [check({ conclusion })] }))).toMatchObject({
      is: 'failed',
      checks: [{ name: 'test', conclusion }],
    });
  },
);

test('a completed check without a conclusion is not green', () => {
  expect(judge(checks({ runs: [check({ conclusion: undefined })] }))).toMatchObject({ is: 'failed' });
});

test('a check that has not completed is not green, whatever it says', () => {
  expect(judge(checks({ runs: [check(), check({ name: 'lint', complete: false })] }))).toEqual({
    is: 'pending',
    running: ['lint'],
    missing: [],
    skipped: [],
    late: false,
  });
});

test('no checks at all are not green, unless heddle.yml says that there are none', () => {
  const none = checks({ runs: [] });
  expect(judge(none)).toEqual({ is: 'none', late: false, skipped: [] });
  expect(judge(none, merge({ checks: 'none' }))).toEqual({ is: 'green' });
  expect(judge(none, {}, long)).toEqual({ is: 'none', late: true, skipped: [] });
});

test('with `checks: none` a check that is there counts all the same', () => {
  const red = checks({ runs: [check({ conclusion: 'failure' })] });
  expect(judge(red, merge({ checks: 'none' }))).toMatchObject({ is: 'failed' });
});

test('the newest run of a check counts, in either direction', () => {
  const at = (hour: string, conclusion: string) => check({ conclusion, startedAt: new Date(`2026-11-20T${hour}:00Z`) });
  expect(judge(checks({ runs: [at('10:00', 'failure'), at('11:00', 'success')] }))).toEqual({ is: 'green' });
  expect(judge(checks({ runs: [at('11:00', 'failure'), at('10:00', 'success')] }))).toMatchObject({ is: 'failed' });
});

test('a run that has not begun is newer than one that has ended', () => {
  const runs = [check(), check({ complete: false, startedAt: undefined, conclusion: undefined })];
  expect(judge(checks({ runs }))).toMatchObject({ is: 'pending' });
});

test('of two runs that began at the same second both have to be green', () => {
  for (const runs of [
    [check({ conclusion: 'failure' }), check()],
    [check(), check({ conclusion: 'failure' })],
  ]) {
    expect(judge(checks({ runs }))).toMatchObject({ is: 'failed' });
  }
});

test('checks of the same name by another app or another workflow do not hide each other', () => {
  const newer = new Date('2026-11-20T11:30:00Z');
  const byApp = [check({ conclusion: 'failure' }), check({ suite: suite({ id: 's', appId: 8 }), startedAt: newer })];
  expect(judge(checks({ runs: byApp }))).toMatchObject({ is: 'failed' });
  const byWorkflow = [
    check({ conclusion: 'failure', suite: actionsSuite('a.yml', { conclusion: 'failure' }) }),
    check({ suite: actionsSuite('b.yml'), startedAt: newer }),
  ];
  expect(judge(checks({ runs: byWorkflow }))).toMatchObject({ is: 'failed' });
});

test('a workflow that runs for two events has to be green for both, whichever began later', () => {
  const of = (event: string, conclusion: string, minute: number) => {
    const createdAt = new Date(`2026-11-20T11:${minute}:00Z`);
    return check({
      conclusion,
      startedAt: createdAt,
      suite: actionsSuite('ci.yml', { id: `${event} ${minute}`, event, conclusion, createdAt }),
    });
  };
  const merged = of('pull_request', 'failure', 10);
  expect(judge(checks({ runs: [merged, of('push', 'success', 20)] }))).toMatchObject({ is: 'failed' });
  expect(judge(checks({ runs: [of('pull_request', 'success', 20), of('push', 'failure', 10)] }))).toMatchObject({
    is: 'failed',
  });
  expect(judge(checks({ runs: [merged, of('pull_request', 'success', 20)] }))).toEqual({ is: 'green' });
});

test('a run that was cancelled for a later one of its workflow counts no more, whichever event that is for', () => {
  const of = (event: string, conclusion: string, minute: number) => {
    const createdAt = new Date(`2026-11-20T11:${minute}:00Z`);
    const run = actionsSuite('ci.yml', { id: `${event} ${minute}`, event, conclusion, createdAt });
    return check({ conclusion, startedAt: createdAt, suite: run });
  };
  const runs = [of('push', 'cancelled', 10), of('pull_request', 'success', 11)];
  expect(judge(checks({ runs }))).toEqual({ is: 'green' });
  expect(judge(checks({ runs: [of('push', 'cancelled', 12), of('pull_request', 'success', 11)] }))).toMatchObject({
    is: 'failed',
  });
  expect(judge(checks({ runs: [of('push', 'cancelled', 10), of('pull_request', 'failure', 11)] }))).toMatchObject({
    is: 'failed',
  });
});

test('a job that failed is not hidden by one of the same name that began later in the same run', () => {
  const run = actionsSuite('ci.yml', { conclusion: 'failure' });
  const later = check({ suite: run, startedAt: new Date('2026-11-20T11:05:00Z') });
  expect(judge(checks({ runs: [check({ suite: run, conclusion: 'failure' }), later] }))).toMatchObject({
    is: 'failed',
    checks: [{ name: 'ci.yml', conclusion: 'failure' }],
  });
});

test('while a workflow of GitHub Actions runs, all of its checks so far being good is not green', () => {
  const running = actionsSuite('ci.yml', { complete: false, conclusion: undefined });
  expect(judge(checks({ runs: [check({ suite: running })] }))).toMatchObject({ is: 'pending', running: ['ci.yml'] });
});

test('a suite that another app leaves queued for ever holds nothing up', () => {
  const queued = suite({ id: 'never', complete: false, conclusion: undefined });
  expect(judge(checks({ suites: [suite(), queued] }))).toEqual({ is: 'green' });
});

test('a workflow that could not start is red although it has no check', () => {
  const broken = actionsSuite('ci.yml', { conclusion: 'startup_failure' });
  expect(judge(checks({ runs: [check()], suites: [suite(), broken] }))).toMatchObject({
    is: 'failed',
    checks: [{ name: 'ci.yml', conclusion: 'startup_failure' }],
  });
});

test('a newer run of a workflow stands for the older one', () => {
  const older = actionsSuite('ci.yml', {
    id: '1',
    conclusion: 'cancelled',
    createdAt: new Date('2026-11-20T10:00:00Z'),
  });
  const newer = actionsSuite('ci.yml', { id: '2' });
  expect(judge(checks({ runs: [check({ suite: newer })], suites: [older, newer] }))).toEqual({ is: 'green' });
});

test('the merger does not wait for its own workflow, nor for a run of it that was cancelled', () => {
  const own = actionsSuite('.github/workflows/heddle.yml', { complete: false, conclusion: undefined });
  const gone = actionsSuite('.github/workflows/heddle.yml', { id: 'old', conclusion: 'cancelled' });
  const merger = check({ name: 'Merge', suite: own, complete: false });
  const cancelled = check({ name: 'Merge', suite: gone, conclusion: 'cancelled' });
  expect(judge(checks({ runs: [check(), merger, cancelled] }))).toEqual({ is: 'green' });
  expect(judge(checks({ runs: [merger, cancelled] }))).toMatchObject({ is: 'none' });
});

test('another app cannot pass for the merger’s own workflow', () => {
  const forged = suite({ workflow: { path: '.github/workflows/heddle.yml', name: 'Heddle' } });
  expect(judge(checks({ runs: [check({ suite: forged, conclusion: 'failure' })] }))).toMatchObject({ is: 'failed' });
});

test('where GitHub does not tell the file of a workflow, its name is compared', () => {
  const nameless = { ...actionsSuite('x'), complete: false, workflow: { path: undefined, name: 'Heddle' } };
  expect(judge(checks({ suites: [suite(), nameless] }))).toEqual({ is: 'green' });
  const other = { ...nameless, workflow: { path: 'other.yml', name: 'Heddle' } };
  expect(judge(checks({ suites: [suite(), other] }))).toMatchObject({ is: 'pending' });
});

test('a required check that has not reported is waited for, and past the deadline it is late', () => {
  const required = [{ name: 'build', appId: undefined }];
  expect(judge(checks(), { required })).toEqual({
    is: 'pending',
    running: [],
    missing: ['build'],
    skipped: [],
    late: false,
  });
  expect(judge(checks(), { required }, long)).toMatchObject({ late: true });
});

test('a required check of one app is not answered by another’s, nor by a workflow of that name', () => {
  expect(judge(checks(), { required: [{ name: 'test', appId: 8 }] })).toMatchObject({ missing: ['test'] });
  expect(judge(checks(), { required: [{ name: 'test', appId: 7 }] })).toEqual({ is: 'green' });
  const workflow = { ...actionsSuite('x'), complete: false, workflow: { path: 'x', name: 'build' } };
  const said = checks({ suites: [suite(), workflow] });
  expect(judge(said, { required: [{ name: 'build', appId: undefined }] })).toMatchObject({ missing: ['build'] });
});

test('a name in `merge.required` needs a success, where GitHub’s own rule takes what was skipped', () => {
  const said = checks({ runs: [check(), check({ name: 'e2e', conclusion: 'skipped' })] });
  expect(judge(said, { required: [{ name: 'e2e', appId: undefined }] })).toEqual({ is: 'green' });
  expect(judge(said, merge({ required: ['e2e'] }))).toMatchObject({ is: 'pending', missing: [], skipped: ['e2e'] });
  expect(judge(said, merge({ required: ['test'] }))).toEqual({ is: 'green' });
  expect(judge(said, merge({ required: ['build'] }))).toMatchObject({ is: 'pending', missing: ['build'], skipped: [] });
});

test('another app’s newer word on a check counts, neutral too; one that tested nothing is no word', () => {
  const at = (minute: number, conclusion: string) =>
    check({ conclusion, startedAt: new Date(Date.UTC(2026, 10, 20, 11, minute)) });
  const said = (conclusion: string) =>
    checks({ runs: [check({ name: 'build' }), at(0, 'failure'), at(5, conclusion)] });
  expect(judge(said('neutral'))).toEqual({ is: 'green' });
  expect(judge(said('skipped'))).toMatchObject({ is: 'failed' });
});

test('statuses count like checks', () => {
  const status = (state: 'success' | 'pending' | 'failure') => checks({ runs: [], statuses: [{ name: 'ci', state }] });
  expect(judge(status('success'), { required: [{ name: 'ci', appId: undefined }] })).toEqual({ is: 'green' });
  expect(judge(status('pending'))).toMatchObject({ is: 'pending', running: ['ci'] });
  expect(judge(status('failure'))).toMatchObject({ is: 'failed' });
});
