import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkDemo } from '../../demo/check.ts';
import type { Issue } from '../../src/domain/issue.ts';
import { until } from '../fakes/wait.ts';
import type { Shape } from './clones.ts';
import { type Story, tell } from './story.ts';

/** One root, three at once, one that joins them, and a chain. */
const DIAMOND: Shape = [[1], [2, 1], [3, 1], [4, 1], [5, 2, 3, 4], [6, 5], [7, 6], [8, 7], [9, 8]];
const SAMPLE_MS = 1_500;

test('an epic of nine tasks goes from open to closed; a dry run before it and a pass after it write nothing', async () => {
  const story = await tell({ tasks: DIAMOND, modes: { 2: 'gate', 3: 'gate', 4: 'gate' }, config: { limits: {} } });
  const start = (await story.git('rev-parse', 'HEAD')).trim();
  const before = await story.world();
  const dry = await story.heddle(['spawn', '--epic', story.epic, '--dry-run']);
  expect(dry.stdout.split('\n')).toContain(`start ${story.task(1)}`);
  expect(await story.world()).toEqual(before);

  const spawner = story.begin('spawn', '--epic', story.epic, '--poll', '2');
  const samples = sampled(story, spawner.ended);
  // The three in the middle begin to work when all of them are there.
  await until('the first merge', () => story.pulls()[0]?.merge != null);
  const atOnce = await until('three workers', async () => {
    const { length } = await story.workers();
    return length === 3 && length;
  });
  await writeFile(join(dirname(story.agentRunsFile), 'gate'), '');
  expect([await spawner.ended, spawner.said()]).toEqual([0, expect.any(String)]);
  await story.forge.idle();

  const { problems, rows } = await checkDemo(story, start, atOnce);
  expect(problems).toEqual([]);
  expect(rows).toHaveLength(9);
  expect(troublesIn(await samples)).toEqual([]);
  const after = await story.world();
  expect((await story.spawn('--once')).exitCode).toBe(0);
  expect(await story.world()).toEqual(after);
}, 900_000);

/** What `bd` alone tells, again and again until the end, and once after it. */
async function sampled(story: Story, end: Promise<unknown>): Promise<readonly Issue[][]> {
  const samples: Issue[][] = [];
  for (let over = false; ; ) {
    samples.push([...(await story.issues())]);
    if (over) return samples;
    const wait = new Promise<false>((resolve) => setTimeout(() => resolve(false), SAMPLE_MS));
    over = await Promise.race([end.then(() => true), wait]);
  }
}

const ORDER = ['open', 'spawned', 'working', 'committed', 'pr_created', 'merged', 'closed'];

/** A phase never goes back, and what is due by it is there. */
function troublesIn(samples: readonly Issue[][]): string[] {
  const troubles: string[] = [];
  const reached = new Map<string, number>();
  for (const issue of samples.flat().filter(({ type }) => type !== 'epic')) {
    const { phase, worktree, agent_pid: pid, pr_number: number } = issue.metadata;
    const at = ORDER.indexOf(issue.status === 'in_progress' ? (phase ?? '') : issue.status);
    if (at < (reached.get(issue.id) ?? 0)) troubles.push(`${issue.id} went back to ${ORDER[at]}`);
    reached.set(issue.id, at);
    const working = at >= ORDER.indexOf('working');
    if (working && (worktree === undefined || pid === undefined))
      troubles.push(`${issue.id} is ${phase} in no worktree`);
    if (at >= ORDER.indexOf('pr_created') && number === undefined) troubles.push(`${issue.id} has no pull request`);
    if (issue.status === 'closed' && !/^Merged as pull request #\d+ in [0-9a-f]{40}$/.test(issue.closeReason))
      troubles.push(`${issue.id} is closed because: ${issue.closeReason}`);
  }
  return troubles;
}
