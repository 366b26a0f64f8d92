/** Once faults stop: everything comes to its end, nothing is left over, and one more look does nothing. */
import { issueId } from '../../src/domain/ids.ts';
import { roundOf } from '../../src/domain/issue.ts';
import { HOLD_LABEL, parseMarker } from '../../src/domain/marker.ts';
import type { Decision, TaskStanding } from '../../src/spawner/intent.ts';
import { describeStanding, nextCommand } from '../../src/spawner/messages/standings.ts';
import type { Temper } from './interference.ts';
import { startRetry, startSpawner, startSweep } from './roles.ts';
import { takeStep } from './schedule.ts';
import { EPIC } from './surroundings.ts';
import type { World } from './world.ts';

const CALM: Temper = { failures: 0, kills: 0, strikes: 0, people: 0 };
/** Far beyond what any schedule needs to come to rest. */
const MOST_STEPS = 6_000;
const MOST_ROUNDS = 80;

/** Runs the world to its end, or says why it has none. */
export async function comeToRest(world: World): Promise<void> {
  calmDown(world);
  const last = world.step + MOST_STEPS;
  const seen = new Map<string, number>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = world.changes;
    await everybodyOnce(world, last, seen);
    const decisions = [...world.decisions.values()];
    if (world.rules.violations.length > 0) return;
    if (world.step >= last) break;
    if (world.changes !== before) continue;
    if (isClosed(world)) return await checkEnd(world, last);
    if (!(await fix(world, decisions, last))) {
      const stuck = decisions.flatMap(({ standings }) => standings).filter(({ standing }) => standing.is !== 'closed');
      return world.rules.broken(`nothing moves any more: ${JSON.stringify(stuck)}`);
    }
  }
  world.rules.broken('it does not come to rest');
}

/** People undo what keeps things from going on; whoever was stopped goes on. */
function calmDown(world: World): void {
  world.chaos = false;
  world.forge.wakes = 0;
  for (const actor of world.actors) if (actor.state === 'stopped') wake(actor);
  for (const { processes } of world.hosts) {
    for (const process of processes) {
      process.stopped = false;
      process.stuck = false;
    }
  }
}

function wake(actor: World['actors'][number]): void {
  actor.state = 'running';
  actor.woken = true;
}

/** What was running ends, then each host's spawner has a pass, then the merger; whoever saw this very world already is left out. */
async function everybodyOnce(world: World, last: number, seen: Map<string, number>): Promise<void> {
  await runOut(world, last);
  for (const host of world.hosts) {
    const at = world.changes;
    if (seen.get(host.name) === at) continue;
    startSpawner(world, host, (decision) => world.decisions.set(host.name, decision));
    await runOut(world, last);
    seen.set(host.name, at);
  }
  const at = world.changesOutside;
  if (seen.get('merger') === at) return;
  startSweep(world);
  await runOut(world, last);
  seen.set('merger', at);
}

async function runOut(world: World, last: number): Promise<void> {
  while (world.step < last && world.rules.violations.length === 0) if (!(await takeStep(world, CALM))) return;
}

function isClosed(world: World): boolean {
  return world.beads.all().every(({ status }) => status === 'closed');
}

/** A person does what `heddle` says; false if there is nothing that anybody could do. */
async function fix(world: World, decisions: readonly Decision[], last: number): Promise<boolean> {
  const standings = decisions.flatMap((decision) => decision.standings);
  // Whatever a person does, everybody looks again.
  world.changes += 1;
  if (repairPulls(world)) return true;
  const later = standings.flatMap(({ standing }) => (standing.is === 'retry later' ? [Date.parse(standing.at)] : []));
  if (later.length > 0) {
    world.now = Math.max(world.now + 1, Math.min(...later) + 1);
    return true;
  }
  for (const one of standings) if (await type(world, one, last)) return true;
  return false;
}

function repairPulls(world: World): boolean {
  const { forge } = world;
  let repaired = false;
  world.changesOutside += 1;
  for (const pull of forge.pulls) {
    if (pull.state !== 'open') continue;
    if (pull.draft || pull.labels.includes(HOLD_LABEL)) {
      pull.draft = false;
      pull.labels = pull.labels.filter((label) => label !== HOLD_LABEL);
      repaired = true;
    }
  }
  return repaired;
}

/** Exactly what the standing says that a person should type. */
async function type(world: World, one: TaskStanding, last: number): Promise<boolean> {
  if (one.standing.is !== 'needs a person') return false;
  const command = nextCommand(one) ?? '';
  const [program, verb, id = '', ...options] = command.split(' ');
  const task = issueId(id);
  world.note(() => `a person types: ${command}`);
  if (program === 'heddle' && verb === 'retry') {
    if (describeStanding(one.standing).startsWith('needs a person: diverged')) joinBranches(world, id);
    const [host] = world.hosts;
    if (host === undefined) return false;
    startRetry(world, host, issueId(id));
    await runOut(world, last);
    return true;
  }
  if (program !== 'bd' || verb !== 'update') return false;
  world.beads.put(task, {
    ...(options.includes('--status') ? { status: valueAfter(options, '--status') } : {}),
    ...(options.includes('--assignee') ? { assignee: valueAfter(options, '--assignee') } : {}),
  });
  return true;
}

/** As the shell would hand it over. */
function valueAfter(options: readonly string[], option: string): string {
  const value = options[options.indexOf(option) + 1] ?? '';
  return value === "''" ? '' : value;
}

async function checkEnd(world: World, last: number): Promise<void> {
  const { rules } = world;
  for (const task of world.tasks()) {
    const { closeReason } = world.beads.at(task);
    if (rules.landings(task) === 0 && !rules.closedByHand.has(task))
      rules.broken(`${task} is closed, but never landed`);
    if (closeReason === '') rules.broken(`${task} is closed without a reason`);
  }
  for (const host of world.hosts) {
    for (const { task, pid } of host.processes) rules.broken(`process ${pid} of ${task} is left on ${host.name}`);
    for (const [name] of host.locks) rules.broken(`the lock ${name} is left on ${host.name}`);
    for (const { path } of host.folders) rules.broken(`${path} is left on ${host.name}`);
    for (const [name] of host.local) rules.broken(`the branch ${name} is left on ${host.name}`);
  }
  for (const pull of world.forge.pulls) {
    const marker = parseMarker(pull.body);
    if (pull.state !== 'open' || marker === undefined) continue;
    if (marker.round < roundOf(world.beads.at(marker.task))) rules.broken(`#${pull.number} has outlived its round`);
  }
  if (world.beads.at(EPIC).status !== 'closed') rules.broken('the epic is left open');
  const before = world.changes;
  await everybodyOnce(world, last, new Map());
  if (world.changes !== before) rules.broken('one more look at a finished world has an effect');
}

/** Two histories of one branch are for a person, who merges them in the worktree before typing the command. */
function joinBranches(world: World, task: string): void {
  const { graph, hosts } = world;
  for (const host of hosts) {
    for (const [name, head] of host.local) {
      const theirs = host.tracking.get(name);
      if (!name.startsWith(`heddle/${task}/`) || theirs === undefined) continue;
      const joined = graph.add([head, theirs], graph.mergedTree(theirs, head));
      host.local.set(name, joined);
      host.known |= graph.at(joined).mask;
    }
  }
}
