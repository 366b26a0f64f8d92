/** One part of a pass at a time: publish, sync, cleanup. */
import { describe, expect, test } from '@jest/globals';
import { cleanup } from '../../src/commands/cleanup.ts';
import { publish } from '../../src/commands/publish.ts';
import { sync } from '../../src/commands/sync.ts';
import { UserError } from '../../src/domain/errors.ts';
import { closeLine, findLine, publishLine } from '../../src/domain/lines.ts';
import { eyes } from '../spawner/eyes.ts';
import { World } from '../spawner/hands.ts';
import {
  BASE,
  BRANCH,
  EPIC,
  epic,
  HEAD,
  NOW,
  pullRequest,
  TASK,
  taken,
  task,
  worker,
  worktree,
} from '../spawner/view-builder.ts';

const names = { base: 'main', state: 'main', remote: 'origin' };
const { state: _, visitors: __, ...listed } = worktree();
const open = (id: string) => publishLine('', JSON.stringify({ id, status: 'open' }), task({}, id).id, 1, NOW);
const merged = { reason: 'Merged as pull request #12 in abc', pullRequest: 12, now: NOW };
const closedFile = closeLine(open(TASK), TASK, 1, merged) ?? '';

/** Eyes and hands on the same world. */
function bench(parts: Parameters<typeof eyes>[0] & { issues: ReturnType<typeof task>[] }) {
  const world = new World(...parts.issues);
  world.file = parts.file ?? '';
  const { seen, git } = eyes({ remote: { main: BASE }, ...parts });
  git.fileAt = async () => world.file;
  const moves: string[] = [];
  const checkout = {
    async fastForward(branch: string, head: string) {
      moves.push(`${branch} ${head.slice(0, 3)}`);
      return { is: 'up to date' } as const;
    },
  };
  return { world, moves, deps: { eyes: { ...seen, beads: world.beads }, hands: world.hands, names, checkout } };
}

describe('publish', () => {
  test('publishes what is missing, and then nothing', async () => {
    const { world, deps } = bench({ issues: [epic(), task()] });
    expect(await publish(deps, EPIC)).toEqual({ is: 'published', tasks: [EPIC, TASK], branch: 'main' });
    expect(findLine(world.file, TASK)).toMatchObject({ open: true, round: 1 });
    expect(await publish(deps, EPIC)).toEqual({ is: 'up to date' });
    expect(world.done).toEqual(['publish']);
    expect(world.beads.at(TASK).status).toBe('open');
  });

  test('gives up after a few lost races', async () => {
    const { world, deps } = bench({ issues: [epic(), task()] });
    world.push = 'lost the race';
    expect(await publish(deps, EPIC)).toEqual({ is: 'lost every race' });
  });
});

describe('sync', () => {
  test('moves the checkout, then closes what the merger has closed', async () => {
    const inReview = taken({ metadata: { phase: 'pr_created', round: 1 } });
    const { world, moves, deps } = bench({
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

  test('writes nothing at all when the checkout cannot follow', async () => {
    const { world, deps } = bench({ issues: [epic(), taken()], file: closedFile });
    const inTheWay = new UserError('Changes are in the way.', { hint: 'Commit them.', exit: 'repository' });
    await expect(sync({ ...deps, checkout: { fastForward: () => Promise.reject(inTheWay) } })).rejects.toThrow(
      'Changes are in the way.',
    );
    expect(world.beads.at(TASK).status).toBe('in_progress');
  });

  test('leaves alone what is of another round, what a living worker has, and what a person has opened again', async () => {
    const other = bench({ issues: [epic(), taken({ metadata: { round: 2 } })], file: closedFile });
    const living = bench({ issues: [epic(), taken()], file: closedFile, tagged: [worker()] });
    const reopened = bench({ issues: [epic(), task({ metadata: { phase: 'merged', round: 1 } })], file: closedFile });
    for (const { deps } of [other, living, reopened]) expect((await sync(deps)).performed).toEqual([]);
  });
});

describe('cleanup', () => {
  const closed = task({ status: 'closed', metadata: { phase: 'merged', round: 1 } });
  const landed = [pullRequest({ state: 'merged' })];
  const remote = { main: BASE, [BRANCH]: HEAD };
  const over = { issues: [epic(), closed], worktrees: [listed], requests: landed, remote, visitors: [] };

  test('takes what closed tasks have left, once; a dry run takes nothing', async () => {
    const dry = bench(over);
    expect((await cleanup(dry.deps, { dryRun: true })).intents).toMatchObject([{ do: 'clean up', task: TASK }]);
    expect(dry.world.done).toEqual([]);
    const real = bench(over);
    expect((await cleanup(real.deps, { dryRun: false })).performed).toMatchObject([{ is: 'done' }]);
    expect(real.world.done).toEqual([`remove ${listed.path}`, `delete remote ${BRANCH}`]);
  });

  test.each([
    ['is in progress', taken(), 'its task is in_progress'],
    ['is open', task(), 'its task is open'],
    ['is gone from Beads', task({}, 'bd-x.1'), 'Beads has no such task'],
  ])('keeps the worktree of a task that %s, and says why', async (_what, issue, why) => {
    const { world, deps } = bench({ ...over, issues: [epic(), issue] });
    expect((await cleanup(deps, { dryRun: false })).kept).toEqual([{ task: TASK, path: listed.path, why }]);
    expect(world.done).toEqual([]);
  });

  test('keeps the worktree of a closed task in which somebody works, or whose worker still lives', async () => {
    const visited = bench({ ...over, visitors: [41], remote: { main: BASE } });
    expect((await cleanup(visited.deps, { dryRun: false })).kept).toMatchObject([
      { why: 'process 41 is working in it' },
    ]);
    const living = bench({ ...over, tagged: [worker()] });
    expect((await cleanup(living.deps, { dryRun: false })).kept).toMatchObject([
      { why: 'process 7 of its worker lives' },
    ]);
    expect([...visited.world.done, ...living.world.done]).toEqual([]);
  });
});
