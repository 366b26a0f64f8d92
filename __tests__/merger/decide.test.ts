import { expect, test } from '@jest/globals';
import { NEEDS_PERSON_LABEL } from '../../src/domain/marker.ts';
import { decide } from '../../src/merger/decide.ts';
import { COMMENT_MARKER, verdictComment } from '../../src/merger/messages.ts';
import type { Candidate, OpenPullRequest } from '../../src/merger/view.ts';
import { candidate, check, checks, head, owed, task, view } from './views.ts';

const red = checks({ runs: [check({ conclusion: 'failure' })] });
const text = verdictComment({
  head,
  task,
  reasons: [{ is: 'check failed', checks: [{ name: 'test', conclusion: 'failure' }] }],
});
const calls = (changes: Partial<Candidate>, request: Partial<OpenPullRequest> = {}) =>
  decide(view({ candidates: [candidate({ checks: red, ...changes }, request)] }));

test('one landing at a time, the oldest first, with the head that was looked at', () => {
  const candidates = [candidate({}, { number: 9 }), candidate({}, { number: 2 })];
  expect(decide(view({ candidates, owed: [owed(3)] }))).toEqual([
    { do: 'land', by: expect.objectContaining({ do: 'merge', pullRequest: 2, head, method: 'merge' }) },
  ]);
});

test('one that is ready is not held up by one that is not', () => {
  const candidates = [candidate({ checks: red }, { number: 1 }), candidate({}, { number: 2 })];
  expect(decide(view({ candidates }))).toMatchObject([{ do: 'land', by: { pullRequest: 2 } }]);
});

test('mergeability is asked for of all that lack only that, before anything is closed', () => {
  const unknown = [1, 2].map((number) => candidate({}, { number, mergeable: 'unknown' }));
  expect(decide(view({ candidates: unknown, owed: [owed(3)] }))).toEqual([
    { do: 'land', by: { do: 'ask for mergeability', pullRequests: [1, 2] } },
  ]);
});

test('all closes come together when nothing can land', () => {
  expect(decide(view({ candidates: [], owed: [owed(2), owed(3)] }))).toEqual([
    { do: 'close lines', closes: [owed(2), owed(3)] },
  ]);
});

test('a sweep whose time is over closes what is owed and lands nothing more', () => {
  expect(decide(view({ late: true, owed: [owed(3)] }))).toEqual([{ do: 'close lines', closes: [owed(3)] }]);
});

test('a state branch that refused the close is not asked again in the sweep', () => {
  expect(decide(view({ candidates: [], owed: [owed(3)], closeRefused: 'protected' }))).toEqual([]);
});

test('a person is called once: one comment, one label', () => {
  expect(calls({})).toEqual([{ do: 'call a person', pullRequest: 1, commentId: undefined, text, label: true }]);
  expect(
    calls({ comment: { id: '5', body: `${text.replaceAll('\n', '\r\n')}\r\n` } }, { labels: [NEEDS_PERSON_LABEL] }),
  ).toEqual([]);
});

test('what half of a call is missing is made up for', () => {
  const said = { comment: { id: '5', body: text } };
  expect(calls(said)).toEqual([{ do: 'call a person', pullRequest: 1, commentId: '5', text: undefined, label: true }]);
});

test('a new reason is written into the comment that is there', () => {
  const comment = { id: '5', body: `something else\n${COMMENT_MARKER}` };
  expect(calls({ comment }, { labels: [NEEDS_PERSON_LABEL] })).toMatchObject([{ commentId: '5', text, label: false }]);
});

test('the label goes when only time is needed, and stays while a person holds the pull request', () => {
  const labels = [NEEDS_PERSON_LABEL];
  const pending = checks({ runs: [check({ complete: false })] });
  expect(calls({ checks: pending }, { labels })).toEqual([{ do: 'call nobody', pullRequest: 1 }]);
  expect(calls({ checks: pending })).toEqual([]);
  expect(calls({}, { labels, draft: true })).toEqual([]);
});

test('a draft is said nothing to, red or not', () => {
  expect(calls({}, { draft: true })).toEqual([]);
});
