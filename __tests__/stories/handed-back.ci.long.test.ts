/** A CI that could not test, and a base that takes only what is up to date: no fault of anybody's change. */
import { expect, test } from '@jest/globals';
import { BOUNDS } from '../../src/domain/bounds.ts';
import { until } from '../fakes/wait.ts';
import { closedGate } from './gate.ts';
import { redCi } from './red-ci.ts';
import { scriptCi } from './scripted-ci.ts';
import { shellAgent } from './shell-agent.ts';
import { CI_PATH, type Story, tell } from './story.ts';

const attempts = ({ sandbox }: Story, branch: string): number[] =>
  [...sandbox.repository.workflowRuns.values()]
    .filter(({ event, headBranch }) => event === 'pull_request' && headBranch === branch)
    .filter(({ workflowId }) => sandbox.repository.workflows.get(workflowId)?.name === 'CI')
    .map(({ runAttempt }) => runAttempt);

test('a run that ran out of time is run again twice before its worker is asked, one that GitHub does not run again not at all', async () => {
  const agent = shellAgent();
  const story = await tell({ tasks: [[2], [3]], config: agent.config, files: { [CI_PATH]: null } });
  const [slow, lost] = [2, 3].map((number) => `heddle/${story.task(number)}/1`);
  scriptCi(story, (branch, head) => {
    if (head > 1) return 'success';
    return branch === slow ? 'timed_out' : 'startup_failure';
  });
  for (const number of [2, 3]) agent.does(story.task(number), `echo a > a-${number}`, `echo b > b-${number}`);
  expect(await story.spawn()).toMatchObject({ exitCode: 0 });
  expect(attempts(story, slow ?? '')).toEqual([1 + BOUNDS.reRunsOfInfrastructure.value, 1]);
  expect(attempts(story, lost ?? '')).toEqual([1, 1]);
  const [, told = '', ...more] = agent.prompts(story.task(2));
  expect(more).toEqual([]);
  expect(told).toContain('These checks failed: "unit" (timed_out).');
  expect(told).toContain('It came to timed_out.');
  expect(agent.prompts(story.task(3))[1]).toContain('These checks failed: "CI" (startup_failure).');
  for (const number of [2, 3])
    expect(await story.issue(number)).toMatchObject({ status: 'closed', metadata: { handed_back: { red: 1 } } });
});

test('three that are ready for a base that takes only what is up to date land one by one, with no agent and no person', async () => {
  const agent = shellAgent();
  const gate = closedGate();
  const numbers = [2, 3, 4];
  const story = await tell({
    tasks: [[2], [3], [4]],
    config: { ...agent.config, state_branch: 'heddle-state' },
    files: { [CI_PATH]: redCi(gate.waiting) },
  });
  story.sandbox.addRuleset(story.sandbox.repository, {
    rules: [{ type: 'required_status_checks', contexts: [{ context: 'unit' }], strict: true }],
  });
  for (const number of numbers) agent.does(story.task(number), `echo work > work-${number}`);
  const spawner = story.begin('spawn', '--epic', story.epic);
  await until('three pull requests', () => story.pulls().length === numbers.length);
  await gate.open();
  expect(await spawner.ended).toBe(0);
  for (const number of numbers) {
    const { status, metadata } = await story.issue(number);
    expect([status, metadata.handed_back ?? {}, agent.prompts(story.task(number)).length]).toEqual(['closed', {}, 1]);
  }
  expect(story.pulls().map(({ merge }) => merge?.byLogin)).toEqual(numbers.map(() => 'github-actions[bot]'));
  // Two of them were brought up to date first, each by one merge of the base.
  const merges = await story.git(
    '--git-dir',
    story.sandbox.repository.git.dir,
    'log',
    '--merges',
    '--format=%s',
    'main',
  );
  expect(merges.split('\n').filter((subject) => subject === 'Merge main')).toHaveLength(numbers.length - 1);
});
