/** Every guard that is taken out, by who has to notice it. */
import { byHandMutants } from './by-hand.mjs';
import { mutantsByTest } from './by-test.mjs';
import { cloneMutants } from './clone.mjs';
import { deadlineMutants } from './deadlines.mjs';
import { handBackMutants } from './hand-back.mjs';
import { handedBackMutants } from './handed-back.mjs';
import { incidentMutants } from './incidents.mjs';
import { queueMutants } from './queue.mjs';
import { reportMutants } from './reports.mjs';
import { ruleMutants } from './rules.mjs';
import { sandboxMutants } from './sandbox.mjs';
import { voiceMutants } from './voice.mjs';
import { worktreeMutants } from './worktree.mjs';

export { simulationMutants } from './simulation.mjs';
export const testMutants = {
  ...byHandMutants,
  ...mutantsByTest,
  ...queueMutants,
  ...ruleMutants,
  ...reportMutants,
  ...incidentMutants,
  ...cloneMutants,
  ...worktreeMutants,
  ...deadlineMutants,
  ...handBackMutants,
  ...handedBackMutants,
  ...sandboxMutants,
  ...voiceMutants,
};
