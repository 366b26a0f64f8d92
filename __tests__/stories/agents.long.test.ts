import { expect, test } from '@jest/globals';
import { tell } from './story.ts';

test('an agent that does nothing, dies, or hangs and ignores signals is tried as often as heddle.yml says, then a person is needed', async () => {
  const story = await tell({
    tasks: [[1], [2], [3]],
    modes: { 1: 'nothing', 2: 'die', 3: 'stubborn' },
    config: { limits: { attempts: 2, backoff_seconds: 1, silence_seconds: 10 } },
  });
  const { exitCode, said } = await story.spawn();
  expect(exitCode).toBe(3);
  expect(said).toContain('Only people can go on:');
  const rows = await story.status();
  expect(rows.map(({ why }) => why)).toEqual([
    expect.stringContaining('needs a person: nothing done: no file differs from the base'),
    expect.stringContaining('needs a person: died: ended by'),
    expect.stringContaining('needs a person: went silent: no output for 10 seconds'),
  ]);
  expect(rows.map(({ next }) => next)).toEqual([1, 2, 3].map((number) => `heddle retry ${story.task(number)}`));
  const starts = (await story.agentRuns()).filter(({ what }) => what === 'start');
  expect(starts.map(({ task }) => task).sort()).toEqual([1, 1, 2, 2, 3, 3]);
  expect(await story.processes.tagged()).toEqual([]);
  expect(story.pulls()).toEqual([]);
});

test('a wrong edit that is left to a person is not merged, what depends on it does not start, and a retry goes on', async () => {
  const config = { on_red: 'person' };
  const story = await tell({ tasks: [[1], [2, 1]], modes: { 1: ['wrong', 'work'] }, config });
  expect((await story.spawn()).exitCode).toBe(3);
  expect(story.pulls()).toMatchObject([{ state: 'open', merge: null }]);
  expect((await story.agentRuns()).filter(({ task }) => task === 2)).toEqual([]);
  expect(await story.status()).toMatchObject([
    {
      task: story.task(1),
      standing: 'needs a person',
      phase: 'pr_created',
      why: expect.stringContaining('pull request #1 cannot be merged as it is'),
      next: `heddle retry ${story.task(1)}`,
    },
    { task: story.task(2), standing: 'blocked', why: `waits for ${story.task(1)}` },
  ]);
  const table = await story.heddle(['status', '--epic', story.epic]);
  expect(table.stdout).toContain(`heddle retry ${story.task(1)}`);
  const comments = [...story.sandbox.repository.comments.values()].map(({ body }) => body);
  expect(comments).toEqual([expect.stringMatching(/checks failed: .*test/)]);

  expect((await story.heddle(['retry', story.task(1)])).exitCode).toBe(0);
  expect((await story.spawn()).exitCode).toBe(0);
  expect(story.pulls().map(({ merge }) => merge !== null)).toEqual([true, true]);
});
