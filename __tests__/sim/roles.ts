/** The code under test, unchanged, over the ports of this world: spawners, workers, sweeps, and what people type. */
import { readSettings, type Settings } from '../../src/config/settings.ts';
import { TransientError, UserError } from '../../src/domain/errors.ts';
import type { IssueId } from '../../src/domain/ids.ts';
import { sweep } from '../../src/merger/sweep.ts';
import { createReviews } from '../../src/review/reviews.ts';
import { retry } from '../../src/spawner/by-hand/retry.ts';
import type { WorkerStart } from '../../src/spawner/effects.ts';
import type { Decision, Performed } from '../../src/spawner/intent.ts';
import type { Names } from '../../src/spawner/observe.ts';
import { perform } from '../../src/spawner/perform.ts';
import { lockSpawner } from '../../src/spawner/repairs.ts';
import { look, spawn } from '../../src/spawner/spawn.ts';
import { stopTask } from '../../src/worker/stop.ts';
import { runWorker } from '../../src/worker/worker.ts';
import { Actor, type Role } from './actor.ts';
import { beadsPort } from './beads-port.ts';
import { mergerPort, pullRequestsPort } from './forge-ports.ts';
import { gitPort } from './git-port.ts';
import type { Host } from './host.ts';
import { clockPort, filesPort, locksPort, processesPort, programsPort } from './machine-ports.ts';
import { handBackPort } from './review-port.ts';
import { EPIC } from './surroundings.ts';
import type { World } from './world.ts';

const ATTEMPTS = 3;
const LIMITS = { maxParallel: 4, maxAttempts: ATTEMPTS, maxWorktrees: 64, minFreeMb: 1, workerMs: 6 * 60 * 60_000 };
/** How often a spawner is a new one, which first repairs what earlier ones have left. */
const FIRST_LOOKS = 0.1;
const POLL_MS = 15_000;
// Matching globs is the slowest thing that a worker does; one path is enough to have it done.
const SETTINGS: Settings = { ...readSettings(''), forbiddenPaths: [] };
const VERIFIES: Settings = { ...readSettings(''), verify: 'make check' };
const WORKFLOW = { path: '.github/workflows/heddle.yml', name: 'Heddle' };

/** A spawner from its start until it has nothing to do, or one of its later looks. */
export function startSpawner(world: World, host: Host, told: (decision: Decision) => void = () => undefined): Actor {
  const actor = new Actor({ name: `spawner ${world.nonce()} on ${host.name}`, role: 'spawner', host });
  const ports = portsOf(world, actor, host);
  const startWorker = (start: WorkerStart): Promise<{ pid: number }> =>
    actor.call('startWorker', 'effect', () => startWorkerOn(world, host, start));
  const writers = { ...ports, startWorker };
  const deps = { readers: ports, writers, locks: ports.locks, names: namesOf(world) };
  const anew = world.random.chance(FIRST_LOOKS);
  launch(world, actor, async () => {
    const done = (performed: Performed): void => tellPerformed(world, actor, performed);
    const decision = anew ? await begin(deps, actor, done) : await poll(deps, done);
    if (decision !== undefined) told(decision);
  });
  return actor;
}

type SpawnerDeps = Parameters<typeof spawn>[0];

async function begin(
  deps: SpawnerDeps,
  actor: Actor,
  done: (performed: Performed) => void,
): Promise<Decision | undefined> {
  const options = { epic: EPIC, limits: LIMITS, pollMs: POLL_MS, once: true, signal: actor.stop.signal };
  return await spawn(deps, options, (event) => {
    if (event.event === 'performed') done(event.performed);
  });
}

/** One pass of a spawner that waits for its poll. */
async function poll(deps: SpawnerDeps, done: (performed: Performed) => void): Promise<Decision> {
  const lock = await lockSpawner(deps);
  try {
    const decision = await look(deps, EPIC, LIMITS);
    for await (const performed of perform(deps.writers, decision.intents)) done(performed);
    return decision;
  } finally {
    await lock.release();
  }
}

