/** What Beads, git, GitHub and the process table hold for us, and the simulation's other side can leave undone. */
export const promises = /** @type {const} */ ([
  'guard',
  'lease',
  'publish',
  'compare and swap',
  'head pin',
  'lock',
  'rescue',
  'end',
]);
