/** How a cleanup is carried out: nothing goes before what it was a copy of is safe. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/spawner/intent.ts';
import { BASE, BRANCH, HEAD, TASK, worktree } from './view-builder.ts';
import { World } from './writers.ts';

describe('a cleanup', () => {
  const cleanUp: Intent = {
    do: 'clean up',
    task: TASK,
    worktrees: [worktree()],
    localBranches: [{ name: BRANCH, head: HEAD }],
    remoteBranches: [{ name: BRANCH, head: HEAD }],
    safe: [BASE],
    rescue: { files: 0, heads: 0 },
  };

  test('takes the worktree first, the remote branch last: it is the copy', async () => {
    const world = new World();
    expect(await world.outcomes(cleanUp)).toEqual(['done']);
    expect(world.done).toEqual([`remove ${worktree().path}`, `delete ${BRANCH}`, `delete remote ${BRANCH}`]);
  });

  test('ends where something has to stay', async () => {
    const world = new World();
    world.removal = { is: 'kept', why: 'it holds a repository of its own' };
    const why = { is: 'kept by git', says: 'it holds a repository of its own' };
    expect(await world.perform(cleanUp)).toMatchObject([{ is: 'not done', why }]);
    expect(world.done).toEqual([`remove ${worktree().path}`]);
  });

  test('leaves a worktree that somebody has just entered', async () => {
    const world = new World();
    world.visitors = [41];
    expect(await world.perform(cleanUp)).toMatchObject([{ is: 'not done', why: { is: 'visited', pid: 41 } }]);
    expect(world.done).toEqual([]);
  });

  test('says when the remote keeps a branch', async () => {
    const world = new World();
    world.remoteKeeps = 'deletions are not allowed';
    expect(await world.perform(cleanUp)).toMatchObject([
      { is: 'not done', why: { is: 'kept by the remote', branch: BRANCH, says: 'deletions are not allowed' } },
    ]);
  });
});