function tellPerformed(world: World, actor: Actor, { is, intent }: Performed): void {
  world.note(() => `${actor.name}: ${is}: ${JSON.stringify(intent)}`);
  if (is === 'done' && intent.do === 'finish close') world.count('finish close');
}

function startWorkerOn(world: World, host: Host, { task, round, token }: WorkerStart): { pid: number } {
  world.rules.starts(host, task);
  const process = host.newProcess(world, { task, round, token });
  const { pid } = process;
  const actor = new Actor({
    name: `worker ${pid} of ${task} on ${host.name}`,
    role: 'worker',
    host,
    task,
    round,
    token,
  });
  host.processes.push({ ...process, supervisor: actor });
  const deps = {
    ...portsOf(world, actor, host),
    programs: programsPort(world, actor, host),
    files: filesPort(world, actor, host),
    settings: world.verifies ? VERIFIES : SETTINGS,
    base: world.base,
    environment: { PATH: '/bin' },
    secrets: [],
    stop: actor.stop.signal,
  };
  launch(world, actor, () => runWorker(deps, { task, token, round, agent: 'claude' }));
  return { pid };
}

function namesOf(world: World): Names {
  return { base: world.base, state: world.state, remote: 'origin' };
}

export function startSweep(world: World): Actor {
  const actor = new Actor({ name: `sweep ${world.nonce()}`, role: 'merger' });
  const github = mergerPort(world, actor);
  launch(world, actor, async () => {
    const tell = (line: string): void => world.note(() => `${actor.name} says: ${line}`);
    const { waiting, trouble } = await sweep(github, clockPort(world, actor), { ownWorkflow: WORKFLOW, tell });
    if (waiting.length > 0 || trouble !== undefined)
      world.note(() => `${actor.name} leaves: ${JSON.stringify({ trouble, waiting })}`);
  });
  return actor;
}

/** `heddle retry`, typed by a person. */
export function startRetry(world: World, host: Host, task: IssueId): Actor {
  const actor = new Actor({ name: `retry of ${task}`, role: 'person', host });
  launch(world, actor, async () => {
    const ports = portsOf(world, actor, host);
    const deps = { readers: ports, writers: ports, names: namesOf(world) };
    const outcome = await retry(deps, task);
    world.count(outcome.is === 'new round' ? 'retry after closed pull request' : 'retry in the same round');
  });
  return actor;
}

/** `heddle stop`, typed by a person. */
export function startStop(world: World, host: Host, task: IssueId): Actor {
  const actor = new Actor({ name: `stop of ${task}`, role: 'person', host });
  launch(world, actor, () => stopTask(portsOf(world, actor, host), task));
  return actor;
}

function portsOf(world: World, actor: Actor, host: Host) {
  const reviewed = handBackPort(world, actor);
  return {
    reviewed,
    checks: reviewed,
    reviews: createReviews(reviewed, { ...SETTINGS, base: world.base, ownWorkflow: WORKFLOW }),
    beads: beadsPort(world, actor),
    git: gitPort(world, actor, host),
    pullRequests: pullRequestsPort(world, actor),
    processes: processesPort(world, actor, host),
    locks: locksPort(world, actor, host),
    clock: clockPort(world, actor),
  };
}

/** Runs until it waits for its first call; what it throws is for people, passes, or is a mistake in the code. */
function launch(world: World, actor: Actor, main: () => Promise<unknown>): void {
  world.actors.push(actor);
  world.note(() => `${actor.name} begins`);
  main()
    .catch((error: unknown) => {
      world.note(() => `${actor.name}: ${String(error)}`);
      if (error instanceof TransientError) return;
      if (error instanceof UserError) return told(world, actor.role, error);
      world.rules.broken(`${actor.name}: ${error instanceof Error ? error.stack : String(error)}`);
    })
    .finally(() => {
      if (actor.state !== 'dead') world.leave(actor, 'over');
    });
}

function told(world: World, role: Role, error: UserError): void {
  if (role === 'spawner' && error.exit === 'busy') world.count('second spawner refused');
  else if (role !== 'person') world.rules.broken(`a ${role} ends with: ${error.message}`);
}
