import { describe, expect, test } from '@jest/globals';
import { findLine } from '../../../src/domain/lines.ts';
import { publish } from '../../../src/spawner/by-hand/publish.ts';
import { EPIC, epic, TASK, task } from '../view-builder.ts';
import { handWorld } from './world.ts';

describe('publish', () => {
  test('publishes what is missing, and then nothing', async () => {
    const { world, deps } = handWorld({ issues: [epic(), task()] });
    expect(await publish(deps, EPIC)).toEqual({ is: 'published', tasks: [EPIC, TASK], branch: 'main' });
    expect(findLine(world.file, TASK)).toMatchObject({ open: true, round: 1 });
    expect(await publish(deps, EPIC)).toEqual({ is: 'up to date' });
    expect(world.done).toEqual(['publish']);
    expect(world.beads.at(TASK).status).toBe('open');
  });

  test('gives up after a few lost races', async () => {
    const { world, deps } = handWorld({ issues: [epic(), task()] });
    world.push = 'lost the race';
    await expect(publish(deps, EPIC)).rejects.toThrow(
      'Others pushed to the state branch at the same time, at each try.',
    );
  });
});
