/** People who do as they like, at any time. */
import { findLine, ISSUES_PATH } from '../../src/domain/lines.ts';
import { HOLD_LABEL, parseMarker } from '../../src/domain/marker.ts';
import type { Host } from './host.ts';
import { startRetry, startStop } from './roles.ts';
import { lineOf } from './state-rules.ts';
import type { World } from './world.ts';

const hostOf = (world: World): Host | undefined => world.random.pick(world.hosts);

const openPull = (world: World) => world.random.pick(world.forge.pulls.filter(({ state }) => state === 'open'));
const someTask = (world: World) => world.beads.at(world.random.pick(world.tasks()) ?? '');

function closePull(world: World): boolean {
  const pull = openPull(world);
  if (pull === undefined) return false;
  world.forge.close(pull);
  return counted(world, 'person closes a pull request', `#${pull.number}`);
}

/** Of whichever round; GitHub refuses it where the branch has gone, or has another one open. */
function reopenPull(world: World): boolean {
  const { forge, remote, rules } = world;
  const pull = world.random.pick(
    forge.pulls.filter(
      ({ state, branch }) => state === 'closed' && remote.has(branch) && forge.openOf(branch) === undefined,
    ),
  );
  if (pull === undefined) return false;
  forge.reopen(pull);
  // While a retry opens the next round, a merger that has looked before that may land this one, and the next lands as well.
  const task = parseMarker(pull.body)?.task ?? '';
  rules.reopened.set(task, (rules.reopened.get(task) ?? 0) + 1);
  return counted(world, 'person reopens a pull request', `#${pull.number}`);
}

function draftPull(world: World): boolean {
  const pull = openPull(world);
  if (pull === undefined) return false;
  pull.draft = !pull.draft;
  world.forge.wake();
  return counted(world, 'person drafts a pull request', `#${pull.number}: ${pull.draft}`);
}

function holdPull(world: World): boolean {
  const pull = openPull(world);
  if (pull === undefined) return false;
  const held = pull.labels.includes(HOLD_LABEL);
  pull.labels = held ? pull.labels.filter((label) => label !== HOLD_LABEL) : [...pull.labels, HOLD_LABEL];
  pull.heldAt = world.step;
  world.forge.wake();
  return counted(world, 'person holds a pull request', `#${pull.number}: ${!held}`);
}

function pushToPull(world: World): boolean {
  const pull = openPull(world);
  if (pull === undefined) return false;
  const head = world.forge.headOf(pull);
  const tree = { ...world.graph.at(head).tree, 'src/person.ts': world.nonce() };
  world.setRemote(pull.branch, world.graph.add([head], tree));
  return counted(world, 'person pushes to a pull request', `#${pull.number}`);
}

/** A fast-forward for whoever asks the remote, and news for the worker. */
function pushToBranch(world: World): boolean {
  const names = [...world.remote.keys()].filter((one) => one.startsWith('heddle/'));
  // Most of all while a worker has its own idea of what is there, be it that there is nothing yet.
  const pushing = world.actors.filter(({ calls }) => calls.some((call) => call.name === 'git.push'));
  const contended = pushing.map(({ task, round }) => `heddle/${task}/${round}`);
  const underWay = names.filter((one) => world.hosts.some((host) => host.of(one.split('/')[1] ?? '').length > 0));
  const name = world.random.pick(contended) ?? world.random.pick(underWay) ?? world.random.pick(names);
  if (name === undefined) return false;
  const head = world.remote.get(name) ?? world.baseHead();
  world.setRemote(name, world.graph.add([head], { ...world.graph.at(head).tree, 'src/person.ts': world.nonce() }));
  return counted(world, 'person pushes to a branch', name);
}

/** Their own commit in place of what was pushed: what they throw away so is theirs to lose. */
function rewriteBranch(world: World): boolean {
  const name = world.random.pick([...world.remote.keys()].filter((one) => one.startsWith('heddle/')));
  const head = world.remote.get(name ?? '');
  const parent = head === undefined ? undefined : world.graph.at(head).parents[0];
  if (name === undefined || head === undefined || parent === undefined) return false;
  world.rules.abandoned.add(head);
  world.setRemote(name, world.graph.add([parent], { ...world.graph.at(head).tree, 'src/person.ts': world.nonce() }));
  return counted(world, 'person rewrites a branch', name);
}

function closeTask(world: World): boolean {
  const task = someTask(world);
  if (task.status === 'closed') return false;
  world.beads.put(task.id, { status: 'closed', closeReason: 'not wanted' });
  world.rules.closedByHand.add(task.id);
  return counted(world, 'person closes a task', task.id);
}

