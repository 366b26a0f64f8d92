/** Kills, stops and reboots. */
import type { Actor } from './actor.ts';
import type { Host } from './host.ts';
import { type Move, PEOPLE } from './people.ts';
import type { World } from './world.ts';

/** How often things go wrong, per step. */
export type Temper = { failures: number; kills: number; strikes: number; people: number };

export function temperOf(world: World): Temper {
  const { random } = world;
  const one = (...rates: readonly number[]): number => random.pick(rates) ?? 0;
  return {
    failures: one(0, 0.02, 0.06),
    kills: one(0, 0.01, 0.03),
    strikes: one(0, 0.01, 0.03),
    people: one(0, 0.02, 0.06),
  };
}

/** True if something happened. */
export function interfere(world: World, temper: Temper): boolean {
  const { random } = world;
  if (random.chance(0.002)) {
    // Hours without anybody: everything that waits may find its time over.
    world.now += 3 * 60 * 60_000 * random.next();
  }
  if (random.chance(temper.strikes)) return (random.pick(STRIKES) ?? reboot)(world);
  if (random.chance(temper.people)) return (random.pick(PEOPLE) ?? reboot)(world);
  return false;
}

const hostOf = (world: World): Host | undefined => world.random.pick(world.hosts);

function killAgent(world: World): boolean {
  const host = hostOf(world);
  const agent = world.random.pick(host?.processes.filter((process) => process.agent !== undefined) ?? []);
  if (host === undefined || agent === undefined) return false;
  world.end(host, agent);
  world.count('agent killed');
  return true;
}

function killWorker(world: World): boolean {
  const worker = world.random.pick(world.actors.filter(({ role }) => role === 'worker'));
  if (worker === undefined) return false;
  world.note(() => `${worker.name} is killed`);
  world.kill(worker);
  world.count('worker killed');
  return true;
}

function stopWorker(world: World): boolean {
  return stopOne(world, ({ role }) => role === 'worker');
}

function stopOne(world: World, which: (actor: Actor) => boolean = ({ role }) => role !== 'person'): boolean {
  const actor = world.random.pick(world.actors.filter((one) => one.state === 'running' && which(one)));
  if (actor === undefined) return false;
  actor.state = 'stopped';
  world.note(() => `${actor.name} is stopped`);
  markStopped(world);
  return true;
}

export function wakeOne(world: World): boolean {
  const actor = world.random.pick(world.actors.filter(({ state }) => state === 'stopped'));
  if (actor === undefined) return false;
  actor.state = 'running';
  actor.woken = true;
  world.note(() => `${actor.name} goes on`);
  markStopped(world);
  return true;
}

function markStopped(world: World): void {
  for (const { processes } of world.hosts)
    for (const process of processes) process.stopped = process.supervisor?.state === 'stopped';
}

function askToEnd(world: World): boolean {
  const worker = world.random.pick(world.actors.filter(({ role }) => role === 'worker'));
  worker?.stop.abort();
  return worker !== undefined;
}

function reboot(world: World): boolean {
  const host = hostOf(world);
  if (host === undefined) return false;
  world.note(() => `${host.name} reboots`);
  for (const actor of world.actors) if (actor.host === host && actor.role !== 'person') world.kill(actor);
  for (const process of [...host.processes]) world.end(host, process);
  world.count('host rebooted');
  return true;
}

function hangInKernel(world: World): boolean {
  const process = world.random.pick(hostOf(world)?.processes.filter(({ stuck }) => !stuck) ?? []);
  if (process === undefined) return false;
  process.stuck = true;
  return true;
}

function unhang(world: World): boolean {
  for (const { processes } of world.hosts) for (const process of processes) process.stuck = false;
  return true;
}

const STRIKES: readonly Move[] = [
  killAgent,
  killWorker,
  (world) => stopOne(world),
  stopWorker,
  stopWorker,
  wakeOne,
  wakeOne,
  askToEnd,
  reboot,
  hangInKernel,
  unhang,
];
