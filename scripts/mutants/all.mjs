/** Every guard that is taken out, by who has to notice it. */
import { mutantsByTest } from './by-test.mjs';
import { cloneMutants } from './clone.mjs';
import { deadlineMutants } from './deadlines.mjs';
import { incidentMutants } from './incidents.mjs';
import { queueMutants } from './queue.mjs';
import { ruleMutants } from './rules.mjs';
import { worktreeMutants } from './worktree.mjs';

export { simulationMutants } from './simulation.mjs';
export const testMutants = {
  ...mutantsByTest,
  ...queueMutants,
  ...ruleMutants,
  ...incidentMutants,
  ...cloneMutants,
  ...worktreeMutants,
  ...deadlineMutants,
};
