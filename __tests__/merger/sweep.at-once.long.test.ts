/** Sweeps at once: runs for pull requests wait for nobody. */
import { afterEach, expect, test } from '@jest/globals';
import { createHarness, type Harness } from './harness.ts';

let harness: Harness;
afterEach(() => harness.end());

test('two sweeps at once land three pull requests, each once, and close each line once', async () => {
  harness = await createHarness();
  const tasks = ['hd-1.1', 'hd-1.2', 'hd-1.3'];
  for (const task of tasks) await harness.open(task);
  let both = () => {};
  const met = new Promise<void>((resolve) => {
    both = resolve;
  });
  let at = 0;
  /** Each goes on to its first merge when the other one is there as well: both have looked, and want the same. */
  const meeting = (): typeof harness.github => {
    let first = true;
    return {
      ...harness.github,
      async merge(pullRequest) {
        if (first) at += 1;
        if (at === 2) both();
        if (first) await met;
        first = false;
        return harness.github.merge(pullRequest);
      },
    };
  };
  const reports = await Promise.all([harness.sweep({ github: meeting() }), harness.sweep({ github: meeting() })]);
  expect(reports.map(({ trouble }) => trouble)).toEqual([undefined, undefined]);
  await harness.git('fetch', '--quiet', 'origin', 'main');
  const subjects = (await harness.git('log', '--first-parent', '--format=%s', 'FETCH_HEAD')).split('\n');
  expect(subjects.filter((subject) => subject.startsWith('Merge pull request'))).toHaveLength(3);
  const lines = await harness.lines();
  expect(tasks.map((task) => lines.get(task)?.status)).toEqual(['closed', 'closed', 'closed']);
  expect(reports.flatMap(({ closed }) => closed.map(({ task }) => task)).sort()).toEqual(tasks);
});
