/** One step: a call of somebody's gets its turn and its fate, an agent or CI goes on, time passes, or something goes wrong. */
import { TransientError } from '../../src/domain/errors.ts';
import type { Actor, Call, Fate } from './actor.ts';
import { advance } from './agent.ts';
import { interfere, type Temper } from './interference.ts';
import { startSpawner, startSweep } from './roles.ts';
import type { World } from './world.ts';

/** Who goes on is chosen anew this often; in between one may run far ahead of the others. */
const RESHUFFLE = 0.05;
const WEIGHTS = [0.05, 1, 1, 8];
const OUTSIDE = 0.3;
/** Time may pass although somebody has something to do. */
const IMPATIENCE = 0.3;
/** A spawner is started now and then; a second one beside it seldom. */
const SWEEPS = 0.3;
const SPAWNS = 0.08;
const SECOND_SPAWNS = 0.02;

type Turn = { actor: Actor; call: Call };

/** False when nothing can happen any more, unless something is started. */
export async function takeStep(world: World, temper: Temper): Promise<boolean> {
  world.step += 1;
  const moved = chooseMove(world, temper);
  // Everything that follows from an answer happens before the next step.
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  world.rules.afterStep();
  if (world.actors.some(({ state }) => state === 'dead' || state === 'over'))
    world.actors = world.actors.filter(({ state }) => state === 'running' || state === 'stopped');
  return moved || turnsOf(world).length > 0;
}

function chooseMove(world: World, temper: Temper): boolean {
  const { random, chaos } = world;
  if (chaos && interfere(world, temper)) return true;
  const turns = turnsOf(world);
  const outside = random.chance(OUTSIDE) ? [outsideMove, callMove] : [callMove, outsideMove];
  return outside.some((move) => move(world, temper, turns)) || timePasses(world);
}

function turnsOf(world: World): Turn[] {
  const turns: Turn[] = [];
  for (const actor of world.actors) {
    if (actor.state !== 'running') continue;
    for (const call of actor.calls) {
      const isDue = call.due !== undefined && world.now >= call.due;
      if (isDue || (call.ready === undefined ? call.due === undefined : call.ready())) turns.push({ actor, call });
    }
  }
  return turns;
}

function callMove(world: World, temper: Temper, turns: readonly Turn[]): boolean {
  const { random } = world;
  if (random.chance(RESHUFFLE)) for (const actor of world.actors) actor.weight = random.pick(WEIGHTS) ?? 1;
  let left = random.next() * turns.reduce((sum, { actor }) => sum + actor.weight, 0);
  const turn = turns.find(({ actor }) => {
    left -= actor.weight;
    return left <= 0;
  });
  if (turn === undefined) return false;
  perform(world, turn, fateOf(world, temper, turn));
  return true;
}

function fateOf({ random, chaos }: World, temper: Temper, { actor, call }: Turn): Fate {
  if (!chaos || call.kind === 'wait') return 'as asked';
  if (random.chance(temper.failures))
    return call.kind === 'effect' && random.chance(0.6) ? 'fails after' : 'fails before';
  if (call.kind === 'effect' && actor.role !== 'person' && random.chance(temper.kills))
    return random.chance(0.6) ? 'killed after' : 'killed before';
  return 'as asked';
}

function perform(world: World, { actor, call }: Turn, fate: Fate): void {
  actor.withdraw(call);
  if (fate !== 'as asked' && call.kind === 'effect') world.count(`fault: ${actor.role} ${call.name} ${fate}`);
  world.note(() => `${actor.name}: ${call.name}${fate === 'as asked' ? '' : ` ${fate}`}`);
  if (fate === 'as asked' || fate.endsWith('after')) happens(world, actor, call, fate);
  if (fate.startsWith('killed')) killed(world, actor);
  if (fate.startsWith('fails')) answerLost(call);
}

function happens(world: World, actor: Actor, call: Call, fate: Fate): void {
  try {
    const answer = call.run(fate !== 'as asked');
    if (call.kind === 'effect') world.changes += 1;
    if (call.kind === 'effect' && call.name.startsWith('github.')) world.changesOutside += 1;
    if (call.kind === 'effect' && call.name !== 'beads.update') actor.sinceGuard += 1;
    if (fate === 'as asked') call.resolve(answer);
  } catch (error) {
    if (fate === 'as asked') call.reject(error);
  }
}

function answerLost(call: Call): void {
  if (call.lost === undefined) call.reject(new TransientError(`${call.name} did not answer in time.`));
  else call.resolve(call.lost());
}

function killed(world: World, actor: Actor): void {
  world.kill(actor);
  if (actor.role !== 'person') world.count(`${actor.role} killed`);
}

/** What goes on without anybody's call: agents, CI, events, and somebody who starts a spawner. */
function outsideMove(world: World): boolean {
  const { random, forge, hosts } = world;
  const moves: (() => void)[] = [];
  for (const host of hosts) {
    for (const process of host.processes) {
      const { agent } = process;
      if (agent === undefined || process.stopped || agent.deeds.length === 0 || agent.deeds[0] === 'hang') continue;
      moves.push(() => advance(world, host, process, agent));
    }
  }
  for (const [head, check] of forge.checks) {
    if (check === 'queued') moves.push(() => forge.report(head, world.chaos && random.chance(0.15) ? 'red' : 'green'));
  }
  if (world.chaos) {
    moves.push(...startsOf(world));
    if (random.chance(IMPATIENCE)) moves.push(() => timePasses(world));
  }
  const move = random.pick(moves);
  move?.();
  return move !== undefined;
}

function startsOf(world: World): (() => void)[] {
  const { forge, hosts, random } = world;
  const sweeps = world.actors.filter(({ role }) => role === 'merger').length;
  const moves: (() => void)[] = [];
  if (forge.wakes > 0 && sweeps < 2 && random.chance(SWEEPS)) {
    moves.push(() => {
      forge.wakes -= 1;
      if (sweeps > 0) world.count('two sweeps at once');
      startSweep(world);
    });
  }
  for (const host of hosts) {
    const here = world.actors.filter((actor) => actor.role === 'spawner' && actor.host === host).length;
    if (!random.chance(here > 0 ? SECOND_SPAWNS : SPAWNS)) continue;
    moves.push(() => {
      if (world.actors.some(({ role, host: other }) => role === 'spawner' && other !== host))
        world.count('two spawners at once');
      startSpawner(world, host);
    });
  }
  return moves;
}

/** To the next moment that anybody waits for. */
function timePasses(world: World): boolean {
  let next = Number.POSITIVE_INFINITY;
  for (const actor of world.actors) {
    if (actor.state !== 'running') continue;
    for (const { due } of actor.calls) if (due !== undefined && due > world.now) next = Math.min(next, due);
  }
  if (next === Number.POSITIVE_INFINITY) return false;
  world.now = next;
  return true;
}
