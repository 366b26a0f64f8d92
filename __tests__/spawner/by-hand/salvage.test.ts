/** What `heddle salvage` says of what it cannot bring back. */
import { expect, test } from '@jest/globals';
import type { Sha } from '../../../src/domain/ids.ts';
import type { Rescue } from '../../../src/ports/git.ts';
import { salvage } from '../../../src/spawner/by-hand/salvage.ts';
import { TASK } from '../view-builder.ts';

const rescue = (name: string): Rescue => {
  const commit = 'a'.repeat(40) as Sha;
  return { task: TASK, round: 1, name, ref: `refs/${name}`, commit, at: '2026-01-01T00:00:00Z', files: 1, commits: 0 };
};

test.each([
  [[], undefined, `There is no rescue of ${TASK}.`, 'heddle salvage'],
  [['a1', 'a2'], 'a', `There is more than one rescue of ${TASK} as "a".`, `heddle salvage ${TASK}`],
  [['a1'], 'b', `There is no rescue of ${TASK} as "b".`, `heddle salvage ${TASK}`],
])('of %j as %j it names the list that has something in it', async (rescued, wanted, message, command) => {
  const git = { rescues: async () => rescued.map(rescue), restoreRescue: async () => ({ is: 'done' }) as never };
  await expect(salvage(git, { task: TASK, branch: 'mine', rescue: wanted })).rejects.toMatchObject({
    message,
    hint: `List what there is with: ${command}`,
  });
});
