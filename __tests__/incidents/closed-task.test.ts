/** What orchestrators have done with closed tasks: each incident once more, on a Beads and a state branch in memory. */
import { expect, test } from '@jest/globals';
import { allLines, closeLine } from '../../src/domain/lines.ts';
import { decide } from '../../src/spawner/decide.ts';
import { publishedLine } from '../merger/harness.ts';
import { doings, EPIC, epic, NOW, settings, TASK, task, view } from '../spawner/view-builder.ts';
import { World } from '../spawner/writers.ts';

const published = (...ids: string[]): string => [EPIC, ...ids].map((id) => `${publishedLine(id)}\n`).join('');

const closedByMerger = () => {
  const close = { reason: 'Merged as pull request #12', pullRequest: 12, now: NOW };
  return closeLine(published(TASK), TASK, 1, close) ?? '';
};
/** What a pass decides on what Beads and the state branch say. */
const look = async (world: World, file: string) => {
  const lines = Object.fromEntries(allLines(file));
  return decide(view({ issues: await world.beads.snapshot(), lines }), settings);
};

test('a task that was closed is not redone: who still sees it open may not claim it', async () => {
  const world = new World(epic(), task());
  const stale = await look(world, published(TASK));
  expect(doings(stale)).toEqual([`start worker ${TASK}`]);
  await world.beads.close([TASK], 'Merged as pull request #12');
  expect(await world.outcomes(...stale.intents)).toEqual(['moved on']);
  expect(world.beads.at(TASK)).toMatchObject({ status: 'closed', assignee: '' });
  expect(world.done).toEqual([`end ${TASK}`]);
});

test('a Beads that was wound back redoes nothing: what has merged is closed, not claimed', async () => {
  const world = new World(epic(), task());
  expect(await world.outcomes(...(await look(world, closedByMerger())).intents)).toEqual(['done']);
  expect(world.beads.at(TASK)).toMatchObject({ status: 'closed', closeReason: 'Merged as pull request #12' });
  expect(world.done).toEqual([]);
});

test('an issue does not stay open after its merge: a close that was cut off is finished', async () => {
  const world = new World(epic(), task({ status: 'in_progress', assignee: settings.token }));
  const close = world.beads.close.bind(world.beads);
  world.beads.close = () => Promise.reject(new Error('killed'));
  const { intents } = await look(world, closedByMerger());
  await expect(world.perform(...intents)).rejects.toThrow('killed');
  expect(world.beads.at(TASK)).toMatchObject({ status: 'in_progress', metadata: { phase: 'merged', pr_number: 12 } });
  world.beads.close = close;
  expect(await world.outcomes(...(await look(world, closedByMerger())).intents)).toEqual(['done']);
  expect(world.beads.at(TASK)).toMatchObject({ status: 'closed', closeReason: 'Merged as pull request #12' });
});
