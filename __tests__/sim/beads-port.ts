/** Beads behind one actor's calls. */
import type { IssueId } from '../../src/domain/ids.ts';
import type { Beads, Change, Guard, WriteOutcome } from '../../src/ports/beads.ts';
import type { Actor } from './actor.ts';
import type { World } from './world.ts';

export function beadsPort(world: World, actor: Actor): Beads {
  const { beads } = world;
  return {
    snapshot: () =>
      actor.call('beads.snapshot', 'read', () => {
        const all = beads.all();
        actor.snapshotAt = world.step;
        actor.snapshot = new Map(all.map((issue) => [issue.id, issue]));
        return all;
      }),
    exportedLines: () =>
      actor.call('beads.exportedLines', 'read', () =>
        beads.all().map(({ id, title, status }) => JSON.stringify({ id, title, status })),
      ),
    prefix: () => actor.look(() => 'bd'),
    update: (ids, guard, change) =>
      actor.call('beads.update', 'effect', (cut) => {
        const outcomes = new Map<IssueId, WriteOutcome>();
        const some = cut ? ids.slice(0, world.random.below(ids.length) + 1) : ids;
        for (const id of some) outcomes.set(id, updateOne(world, actor, id, guard, change));
        return outcomes;
      }),
    close: (ids, reason) =>
      actor.call('beads.close', 'effect', () => {
        for (const id of ids) {
          const before = beads.at(id);
          if (before.status === 'closed') continue;
          beads.put(id, { status: 'closed', closeReason: reason });
          world.rules.closes(actor, before);
        }
      }),
    reopen: (id) =>
      actor.call('beads.reopen', 'effect', () => {
        beads.put(id, { status: 'open' });
        world.count('container reopened');
      }),
    importLines: () => Promise.reject(new Error('nobody imports here')),
  };
}

function updateOne(world: World, actor: Actor, id: IssueId, guard: Guard, change: Change): WriteOutcome {
  const { beads } = world;
  const before = beads.issues.get(id);
  if (before === undefined) return 'gone';
  if (world.broken === 'guard') beads.put(id, guard);
  // It is done before it answers, and an issue that was written is a new object.
  void beads.update([id], guard, change);
  const after = beads.at(id);
  if (after === before) {
    world.rules.refused(actor, guard);
    return 'refused';
  }
  world.rules.writes(actor, before, after);
  const pushed = change.set !== undefined && 'head_sha' in change.set && Object.keys(change.set).length === 1;
  if (actor.role === 'worker' && pushed && actor.pushes === 0) world.count('adopted push');
  return 'done';
}
