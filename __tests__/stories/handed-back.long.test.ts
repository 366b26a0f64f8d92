/** What a red check leads to: a worker that repairs it, nothing at all, or a person in the end. */
import { beforeAll, expect, test } from '@jest/globals';
import { BOUNDS } from '../../src/domain/bounds.ts';
import { redCi } from './red-ci.ts';
import { shellAgent } from './shell-agent.ts';
import { CI_PATH, type Said, type Story, tell } from './story.ts';

const agent = shellAgent();
const times = BOUNDS.handBacks.value;
let story: Story;
let spawned: Said;
beforeAll(async () => {
  const once = `'${agent.folder}/failed-once'`;
  const flaky = `if test -e flaky && ! test -e ${once}; then touch ${once}; exit 1; fi`;
  const files = { [CI_PATH]: redCi(flaky) };
  story = await tell({ tasks: [[2], [3], [4]], config: agent.config, files, shared: true });
  agent.does(story.task(2), 'echo half > broken-2', 'rm broken-2; echo whole > whole-2');
  agent.does(story.task(3), 'echo well > flaky');
  const again = Array.from({ length: times + 1 }, () => 'echo "$number" >> broken-4');
  agent.does(story.task(4), ...again, 'rm broken-4; echo whole > whole-4');
  spawned = await story.spawn();
}, 300_000);

const pullOf = (number: number) => story.pulls().find(({ head }) => head.ref === `heddle/${story.task(number)}/1`);
const attemptsOf = (number: number): number[] =>
  [...story.sandbox.repository.workflowRuns.values()]
    .filter(({ event, headBranch }) => event === 'pull_request' && headBranch === pullOf(number)?.head.ref)
    .filter(({ workflowId }) => story.sandbox.repository.workflows.get(workflowId)?.name === 'CI')
    .map(({ runAttempt }) => runAttempt);

test('a red check goes back to its worker, which is told why, and the same pull request lands', async () => {
  const [first = '', second = '', ...more] = agent.prompts(story.task(2));
  expect(more).toEqual([]);
  expect(first).not.toContain('What keeps it from being merged');
  expect(second).toContain('These checks failed: "unit" (failure).');
  expect(second).toContain('expected 4, got 5');
  expect(pullOf(2)).toMatchObject({ state: 'closed', merge: { byLogin: 'github-actions[bot]' } });
  expect(story.pulls()).toHaveLength(3);
  const { status, metadata } = await story.issue(2);
  expect([status, metadata.round, metadata.handed_back]).toEqual(['closed', 1, { red: 1 }]);
  expect(await story.line(2)).toMatchObject({ open: false, pullRequest: pullOf(2)?.number });
});

test('one that fails by chance is run again: nobody else does anything, and nothing is counted', async () => {
  expect([agent.prompts(story.task(3)).length, attemptsOf(3)]).toEqual([1, [2]]);
  const { status, metadata } = await story.issue(3);
  expect([status, metadata.handed_back]).toEqual(['closed', undefined]);
});

test('one that stays red needs a person in the end, and Beads and status say the same', async () => {
  expect(spawned.exitCode).toBe(3);
  expect(agent.prompts(story.task(4))).toHaveLength(times + 1);
  expect(attemptsOf(4)).toEqual(Array.from({ length: times + 1 }, () => 2));
  const { metadata } = await story.issue(4);
  expect(metadata).toMatchObject({ waits: 'person', handed_back: { red: times } });
  const row = (await story.status()).find(({ task }) => task === story.task(4));
  expect(row).toMatchObject({ standing: 'needs a person', next: `heddle retry ${story.task(4)}` });
  expect(row?.why).toContain(`its worker had it back ${times} times`);
  expect(row?.why).toContain('checks failed: `unit` (failure)');
  expect(`needs a person: ${metadata.waits_for}`).toBe(`${row?.why}. Next: ${row?.next}`);
});

test('comments and labels are for people: without them everything is as before', async () => {
  const shown = async () => {
    const rows = (await story.status()).map(({ task, standing, why, next }) => [task, standing, why, next]);
    return [await story.issue(4), rows, pullOf(4)?.head.sha];
  };
  const before = await shown();
  expect(story.sandbox.repository.comments.size).toBeGreaterThan(0);
  story.sandbox.repository.comments.clear();
  for (const pull of story.pulls()) pull.labels = [];
  expect((await story.spawn()).exitCode).toBe(3);
  expect(await shown()).toEqual(before);
  expect(agent.prompts(story.task(4))).toHaveLength(times + 1);
});

test('after a retry its worker has it anew, is told what is red, and it lands', async () => {
  expect((await story.heddle(['retry', story.task(4)])).exitCode).toBe(0);
  expect((await story.issue(4)).metadata).not.toHaveProperty('handed_back');
  expect((await story.spawn()).exitCode).toBe(0);
  expect(agent.prompts(story.task(4)).slice(times + 1)).toEqual([
    expect.stringMatching(/These checks failed: "unit" \(failure\)[\s\S]*expected 4, got 5/),
  ]);
  expect(pullOf(4)).toMatchObject({ state: 'closed', merge: { byLogin: 'github-actions[bot]' } });
  expect((await story.issues()).map(({ status }) => status)).toEqual(['closed', 'closed', 'closed', 'closed']);
});
