import { expect, test } from '@jest/globals';
import { judgeChecks } from '../../src/review/checks.ts';
import { markReports } from '../../src/review/reports.ts';
import type { CheckRun, HeadChecks, Rules } from '../../src/review/view.ts';
import { actionsSuite, check, checks, now, rules, suite } from '../merger/views.ts';

const judged = (changes: Partial<HeadChecks>, more: Partial<Rules> = {}) =>
  judgeChecks(checks(changes), rules(more), { now, since: now });
const verdict = (changes: Partial<CheckRun> = {}) =>
  check({ name: 'heddle', conclusion: 'failure', isVerdict: true, ...changes });

test.each([
  ['in a suite of another app', suite({ id: 'other' })],
  ['in a suite of the tests', suite()],
  ['in the run of a workflow', actionsSuite('.github/workflows/ci.yml')],
])('the merger’s own word on a head does not count, %s', (_, at) => {
  expect(judged({ runs: [check({ suite: at }), verdict({ suite: at })] })).toEqual({ is: 'green' });
  expect(judged({ runs: [verdict({ suite: at, conclusion: 'success' })] })).toMatchObject({ is: 'none' });
});

test('a suite of no workflow that holds the verdict is judged by its other runs alone', () => {
  const at = actionsSuite('', { workflow: undefined, event: undefined, conclusion: 'failure' });
  expect(judged({ runs: [check({ suite: at }), verdict({ suite: at })] })).toEqual({ is: 'green' });
  const red = check({ suite: at, name: 'report', conclusion: 'failure' });
  expect(judged({ runs: [check(), red, verdict({ suite: at })] })).toMatchObject({
    is: 'failed',
    checks: [{ name: 'report' }],
  });
});

test('a commit status with the verdict does not count', () => {
  expect(judged({ statuses: [{ name: 'heddle', state: 'failure' }] })).toEqual({ is: 'green' });
  expect(judged({ runs: [], statuses: [{ name: 'heddle', state: 'success' }] })).toMatchObject({ is: 'none' });
});

test('a job that is only called so counts', () => {
  const job = check({ name: 'heddle', conclusion: 'failure', suite: actionsSuite('.github/workflows/ci.yml') });
  expect(judged({ runs: [check(), job] })).toMatchObject({ is: 'failed', checks: [{ name: 'heddle' }] });
});

test('a rule that asks for the verdict is not waited for', () => {
  const { merge } = rules();
  expect(judged({}, { required: [{ name: 'heddle', appId: 15368 }] })).toEqual({ is: 'green' });
  expect(judged({}, { merge: { ...merge, required: ['heddle', 'test'] } })).toEqual({ is: 'green' });
});

test('GitHub is not asked whether the merger’s own word is a job', async () => {
  const asked: (readonly string[])[] = [];
  const ask = async (_: unknown, names: readonly string[]) => {
    asked.push(names);
    return new Set(['Merge']);
  };
  const own = actionsSuite('.github/workflows/heddle.yml');
  const runs = [check({ name: 'Merge', suite: own }), verdict({ suite: own })];
  expect(await markReports(checks({ runs: [check(), ...runs] }), rules(), ask)).toEqual(
    checks({ runs: [check(), ...runs] }),
  );
  expect(asked).toEqual([['Merge']]);
});