function reopenTask(world: World): boolean {
  const task = someTask(world);
  if (task.status !== 'closed') return false;
  world.beads.put(task.id, { status: 'open' });
  world.rules.reopened.set(task.id, (world.rules.reopened.get(task.id) ?? 0) + 1);
  world.rules.reopenedAt.set(task.id, world.step);
  return counted(world, 'person reopens a task', task.id);
}

function addTask(world: World): boolean {
  if (world.tasks().length >= 4) return false;
  world.addTask();
  return counted(world, 'person adds a task', '');
}

function takeTask(world: World): boolean {
  const task = someTask(world);
  if (task.status === 'closed') return false;
  world.beads.put(task.id, { assignee: 'ada' });
  return counted(world, 'person takes a task', task.id);
}

function retryTask(world: World): boolean {
  const host = hostOf(world);
  if (host === undefined) return false;
  startRetry(world, host, someTask(world).id);
  return true;
}

function stopTask(world: World): boolean {
  const host = hostOf(world);
  if (host === undefined) return false;
  const { id } = someTask(world);
  startStop(world, host, id);
  return counted(world, 'person stops a worker', id);
}

/** `bd import` of a file whose lines are newer takes assignee and metadata away. */
function wipeMetadata(world: World): boolean {
  const task = someTask(world);
  if (task.status !== 'in_progress') return false;
  const round = lineOf(world.stateText(), task.id)?.round;
  world.beads.put(task.id, {
    assignee: '',
    metadata: round === undefined || world.random.chance(0.5) ? {} : { round },
  });
  return counted(world, 'person wipes metadata', task.id);
}

function pushToBase(world: World): boolean {
  const head = world.baseHead();
  const name = world.random.chance(0.5) ? world.state : world.base;
  const at = world.remote.get(name) ?? head;
  world.setRemote(name, world.graph.add([at], { ...world.graph.at(at).tree, 'src/other.ts': world.nonce() }));
  return counted(world, 'person pushes to the base', name);
}

/** An old export, pushed by hand, opens a line that was closed. */
function openLine(world: World): boolean {
  const task = someTask(world);
  const text = world.stateText();
  const line = findLine(text, task.id);
  if (line === undefined || line.open || line.round === undefined) return false;
  const opened = text.split('\n').map((one) => (one.includes(`"id":"${task.id}"`) ? unclosed(one) : one));
  const at = world.remote.get(world.state) ?? world.baseHead();
  world.rules.state.opened(task.id, line.round);
  world.setRemote(world.state, world.graph.add([at], { ...world.graph.at(at).tree, [ISSUES_PATH]: opened.join('\n') }));
  return counted(world, 'person opens a closed line', task.id);
}

function unclosed(line: string): string {
  const { closed_at: _at, close_reason: _why, metadata, ...rest } = JSON.parse(line);
  return JSON.stringify({ ...rest, status: 'open', metadata: { round: metadata.round } });
}

function deleteFolder(world: World): boolean {
  const host = hostOf(world);
  const folder = world.random.pick(
    host?.folders.filter(
      (one) => !one.missing && Object.keys(one.edits).length === 0 && host.of(one.task).length === 0,
    ) ?? [],
  );
  if (folder === undefined) return false;
  folder.missing = true;
  return counted(world, 'person deletes a worktree', folder.path);
}

/** Where nobody works just now, somebody has a look and repairs a little. */
function commitInFolder(world: World): boolean {
  const host = hostOf(world);
  const folder = world.random.pick(host?.folders.filter((one) => !one.missing && host.of(one.task).length === 0) ?? []);
  if (host === undefined || folder === undefined) return false;
  folder.edits['src/person.ts'] = world.nonce();
  world.commitIn(host, folder);
  return counted(world, 'person commits in a worktree', folder.path);
}

export type Move = (world: World) => boolean;

export const PEOPLE: readonly Move[] = [
  commitInFolder,
  commitInFolder,
  closePull,
  closePull,
  reopenPull,
  reopenPull,
  reopenPull,
  reopenPull,
  reopenPull,
  reopenPull,
  draftPull,
  holdPull,
  pushToPull,
  pushToBranch,
  pushToBranch,
  rewriteBranch,
  closeTask,
  reopenTask,
  reopenTask,
  reopenTask,
  addTask,
  takeTask,
  retryTask,
  retryTask,
  retryTask,
  stopTask,
  stopTask,
  wipeMetadata,
  wipeMetadata,
  pushToBase,
  openLine,
  deleteFolder,
];

function counted(world: World, what: Parameters<World['count']>[0], detail: string): true {
  world.count(what);
  world.note(() => `${what} ${detail}`);
  return true;
}
