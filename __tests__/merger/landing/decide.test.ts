import { expect, test } from '@jest/globals';
import { BOUNDS } from '../../../src/domain/bounds.ts';
import { nextLanding } from '../../../src/merger/landing/decide.ts';
import { newLandingState } from '../../../src/merger/landing/state.ts';
import type { Candidate, View } from '../../../src/merger/view.ts';
import type { LandingReason } from '../../../src/review/landing/reasons.ts';
import type { LandingSeen } from '../../../src/review/landing/view.ts';
import { review } from '../../../src/review/review.ts';
import { candidate, check, checks, head, now, rules, view } from '../views.ts';

const verdict = (one: Candidate, changes: Partial<View> = {}) => review(one, view({ candidates: [one], ...changes }));
const seen = (changes: Partial<LandingSeen>): LandingSeen => ({ ...newLandingState(), ...changes });
const cannot = (because: Partial<LandingReason>) => ({ is: 'cannot land', because });
const person = (because: Partial<LandingReason>) => ({ is: 'waiting', for: 'person', reasons: [cannot(because)] });

test('a conflict needs a person', () => {
  expect(verdict(candidate({}, { mergeable: 'conflict' }))).toEqual(person({ is: 'conflict' }));
});

test('the oldest whose mergeability is known is merged, with the one that is asked about after it', () => {
  const all = [1, 2, 3].map((number) => candidate({}, { number, mergeable: number === 1 ? 'unknown' : 'yes' }));
  expect(nextLanding(all, view())).toMatchObject({ do: 'merge', pullRequest: 2, head, method: 'merge', next: 1 });
  expect(nextLanding(all.slice(2), view())).toMatchObject({ do: 'merge', pullRequest: 3, next: undefined });
});

test('only the next in line is asked about; one that is never computed holds up the others for a few questions only', () => {
  const unknown = [4, 5].map((number) => candidate({}, { number, mergeable: 'unknown' }));
  const asking = (asked: [number, number][]) =>
    nextLanding(unknown, view({ landing: { ...newLandingState(), asked: new Map(asked) } }));
  const inARow = BOUNDS.mergeabilityWait.value.length;
  expect(asking([])).toEqual({ do: 'ask for mergeability', pullRequest: 4 });
  expect(asking([[4, inARow - 1]])).toMatchObject({ pullRequest: 4 });
  expect(asking([[4, inARow]])).toMatchObject({ pullRequest: 5 });
  expect(
    asking([
      [4, inARow],
      [5, inARow],
    ]),
  ).toMatchObject({ pullRequest: 4 });
  expect(nextLanding([], view())).toBeUndefined();
});

test('a landing knows since when its checks were green', () => {
  const at = (time: string) => new Date(`2026-11-20T${time}Z`);
  const green = checks({
    runs: [
      check({ completedAt: at('11:20:00') }),
      check({ name: 'heddle', isVerdict: true, completedAt: at('11:50:00') }),
    ],
    statuses: [{ name: 'ci/lint', state: 'success', at: at('11:30:00') }],
  });
  expect(nextLanding([candidate({ checks: green })], view())).toMatchObject({ greenAt: at('11:30:00') });
  expect(nextLanding([candidate()], view())).toMatchObject({ greenAt: at('11:00:00') });
});

test('mergeability is asked for so often and no more in one sweep', () => {
  const asked = new Map([[1, BOUNDS.mergeabilityQuestions.value]]);
  const reasons = [cannot({ is: 'mergeability unknown' })];
  expect(verdict(candidate({}, { mergeable: 'unknown' }), { landing: seen({ asked }) })).toEqual({
    is: 'waiting',
    for: 'time',
    reasons,
  });
  expect(verdict(candidate(), { landing: seen({ asked }) })).toEqual({ is: 'ready' });
});

test('a head that GitHub refused is not tried again in the sweep; a new head is', () => {
  const tried = new Map([[1, { head, count: 1, refused: 'Changes must be made through the merge queue' }]]);
  expect(verdict(candidate(), { landing: seen({ tried }) })).toMatchObject(person({ is: 'refused' }));
  const other = new Map([[1, { head: 'f'.repeat(40) as typeof head, count: 9, refused: 'no' }]]);
  expect(verdict(candidate(), { landing: seen({ tried: other }) })).toEqual({ is: 'ready' });
});

test('a refusal over a required check that GitHub still waits for needs nobody', () => {
  const tried = new Map([[1, { head, count: 1, refused: 'Required status check "test" is expected.' }]]);
  expect(verdict(candidate(), { landing: seen({ tried }) })).toMatchObject({ for: 'time' });
  const late = new Date(now.getTime() + 24 * 60 * 60_000);
  expect(verdict(candidate(), { landing: seen({ tried }), now: late })).toMatchObject(person({ is: 'refused' }));
});

test('a branch that is behind a base which takes only what is up to date waits for its worker', () => {
  const tried = new Map([[1, { head, count: 1, refused: '1 of 1 required status checks are expected.' }]]);
  const behind = candidate({}, { behind: true });
  for (const landing of [seen({}), seen({ tried })])
    expect(verdict(behind, { landing })).toEqual({ is: 'waiting', for: 'time', reasons: [cannot({ is: 'behind' })] });
});

test('landings that came to nothing are bounded', () => {
  const tried = (count: number) => new Map([[1, { head, count, refused: undefined }]]);
  expect(verdict(candidate(), { landing: seen({ tried: tried(BOUNDS.landings.value - 1) }) })).toEqual({ is: 'ready' });
  expect(verdict(candidate(), { landing: seen({ tried: tried(BOUNDS.landings.value) }) })).toMatchObject({
    reasons: [cannot({ is: 'base busy' })],
  });
});

test('behind a merge queue the merger lands nothing', () => {
  expect(verdict(candidate(), { rules: rules({ landing: { method: 'merge', mergeQueue: true } }) })).toEqual(
    person({ is: 'merge queue' }),
  );
});
