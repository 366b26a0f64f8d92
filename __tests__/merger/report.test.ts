import { expect, test } from '@jest/globals';
import { issueId } from '../../src/domain/ids.ts';
import { closeMessage, verdictComment } from '../../src/merger/messages.ts';
import { type SweepReport, summaryOf, type Waiting } from '../../src/merger/report.ts';
import { adviceOn } from '../../src/review/messages.ts';
import { head, owed, task } from './views.ts';

const report = (changes: Partial<SweepReport>): SweepReport => ({
  base: 'main',
  stateBranch: 'main',
  merged: [],
  closed: [],
  waiting: [],
  trouble: undefined,
  ...changes,
});
const waiting = (changes: Partial<Waiting>): Waiting => ({
  pullRequest: 1,
  url: 'https://example.com/1',
  title: 'Do it',
  task,
  round: 1,
  head,
  waitsFor: 'time',
  reasons: [{ problem: 'checks run', hint: 'Nothing to do.' }],
  ...changes,
});

test('the summary has what needs attention first', () => {
  const rows = [waiting({ pullRequest: 1 }), waiting({ pullRequest: 2, waitsFor: 'person' })];
  const summary = summaryOf(report({ waiting: rows, merged: [owed(3)], closed: [owed(3)] }));
  expect(summary.indexOf('#2')).toBeLessThan(summary.indexOf('#1'));
  expect(summary).toContain('merged [#3]');
  expect(summary).toContain('closed `hd-1.3`');
});

test('a sweep with nothing to do says so', () => {
  expect(summaryOf(report({}))).toContain('Nothing to merge, nothing to close.');
});

test('trouble comes with what repairs it', () => {
  const trouble = { problem: 'It is protected', hint: 'Unprotect it.', exit: 'access' } as const;
  expect(summaryOf(report({ trouble }))).toContain('**It is protected.** Unprotect it.');
});

test('text from outside breaks neither the table nor the page', () => {
  const reasons = [{ problem: 'a | b\n<script>', hint: 'x' }];
  const row = summaryOf(report({ waiting: [waiting({ reasons })] }))
    .split('\n')
    .find((line) => line.includes('#1'));
  expect(row).toContain('a \\| b &lt;script>');
});

test('a comment mentions nobody, whatever a check is called', () => {
  const text = verdictComment({
    head,
    task,
    reasons: [{ is: 'check failed', checks: [{ name: '@everyone `x`', conclusion: 'failure' }] }],
  });
  expect(text).toContain('`@everyone x `');
});

test('a long list of names is cut, with how many more there are', () => {
  const paths = Array.from({ length: 12 }, (_, n) => `.github/${n}`);
  expect(adviceOn({ is: 'forbidden paths', paths }).problem).toMatch(/`\.github\/9` and 2 more$/);
});

test('the close names its tasks in the subject, and each with pull request and commit in the body', () => {
  const many = [1, 2, 3, 4, 5].map(owed);
  expect(closeMessage(many.slice(0, 2)).headline).toBe('beads: close hd-1.1, hd-1.2 [skip ci]');
  expect(closeMessage(many).headline).toBe('beads: close 5 tasks [skip ci]');
  expect(closeMessage(many).body.split('\n')).toHaveLength(5);
  expect(closeMessage(many).body).toContain(`${issueId('hd-1.5')}: merged as #5 in ${'c'.repeat(40)}`);
});

test('the summary tells what the sweep has cost, and how long what is green has waited', () => {
  const merged = [{ ...owed(3), greenSeconds: 42 }, owed(4)];
  const summary = summaryOf(report({ merged }), 12);
  expect(summary).toContain('in `cccccccccccc`, 42 s after it was green\n');
  expect(summary).toContain('(`hd-1.4`) in `cccccccccccc`\n');
  expect(summary).toContain('12 requests to GitHub.');
});
