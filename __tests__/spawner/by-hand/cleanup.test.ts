import { describe, expect, test } from '@jest/globals';
import { cleanup } from '../../../src/spawner/by-hand/cleanup.ts';
import { BASE, BRANCH, epic, HEAD, pullRequest, TASK, taken, task, worker, worktree } from '../view-builder.ts';
import { handWorld } from './world.ts';

const { state: _, visitors: __, ...listed } = worktree();

describe('cleanup', () => {
  const closed = task({ status: 'closed', metadata: { phase: 'merged', round: 1 } });
  const landed = [pullRequest({ state: 'merged' })];
  const remote = { main: BASE, [BRANCH]: HEAD };
  const over = { issues: [epic(), closed], worktrees: [listed], requests: landed, remote, visitors: [] };

  test('takes what closed tasks have left, once; a dry run takes nothing', async () => {
    const dry = handWorld(over);
    expect((await cleanup(dry.deps, { dryRun: true })).intents).toMatchObject([{ do: 'clean up', task: TASK }]);
    expect(dry.world.done).toEqual([]);
    const real = handWorld(over);
    expect((await cleanup(real.deps, { dryRun: false })).performed).toMatchObject([{ is: 'done' }]);
    expect(real.world.done).toEqual([`remove ${listed.path}`, `delete remote ${BRANCH}`]);
  });

  test.each([
    ['is in progress', taken(), { is: 'task not closed', status: 'in_progress' }],
    ['is open', task(), { is: 'task not closed', status: 'open' }],
    ['is gone from Beads', task({}, 'bd-x.1'), { is: 'task unknown' }],
  ])('keeps the worktree of a task that %s, and says why', async (_what, issue, why) => {
    const { world, deps } = handWorld({ ...over, issues: [epic(), issue] });
    expect((await cleanup(deps, { dryRun: false })).kept).toEqual([{ task: TASK, path: listed.path, why }]);
    expect(world.done).toEqual([]);
  });

  test('keeps the worktree of a closed task in which somebody works, or whose worker still lives', async () => {
    const visited = handWorld({ ...over, visitors: [41], remote: { main: BASE } });
    expect((await cleanup(visited.deps, { dryRun: false })).kept).toMatchObject([{ why: { is: 'visited', pid: 41 } }]);
    const living = handWorld({ ...over, tagged: [worker()] });
    expect((await cleanup(living.deps, { dryRun: false })).kept).toMatchObject([
      { why: { is: 'worker alive', pid: 7 } },
    ]);
    expect([...visited.world.done, ...living.world.done]).toEqual([]);
  });
});
