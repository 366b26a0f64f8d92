/** Every order in which runs of a workflow can end on one head, against a rule that is written down here on its own. */
import { expect, test } from '@jest/globals';
import { judgeChecks } from '../../src/review/checks.ts';
import type { CheckRun, Suite } from '../../src/review/view.ts';
import { actionsSuite, check, checks, now, rules } from '../merger/views.ts';

/** What an attempt says of the head: `cut short` was to test it, and was ended before it had. */
type Says = 'tested' | 'red' | 'nothing' | 'cut short';
/** `jobs`: their checks, in the order in which they begin. `lost`: the job that was to test has left no check of its own. */
type Ended = { says: Says; suite: string; jobs: readonly (readonly [string, string])[]; lost?: true };
/** The ways in which an attempt of one workflow can end. */
type Shape = Readonly<Record<string, Ended>>;

/** The run was cancelled in the queue. */
const superseded: Ended = { says: 'cut short', suite: 'cancelled', jobs: [], lost: true };

const ONE_JOB: Shape = {
  success: { says: 'tested', suite: 'success', jobs: [['test', 'success']] },
  failure: { says: 'red', suite: 'failure', jobs: [['test', 'failure']] },
  skipped: { says: 'nothing', suite: 'skipped', jobs: [['test', 'skipped']] },
  cancelled: { says: 'cut short', suite: 'cancelled', jobs: [['test', 'cancelled']] },
  timed_out: { says: 'red', suite: 'timed_out', jobs: [['test', 'timed_out']] },
  superseded,
};

const linted = (says: Says, suite: string): Ended => ({
  says,
  suite,
  jobs: [
    ['test', suite],
    ['lint', 'success'],
  ],
});
const WITH_LINT: Shape = {
  success: linted('tested', 'success'),
  failure: linted('red', 'failure'),
  skipped: { ...linted('nothing', 'skipped'), suite: 'success' },
  cancelled: linted('cut short', 'cancelled'),
  timed_out: linted('red', 'timed_out'),
  superseded,
};

const chained = (says: Says, suite: string, build: string, ...tests: readonly string[]): Ended => ({
  says,
  suite,
  jobs: [['build', build], ...tests.map((end) => ['test', end] as const)],
});
const cut = (build: string, ...tests: readonly string[]): Ended => ({
  ...chained('cut short', 'cancelled', build, ...tests),
  ...(tests.includes('cancelled') ? {} : { lost: true }),
});
/** `test` needs `build`. GitHub may leave a job that had not begun without a check, or end it as skipped or cancelled. */
const CHAINED = {
  success: chained('tested', 'success', 'success', 'success'),
  failure: chained('red', 'failure', 'success', 'failure'),
  'build fails': { ...chained('red', 'failure', 'failure', 'skipped'), lost: true },
  skipped: chained('nothing', 'success', 'success', 'skipped'),
  'all skipped': chained('nothing', 'skipped', 'skipped', 'skipped'),
  cut: cut('success'),
  'cut, rest skipped': cut('success', 'skipped'),
  'cut, rest cancelled': cut('success', 'cancelled'),
  'cut in build': cut('cancelled'),
  'cut in build, rest skipped': cut('cancelled', 'skipped'),
  superseded,
} satisfies Shape;

const twins = (says: Says, suite: string, ...ends: readonly string[]): Ended => ({
  says,
  suite,
  jobs: [['lint', 'success'], ...ends.map((end) => ['test', end] as const)],
});
/** Two jobs of one name, as of a matrix whose name leaves a dimension out: each attempt runs, or skips, both. */
const TWINS: Shape = {
  success: twins('tested', 'success', 'success', 'success'),
  'first fails': twins('red', 'failure', 'failure', 'success'),
  'second fails': twins('red', 'failure', 'success', 'failure'),
  skipped: twins('nothing', 'success', 'skipped', 'skipped'),
  cancelled: twins('cut short', 'cancelled', 'cancelled', 'cancelled'),
  'second cancelled': twins('cut short', 'cancelled', 'success', 'cancelled'),
  'first cancelled': twins('cut short', 'cancelled', 'cancelled', 'success'),
  'cut after a failure': twins('red', 'cancelled', 'failure'),
  superseded,
};

/** A new run of the workflow (a push, a label, an edited title), or the newest run once more. */
type Step = { end: string; ended: Ended; again: boolean; event: string };
type Story = readonly Step[];

/** All stories of up to that many steps. A run that is started once more always leaves a check. */
function upTo(length: number, shape: Shape, events: readonly string[] = ['pull_request']): Story[] {
  const step = (end: string, ended: Ended, again: boolean) => events.map((event) => ({ end, ended, again, event }));
  const first = Object.entries(shape).flatMap(([end, ended]) => step(end, ended, false));
  const retries = first.filter(({ ended, event }) => ended.jobs.length > 0 && event === events[0]);
  const steps = [...first, ...retries.map((one) => ({ ...one, again: true }))];
  let longest: Story[] = first.map((one) => [one]);
  const all = [...longest];
  for (let at = 1; at < length; at++) {
    longest = longest.flatMap((story) => steps.map((one) => [...story, one]));
    all.push(...longest);
  }
  return all;
}

