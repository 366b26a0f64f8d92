import { expect, test } from '@jest/globals';
import { decide as decideAll } from '../../src/merger/decide.ts';
import { COMMENT_MARKER, settledComment, verdictComment } from '../../src/merger/messages.ts';
import type { Candidate, OpenPullRequest, View } from '../../src/merger/view.ts';
import { candidate, check, checks, head, owed, task, view } from './views.ts';

const red = checks({ runs: [check({ conclusion: 'failure' })] });
const text = verdictComment({
  head,
  task,
  reasons: [{ is: 'check failed', checks: [{ name: 'test', conclusion: 'failure' }] }],
});
/** Without what is said beside the checks. */
const decide = (seen: View) => decideAll({ ...seen, verdictRefused: true });
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

test('mergeability is asked for of the next in line, before anything is closed', () => {
  const unknown = [1, 2].map((number) => candidate({}, { number, mergeable: 'unknown' }));
  expect(decide(view({ candidates: unknown, owed: [owed(3)] }))).toEqual([
    { do: 'land', by: { do: 'ask for mergeability', pullRequest: 1 } },
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

test('a person is called once, by one comment', () => {
  expect(calls({})).toEqual([{ do: 'comment', pullRequest: 1, commentId: undefined, text }]);
  expect(calls({ comment: { id: '5', body: `${text.replaceAll('\n', '\r\n')}\r\n` } })).toEqual([]);
});

test('a new reason is written into the comment that is there', () => {
  const comment = { id: '5', body: `something else\n${COMMENT_MARKER}` };
  expect(calls({ comment })).toEqual([{ do: 'comment', pullRequest: 1, commentId: '5', text }]);
});

test('a comment says so, in one sentence, once nobody is needed any more, and none is begun for that', () => {
  const comment = { id: '5', body: text };
  const pending = checks({ runs: [check({ complete: false })] });
  const settled = settledComment({ is: 'ready' });
  expect(calls({ checks: pending, comment })).toEqual([
    { do: 'comment', pullRequest: 1, commentId: '5', text: settled },
  ]);
  expect(calls({ checks: pending, comment: { id: '5', body: settled } })).toEqual([]);
  expect(calls({ checks: pending })).toEqual([]);
  expect(calls({ comment }, { draft: true })).toMatchObject([
    { text: expect.stringContaining('because it is a draft.') },
  ]);
});

test('what a comment says of a pull request that lands is put right before it lands, and nothing is said of others', () => {
  const comment = { id: '5', body: text };
  const candidates = [
    candidate({ checks: red, comment: { id: '6', body: 'old' } }, { number: 1 }),
    candidate({ comment }, { number: 2 }),
    candidate({ comment }, { number: 3 }),
  ];
  expect(decide(view({ candidates }))).toMatchObject([
    { do: 'comment', pullRequest: 2, commentId: '5', text: settledComment({ is: 'ready' }) },
    { do: 'land', by: { pullRequest: 2 } },
  ]);
});

test('a draft is said nothing to, red or not', () => {
  expect(calls({}, { draft: true })).toEqual([]);
});

test('the verdict is said beside the checks of every candidate, once, and of one that lands before it lands', () => {
  const known = {
    run: 8,
    conclusion: 'failure',
    title: 'Needs somebody: checks failed: test (failure)',
    annotated: false,
  } as const;
  const candidates = [
    candidate({ checks: red, said: known }, { number: 1 }),
    candidate({ checks: red }, { number: 2 }),
    candidate({ said: known }, { number: 3, draft: true }),
  ];
  const saying = (all: typeof candidates) =>
    decideAll(view({ candidates: all })).flatMap((one) =>
      one.do === 'say the verdict' ? [[one.pullRequest, one.verdict.conclusion, one.verdict.known?.run]] : [],
    );
  expect(saying(candidates)).toEqual([
    [2, 'failure', undefined],
    [3, 'neutral', 8],
  ]);
  expect(saying([...candidates, candidate({}, { number: 4 })])).toEqual([[4, 'success', undefined]]);
  expect(decideAll(view({ candidates, verdictRefused: true }))).not.toContainEqual(
    expect.objectContaining({ do: 'say the verdict' }),
  );
});
