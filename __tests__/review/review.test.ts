import { expect, test } from '@jest/globals';
import type { View } from '../../src/merger/view.ts';
import { type Reason, review } from '../../src/review/review.ts';
import type { Candidate, OpenPullRequest } from '../../src/review/view.ts';
import { candidate, check, checks, now, rules, view } from '../merger/views.ts';

const verdict = (one: Candidate, changes: Partial<View> = {}) => review(one, view({ candidates: [one], ...changes }));
const person = (...reasons: Partial<Reason>[]) => ({ is: 'waiting', for: 'person', reasons });

test('a green, mergeable, small pull request on allowed paths is ready', () => {
  expect(verdict(candidate())).toEqual({ is: 'ready' });
});

test.each<[string, Partial<OpenPullRequest>]>([
  ['draft', { draft: true }],
  ['on hold', { labels: ['heddle', 'heddle:hold'] }],
  ['labels unread', { labels: undefined }],
])('%s: never merged, and nothing is said', (is, changes) => {
  expect(verdict(candidate({}, changes))).toEqual({ is: 'waiting', for: 'its author', reasons: [{ is }] });
});

test.each<[string, Partial<OpenPullRequest>, Partial<Candidate>]>([
  ['too large', { changedLines: 5001 }, {}],
  ['changes requested', { review: 'changes requested' }, {}],
  ['check failed', {}, { checks: checks({ runs: [check({ conclusion: 'failure' })] }) }],
  ['files unread', {}, { files: { paths: [], complete: false } }],
  ['forbidden paths', {}, { files: { paths: ['src/a.ts', '.github/workflows/ci.yml'], complete: true } }],
])('%s: needs a person', (is, request, changes) => {
  expect(verdict(candidate(changes, request))).toMatchObject(person({ is } as Partial<Reason>));
});

test('a required review is waited for without calling anybody', () => {
  const reasons = [{ is: 'review required' }];
  expect(verdict(candidate({}, { review: 'required' }))).toEqual({ is: 'waiting', for: 'time', reasons });
  expect(verdict(candidate({}, { review: 'approved' }))).toEqual({ is: 'ready' });
});

test('a person is told what a person can fix, not what time will', () => {
  const one = candidate({ checks: checks({ runs: [check({ complete: false })] }) }, { mergeable: 'conflict' });
  expect(verdict(one)).toEqual(person({ is: 'cannot land', because: { is: 'conflict' } }));
});

test('a check that is awaited past the deadline needs a person', () => {
  const waiting = candidate({ checks: checks({ runs: [check({ complete: false })] }) });
  expect(verdict(waiting)).toMatchObject({ for: 'time', reasons: [{ is: 'check pending', running: ['test'] }] });
  const late = new Date(now.getTime() + 361 * 60_000);
  expect(verdict(waiting, { now: late })).toMatchObject({ for: 'person', reasons: [{ is: 'check overdue' }] });
});

test('the deadline begins with the newer of pull request and head commit', () => {
  const committedAt = new Date(now.getTime() - 1_000);
  const waiting = candidate(
    { checks: checks({ runs: [check({ complete: false })], committedAt }) },
    { createdAt: new Date('2020-01-01T00:00:00Z') },
  );
  expect(verdict(waiting)).toMatchObject({ for: 'time' });
});

test('files are read when nothing else is in the way', () => {
  expect(verdict(candidate({ files: undefined }))).toEqual({ is: 'undecided', until: 'files are read' });
  expect(verdict(candidate({ files: undefined }, { mergeable: 'conflict' }))).toMatchObject({ is: 'waiting' });
});

test('a change of workflows is not landed with the token of a workflow run, where paths allow it at all', () => {
  const files = { paths: ['.github/workflows/ci.yml'], complete: true };
  const allowed = { forbiddenPaths: ['.beads/**'] };
  const one = candidate({ files });
  expect(verdict(one, { rules: rules({ ...allowed, actionsToken: true }) })).toEqual(person({ is: 'workflow edit' }));
  expect(verdict(one, { rules: rules(allowed) })).toEqual({ is: 'ready' });
});

test('paths that need an approval wait for one of exactly this head, and other paths do not', () => {
  const watching = { rules: rules({ needsReview: ['tests/**', '*.toml'] }) };
  const of = (paths: readonly string[], headApproved = false) =>
    review(candidate({ files: { paths, complete: true } }, { headApproved }), view(watching));
  const reasons = [{ is: 'review needed', paths: ['Tests/one.js', 'ci.toml'] }];
  expect(of(['src/one.js', 'Tests/one.js', 'ci.toml'])).toEqual({ is: 'waiting', for: 'time', reasons });
  expect(of(['Tests/one.js'], true)).toEqual({ is: 'ready' });
  expect(of(['src/one.js'])).toEqual({ is: 'ready' });
});
