import { expect, test } from '@jest/globals';
import { tell } from './story.ts';

test('an agent that does nothing, says nothing, dies or will not end is tried as often as heddle.yml says, then a person is needed', async () => {
  const story = await tell({
    tasks: [[1], [2], [3], [4]],
    modes: { 1: 'nothing', 2: 'hang', 3: 'die', 4: 'stubborn' },
    config: { limits: { attempts: 2, backoff_seconds: 1, silence_seconds: 2 } },
  });
  const { exitCode, said } = await story.spawn();
  expect(exitCode).toBe(3);
  expect(said).toContain('Only people can go on:');
  const rows = await story.status();
  expect(rows.map(({ why }) => why)).toEqual([
    expect.stringContaining('needs a person: nothing done: no file differs from the base'),
    expect.stringContaining('needs a person: went silent: no output for 2 seconds'),
    expect.stringContaining('needs a person: died: ended by'),
    expect.stringContaining('needs a person: went silent: no output for 2 seconds'),
  ]);
  expect(rows.map(({ next }) => next)).toEqual([1, 2, 3, 4].map((task) => `heddle retry ${story.task(task)}`));
  const starts = (await story.agentRuns()).filter(({ what }) => what === 'start');
  for (const number of [1, 2, 3, 4]) expect(starts.filter(({ task }) => task === number)).toHaveLength(2);
  expect(await story.processes.tagged()).toEqual([]);
  expect(story.pulls()).toEqual([]);
  expect(await story.world()).toEqual(await again(story));
});

test('work on a forbidden path is not pushed', async () => {
  const story = await tell({ tasks: [[2]], modes: { 2: 'forbidden' }, config: { limits: { attempts: 1 } } });
  const { exitCode, said } = await story.spawn();
  expect(exitCode).toBe(3);
  expect(said).toContain('refused path: a task may not change .github/workflows/ci.yml');
  expect(story.pulls()).toEqual([]);
  expect(await story.git('ls-remote', story.sandbox.gitUrlWith(story.sandbox.tokens.user), 'refs/heads/heddle/*')).toBe(
    '',
  );
});

/** The world after one more pass, which finds nothing to do. */
async function again(story: Awaited<ReturnType<typeof tell>>): Promise<unknown> {
  expect((await story.spawn('--once')).exitCode).toBe(3);
  return story.world();
}