/** What GitHub shows after the story of one workflow. */
function shown(path: string, story: Story): { runs: CheckRun[]; suites: Suite[] } {
  const suites: Suite[] = [];
  const runs: { run: Omit<CheckRun, 'suite'>; suite: string }[] = [];
  for (const [minute, { ended, again, event }] of story.entries()) {
    const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 10, minute, second));
    const known = again ? suites.pop() : undefined;
    const created = known ?? actionsSuite(path, { id: `${path} ${minute}`, createdAt: at(0), event });
    suites.push({ ...created, conclusion: ended.suite });
    for (const [index, [name, conclusion]] of ended.jobs.entries()) {
      runs.push({ run: { name, complete: true, conclusion, startedAt: at(index) }, suite: created.id });
    }
  }
  const suiteOf = (id: string) => suites.find((suite) => suite.id === id) ?? actionsSuite(path);
  return { suites, runs: runs.map(({ run, suite }) => check({ ...run, suite: suiteOf(suite) })) };
}

/**
 * The rule in words: the last end that tested something is a success; where nothing tested, nothing was cut short. A run
 * that is started again counts with its last end, unless a check of the job that tests is still there of the time before:
 * it is for the same event, so that what it skips had not to run before.
 */
function says(story: Story): 'tested' | 'nothing' | 'red' {
  const counts = story.filter(({ ended }, at) => !(ended.lost && story[at + 1]?.again)).map(({ ended }) => ended.says);
  const last = counts.filter((one) => one === 'tested' || one === 'red').at(-1);
  return last ?? (counts.includes('cut short') ? 'red' : 'nothing');
}

/** Where a job of the workflow has succeeded, and the others were only skipped: which have to run GitHub cannot tell. */
function isGreen(story: Story): boolean {
  const succeeded = story.some(({ ended }) => ended.jobs.some(([, conclusion]) => conclusion === 'success'));
  return says(story) === 'tested' || (says(story) === 'nothing' && succeeded);
}

/**
 * The only tested heads that may be held up: after its last success a run was started again, and that attempt tested
 * nothing. Whether the attempts before it were whole GitHub does not tell any more. A success after it releases the head.
 */
function mayBeHeldUp(story: Story): boolean {
  const last = story.findLastIndex(({ ended }) => ended.says === 'tested');
  return story.slice(last + 1).some(({ again }) => again);
}

function lands(told: readonly { runs: CheckRun[]; suites: Suite[] }[]): boolean {
  const said = checks({ runs: told.flatMap(({ runs }) => runs), suites: told.flatMap(({ suites }) => suites) });
  const turned = { ...said, runs: said.runs.toReversed(), suites: said.suites.toReversed() };
  const times = { now, since: now };
  const finding = judgeChecks(said, rules(), times);
  // GitHub promises no order. So many calls of `expect` would take longer than all the rest.
  if (judgeChecks(turned, rules(), times).is !== finding.is) throw new Error('the order of the answer decides');
  return finding.is === 'green';
}

const words = (story: Story): string =>
  story.map(({ end, again, event }) => `${again ? 'again ' : ''}${end} (${event})`).join(', ');

test.each([
  { of: 'one job', shape: ONE_JOB, length: 4 },
  { of: 'a second job that is always green', shape: WITH_LINT, length: 4 },
  { of: 'a job that needs another', shape: CHAINED, length: 3 },
  { of: 'two jobs of one name', shape: TWINS, length: 3 },
])('no untested head is green, and no tested one is held up: one workflow with $of', ({ shape, length }) => {
  const all = upTo(length, shape).map((story) => ({ story, green: lands([shown('ci.yml', story)]) }));
  const untested = all.filter(({ story, green }) => green && !isGreen(story));
  const heldUp = all.filter(({ story, green }) => !green && isGreen(story) && !mayBeHeldUp(story));
  expect(untested.map(({ story }) => words(story))).toEqual([]);
  expect(heldUp.map(({ story }) => words(story))).toEqual([]);
});

test('no untested head is green, and no tested one is held up: two workflows with a job of the same name', () => {
  const all = upTo(2, ONE_JOB).map((story) => ({ story, one: shown('a.yml', story), two: shown('b.yml', story) }));
  const wrong: string[] = [];
  for (const a of all) {
    for (const b of all) {
      const [first, second] = [says(a.story), says(b.story)];
      const expected = first !== 'red' && second !== 'red' && (first === 'tested' || second === 'tested');
      const green = lands([a.one, b.two]);
      const heldUp = expected && (mayBeHeldUp(a.story) || mayBeHeldUp(b.story));
      if (green !== expected && (green || !heldUp)) wrong.push(`${words(a.story)} | ${words(b.story)}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('no untested head is green: one workflow that runs for two events, with a job that needs another', () => {
  const { success, failure, 'build fails': buildFails, cut: afterBuild, 'cut in build': inBuild } = CHAINED;
  const shape: Shape = { success, failure, buildFails, afterBuild, inBuild, superseded };
  const untested = upTo(3, shape, ['pull_request', 'push']).filter((story) => {
    if (!lands([shown('ci.yml', story)])) return false;
    const eventOf = (at: number): string | undefined => story.slice(0, at + 1).findLast(({ again }) => !again)?.event;
    const lastOf = (event: string) =>
      story.findLast(({ ended }, at) => eventOf(at) === event && (ended.says === 'tested' || ended.says === 'red'));
    const last = [lastOf('pull_request'), lastOf('push')];
    return last.some((step) => step?.ended.says === 'red') || last.every((step) => step === undefined);
  });
  expect(untested.map(words)).toEqual([]);
});
