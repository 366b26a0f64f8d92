/** What a pass ends: the attempts of a task, and workers that must not go on. */
import { expect, test } from '@jest/globals';
import type { Intent } from '../../src/spawner/intent.ts';
import { NEW, OLD, TASK } from './view-builder.ts';
import { World } from './writers.ts';

const taken = {
  id: TASK,
  status: 'in_progress',
  assignee: OLD,
  metadata: { phase: 'pr_created', round: 1, attempt: 2, pr_number: 12 },
} as const;
const guard = { status: 'in_progress', assignee: OLD } as const;

test('giving up leaves the reason and no time to retry', async () => {
  const world = new World({ ...taken, metadata: { attempt: 3, retry_at: '2026-11-20T11:00:00Z', reason: 'hung' } });
  const why = { is: 'gave up', last: 'hung', attempts: 3 } as const;
  expect(await world.outcomes({ do: 'give up', task: TASK, guard, why })).toEqual(['done']);
  expect(world.beads.at(TASK).metadata).toEqual({ attempt: 3, reason: 'hung (after 3 attempts)' });
});

test('workers are ended by token; those that do not end are told', async () => {
  const world = new World();
  const end: Intent = { do: 'end workers', task: TASK, tokens: [OLD, NEW], why: { is: 'taken over' } };
  expect(await world.outcomes(end)).toEqual(['done']);
  expect(world.done).toEqual([`end ${TASK} ${OLD}`, `end ${TASK} ${NEW}`]);
  world.unendable.add(TASK);
  expect(await world.perform(end)).toMatchObject([
    { is: 'not done', why: { is: 'not ending', pids: [41, 42, 41, 42] } },
  ]);
});
