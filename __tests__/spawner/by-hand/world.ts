/** What a command takes that does one part of a pass by hand, in memory. */
import { eyes } from '../eyes.ts';
import { World } from '../hands.ts';
import { BASE, type task } from '../view-builder.ts';

const names = { base: 'main', state: 'main', remote: 'origin' };

/** Eyes and hands on the same world. */
export function handWorld(parts: Parameters<typeof eyes>[0] & { issues: ReturnType<typeof task>[] }) {
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
