import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../../src/domain/errors.ts';
import { closeLine, publishLine } from '../../../src/domain/lines.ts';
import { sync } from '../../../src/spawner/by-hand/sync.ts';
import { epic, NOW, TASK, taken, task, worker } from '../view-builder.ts';
import { handWorld } from './world.ts';

const open = (id: string) => publishLine('', JSON.stringify({ id, status: 'open' }), task({}, id).id, 1, NOW);
const merged = { reason: 'Merged as pull request #12 in abc', pullRequest: 12, now: NOW };
const closedFile = closeLine(open(TASK), TASK, 1, merged) ?? '';

describe('sync', () => {
  test('moves the checkout, then closes what the merger has closed', async () => {
    const inReview = taken({ metadata: { phase: 'pr_created', round: 1 } });
    const { world, moves, deps } = handWorld({
      issues: [epic(), inReview, task({}, 'bd-e.2')],
      file: `${closedFile}${open('bd-e.2')}`,
    });
    expect(await sync(deps)).toMatchObject({ checkout: { is: 'up to date' }, closed: [TASK] });
    expect(moves).toEqual(['main bbb']);
    expect(world.beads.at(TASK)).toMatchObject({
      status: 'closed',
      closeReason: merged.reason,
      metadata: { phase: 'merged', pr_number: 12 },
    });
    expect(world.beads.at('bd-e.2').status).toBe('open');
    expect((await sync(deps)).closed).toEqual([]);
  });

  test('closes a task whose metadata an import has taken away in the round that was published', async () => {
    const second = publishLine('', JSON.stringify({ id: TASK, status: 'open' }), TASK, 2, NOW);
    const file = closeLine(second, TASK, 2, merged) ?? '';
    const { world, deps } = handWorld({ issues: [epic(), taken({ metadata: {} })], file });
    expect((await sync(deps)).closed).toEqual([TASK]);
    expect(world.beads.at(TASK)).toMatchObject({ status: 'closed', metadata: { pr_number: 12 } });
  });

  test('writes nothing at all when the checkout cannot follow', async () => {
    const { world, deps } = handWorld({ issues: [epic(), taken()], file: closedFile });
    const inTheWay = new UserError('Changes are in the way.', { hint: 'Commit them.', exit: 'repository' });
    await expect(sync({ ...deps, checkout: { fastForward: () => Promise.reject(inTheWay) } })).rejects.toThrow(
      'Changes are in the way.',
    );
    expect(world.beads.at(TASK).status).toBe('in_progress');
  });

  test('leaves alone what is of another round, what a living worker has, and what a person has opened again', async () => {
    const other = handWorld({ issues: [epic(), taken({ metadata: { round: 2 } })], file: closedFile });
    const living = handWorld({ issues: [epic(), taken()], file: closedFile, tagged: [worker()] });
    const reopened = handWorld({
      issues: [epic(), task({ metadata: { phase: 'merged', round: 1 } })],
      file: closedFile,
    });
    for (const { deps } of [other, living, reopened]) expect((await sync(deps)).performed).toEqual([]);
  });
});
