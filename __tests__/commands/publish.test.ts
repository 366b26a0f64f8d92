import { describe, expect, test } from '@jest/globals';
import { publish } from '../../src/commands/publish.ts';
import { findLine } from '../../src/domain/lines.ts';
import { EPIC, epic, TASK, task } from '../spawner/view-builder.ts';
import { handTools } from './hand-tools.ts';

describe('publish', () => {
  test('publishes what is missing, and then nothing', async () => {
    const { world, deps } = handTools({ issues: [epic(), task()] });
    expect(await publish(deps, EPIC)).toEqual({ is: 'published', tasks: [EPIC, TASK], branch: 'main' });
    expect(findLine(world.file, TASK)).toMatchObject({ open: true, round: 1 });
    expect(await publish(deps, EPIC)).toEqual({ is: 'up to date' });
    expect(world.done).toEqual(['publish']);
    expect(world.beads.at(TASK).status).toBe('open');
  });

  test('gives up after a few lost races', async () => {
    const { world, deps } = handTools({ issues: [epic(), task()] });
    world.push = 'lost the race';
    expect(await publish(deps, EPIC)).toEqual({ is: 'lost every race' });
  });
});
