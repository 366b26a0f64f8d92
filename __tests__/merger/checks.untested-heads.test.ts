/** Every order in which runs of a workflow can end on one head, against a rule that is written down here on its own. */
import { expect, test } from '@jest/globals';
import { judgeChecks } from '../../src/merger/checks.ts';
import type { CheckRun, Suite } from '../../src/merger/view.ts';
import { actionsSuite, check, checks, now, rules } from './views.ts';

/** How the one job that tests ends. `superseded`: its run was cancelled in the queue, and left no check. */
const ENDS = ['success', 'failure', 'skipped', 'cancelled', 'timed_out', 'superseded'] as const;
type End = (typeof ENDS)[number];
/** A new run of the workflow (a push, a label, an edited title), or the newest run once more. */
type Step = { end: End; again: boolean };
type Story = readonly Step[];

const FIRST: readonly Step[] = ENDS.map((end) => ({ end, again: false }));
// A run that is started once more always leaves its checks.
const STEPS = [...FIRST, ...ENDS.filter((end) => end !== 'superseded').map((end) => ({ end, again: true }))];

function stories(length: number): Story[] {
  if (length === 1) return FIRST.map((step) => [step]);
  return stories(length - 1).flatMap((story) => STEPS.map((step) => [...story, step]));
}
const upTo = (length: number): Story[] => Array.from({ length }, (_, index) => stories(index + 1)).flat();

/** What GitHub shows after the story of one workflow; `lint` is a job of it that never fails and is never skipped. */
function shown(path: string, story: Story, lint: boolean): { runs: CheckRun[]; suites: Suite[] } {
  const suites: Suite[] = [];
  const runs: { run: Omit<CheckRun, 'suite'>; suite: string }[] = [];
  for (const [minute, { end, again }] of story.entries()) {
    const at = new Date(Date.UTC(2026, 10, 20, 10, minute));
    const known = again ? suites.at(-1) : undefined;
    const id = known?.id ?? `${path} ${minute}`;
    const conclusion = end === 'superseded' ? 'cancelled' : end === 'skipped' && lint ? 'success' : end;
    const suite = actionsSuite(path, { id, createdAt: known?.createdAt ?? at, conclusion });
    if (known !== undefined) suites.pop();
    suites.push(suite);
    if (end === 'superseded') continue;
    const ended = { complete: true, startedAt: at };
    runs.push({ run: { ...ended, name: 'test', conclusion: end }, suite: id });
    if (lint) runs.push({ run: { ...ended, name: 'lint', conclusion: 'success' }, suite: id });
  }
  const suiteOf = (id: string) => suites.find((suite) => suite.id === id) ?? actionsSuite(path);
  return { suites, runs: runs.map(({ run, suite }) => check({ ...run, suite: suiteOf(suite) })) };
}

/** The rule in words: the last end that tested something is a success; where nothing tested, nothing was broken off. */
function says(story: Story): 'tested' | 'nothing' | 'red' {
  const tested = story.filter(({ end }) => end === 'success' || end === 'failure' || end === 'timed_out');
  const last = tested.at(-1);
  if (last !== undefined) return last.end === 'success' ? 'tested' : 'red';
  // A run that is started again is one run with its last end, unless its check of the first time is still there.
  const brokenOff = story.filter(
    ({ end }, at) => end === 'cancelled' || (end === 'superseded' && story[at + 1]?.again !== true),
  );
  return brokenOff.length > 0 ? 'red' : 'nothing';
}

function lands(told: readonly { runs: CheckRun[]; suites: Suite[] }[]): boolean {
  const said = checks({ runs: told.flatMap(({ runs }) => runs), suites: told.flatMap(({ suites }) => suites) });
  const turned = { ...said, runs: said.runs.toReversed(), suites: said.suites.toReversed() };
  const times = { now, since: now };
  const finding = judgeChecks(said, rules(), times);
  // GitHub promises no order.
  expect(judgeChecks(turned, rules(), times).is).toBe(finding.is);
  return finding.is === 'green';
}

const words = (story: Story): string => story.map(({ end, again }) => (again ? `again ${end}` : end)).join(', ');

test('no untested head is green, and no tested one is held up: one workflow with one job', () => {
  const wrong = upTo(4).filter((story) => lands([shown('ci.yml', story, false)]) !== (says(story) === 'tested'));
  expect(wrong.map(words)).toEqual([]);
});

test('no untested head is green, and no tested one is held up: one workflow with a second job that is always green', () => {
  // The second job's success stands also where the one that tests was only ever skipped: which has to run, GitHub cannot tell.
  const linted = (story: Story) => story.some(({ end }) => end !== 'superseded');
  const wrong = upTo(4).filter(
    (story) => lands([shown('ci.yml', story, true)]) !== (says(story) !== 'red' && linted(story)),
  );
  expect(wrong.map(words)).toEqual([]);
});

test('no untested head is green, and no tested one is held up: two workflows with a job of the same name', () => {
  const all = upTo(2).map((story) => ({ story, one: shown('a.yml', story, false), two: shown('b.yml', story, false) }));
  const wrong: string[] = [];
  for (const a of all) {
    for (const b of all) {
      const [first, second] = [says(a.story), says(b.story)];
      const expected = first !== 'red' && second !== 'red' && (first === 'tested' || second === 'tested');
      if (lands([a.one, b.two]) !== expected) wrong.push(`${words(a.story)} | ${words(b.story)}`);
    }
  }
  expect(wrong).toEqual([]);
});
