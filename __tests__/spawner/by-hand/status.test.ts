/** Where every task stands, on a world in memory. */
import { expect, test } from '@jest/globals';
import type { Issue } from '../../../src/domain/issue.ts';
import { statusOf } from '../../../src/spawner/by-hand/status.ts';
import { fakeIssue } from '../../fakes/beads.ts';
import { readers } from '../readers.ts';
import { EPIC, epic, settings, TASK, taken, task, waitsFor } from '../view-builder.ts';

const names = { base: 'main', state: 'main', remote: 'origin' };
const empty = fakeIssue({ id: 'bd-next', type: 'epic' });
const circle = [
  fakeIssue({ id: 'bd-c', type: 'epic' }),
  task({ ...waitsFor('bd-c.2'), parent: 'bd-c' as Issue['id'] }, 'bd-c.1'),
  task({ ...waitsFor('bd-c.1'), parent: 'bd-c' as Issue['id'] }, 'bd-c.2'),
];

async function lookedAt(issues: readonly Issue[], id?: string) {
  const told: string[] = [];
  const rows = await statusOf(readers({ issues: [...issues] }).seen, names, settings, id, (text) => told.push(text));
  return { rows, tasks: rows.map((row) => row.task), told };
}

test('without --epic, an epic without tasks is told, and the others are shown', async () => {
  expect(await lookedAt([empty, epic(), task()])).toMatchObject({
    tasks: [TASK],
    told: [expect.stringMatching(/^Error: bd-next has no tasks below it\.\nHint: Add one with: bd create/)],
  });
});

test('without --epic, all are shown by one look', async () => {
  const second = [fakeIssue({ id: 'bd-f', type: 'epic' }), task({}, 'bd-f.1')];
  const world = readers({ issues: [epic(), task(), ...second] });
  const rows = await statusOf(world.seen, names, settings, undefined, () => undefined);
  expect(rows.map((row) => row.task)).toEqual([TASK, 'bd-f.1']);
  expect(world.looks.filter((look) => /^(beads|fetch|pull requests)/.test(look))).toEqual([
    'beads',
    'fetch main main',
    'pull requests of ',
  ]);
});

test('without --epic, a circle in one epic is told, and the others are shown', async () => {
  expect(await lookedAt([epic(), task(), ...circle])).toMatchObject({
    tasks: [TASK],
    told: [expect.stringMatching(/^Error: The dependencies go round in a circle: /)],
  });
});

test('where nothing can be shown, the command fails', async () => {
  await expect(lookedAt([empty])).rejects.toThrow('bd-next has no tasks below it');
  await expect(lookedAt([empty, epic(), task()], 'bd-next')).rejects.toThrow('bd-next has no tasks below it');
});

test('an epic that is named is the only one that is looked at', async () => {
  expect(await lookedAt([empty, epic(), task()], EPIC)).toMatchObject({ tasks: [TASK], told: [] });
});

test('without any open epic, the command says so', async () => {
  await expect(lookedAt([epic({ status: 'closed' }), task()])).rejects.toMatchObject({
    message: 'There is no open epic in Beads.',
    hint: expect.stringMatching(/^Make one with: heddle import FILE .*heddle status --epic ID/),
  });
});

test('the process of a worker is called one, until the task is closed', async () => {
  const metadata = { phase: 'working', agent_pid: 7, agent_host: 'loom' } as const;
  expect((await lookedAt([epic(), taken({ metadata })])).rows).toMatchObject([{ process: '7@loom' }]);
  expect((await lookedAt([epic(), task({ status: 'closed', metadata })])).rows).toMatchObject([{ process: '' }]);
});
