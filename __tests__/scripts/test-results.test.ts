import { expect, test } from '@jest/globals';
import { closingWords } from '../../scripts/test-results.mjs';

const file = (name: string, ...statuses: string[]) => ({
  name: `/heddle/__tests__/${name}.test.ts`,
  assertionResults: statuses.map((status, at) => ({ fullName: `rule ${at + 1}`, status })),
});
const report = (...testResults: ReturnType<typeof file>[]) =>
  JSON.stringify({ numPassedTests: 3, numFailedTests: 1, numRuntimeErrorTestSuites: 2, testResults });

test('a run of tests names each test that was skipped, and its last line counts the others', () => {
  const words = closingWords(report(file('a', 'passed', 'pending', 'failed'), file('b', 'pending')), '/heddle');
  expect(words).toBe(
    '\n2 skipped:\n  __tests__/a.test.ts: rule 2\n  __tests__/b.test.ts: rule 1\n3 passed, 3 failed\n',
  );
});

test('a run of tests in which none was skipped, or others were asked for by name, says its counts alone', () => {
  expect(closingWords(report(file('a', 'pending')), '/heddle', { byName: true })).toBe('3 passed, 3 failed\n');
  expect(closingWords(report(file('a', 'passed')), '/heddle')).toBe('3 passed, 3 failed\n');
});

test('a run of tests that ended before it had results has failed', () => {
  for (const cut of ['', '{"numPassedTests":3']) expect(closingWords(cut, '/heddle')).toBe('0 passed, 1 failed\n');
});
