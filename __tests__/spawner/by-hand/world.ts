/** What a command takes that does one part of a pass by hand, in memory. */
import { readers } from '../readers.ts';
import { BASE, type task } from '../view-builder.ts';
import { World } from '../writers.ts';

const names = { base: 'main', state: 'main', remote: 'origin' };

/** Readers and writers on the same world. */
export function handWorld(parts: Parameters<typeof readers>[0] & { issues: ReturnType<typeof task>[] }) {
  const world = new World(...parts.issues);
  world.file = parts.file ?? '';
  const { seen, git } = readers({ remote: { main: BASE }, ...parts });
  git.fileAt = async () => world.file;
  const moves: string[] = [];
  const checkout = {
    async fastForward(branch: string, head: string) {
      moves.push(`${branch} ${head.slice(0, 3)}`);
      return { is: 'up to date' } as const;
    },
  };
  return { world, moves, deps: { readers: { ...seen, beads: world.beads }, writers: world.writers, names, checkout } };
}
