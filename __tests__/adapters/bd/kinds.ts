/** The real `bd` and those in memory, each with the same epic, and what the tests of their contract have in common. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueId } from '../../../src/domain/ids.ts';
import type { Issue } from '../../../src/domain/issue.ts';
import type { Beads } from '../../../src/ports/beads.ts';
import { FakeBeads } from '../../fakes/beads.ts';
import { FileBeads } from '../../fakes/file-beads.ts';
import { Alone } from '../../sim/alone.ts';
import { beadsPort } from '../../sim/beads-port.ts';
import { World } from '../../sim/world.ts';
import { beadsOf, clearHarness, freshDatabase, SEED } from './harness.ts';

export const [EPIC, ONE, TWO, GONE] = [issueId('bd-e'), issueId('bd-e.1'), issueId('bd-e.2'), issueId('bd-nope')];
export const ME = 'heddle-loom-abcdef12';
export const open = { status: 'open', assignee: '' } as const;
export const mine = { status: 'in_progress', assignee: ME } as const;
export const claim = { status: 'in_progress', assignee: ME, set: { phase: 'spawned', round: 1, attempt: 1 } } as const;

const folder = mkdtempSync(join(tmpdir(), 'heddle-beads-'));

export const kinds: { name: string; make(): Promise<Beads> }[] = [
  {
    name: 'in memory',
    async make() {
      const beads = new FakeBeads();
      await beads.importLines(SEED);
      return beads;
    },
  },
  {
    name: 'in a file',
    async make() {
      const beads = new FileBeads(join(folder, `${randomUUID()}.json`), { id: EPIC, type: 'epic' });
      await beads.importLines(SEED);
      return beads;
    },
  },
  {
    name: 'in the simulation',
    async make() {
      const world = new World(1, {});
      world.beads.issues.clear();
      await world.beads.importLines(SEED);
      const port = beadsPort(world, new Alone({ name: 'ada', role: 'person' }));
      // Nobody imports there; what it shows of imported issues is compared all the same.
      return { ...port, importLines: (lines) => world.beads.importLines(lines) };
    },
  },
  { name: 'the real bd', make: async () => beadsOf(freshDatabase()) },
];

export function clearKinds(): void {
  clearHarness();
  rmSync(folder, { recursive: true, force: true });
}

export async function at(beads: Beads, id: string): Promise<Issue> {
  const found = (await beads.snapshot()).find((issue) => issue.id === id);
  if (found === undefined) throw new Error(`no issue ${id}`);
  return found;
}
