/** A pass of the spawner: a view in, intents and standings out. Pure. */
import { blockersOf } from '../domain/epic.ts';
import { isNameable } from '../domain/ids.ts';
import { type Issue, isHalfClosed, needsPerson, roundOf, USAGE_LIMIT } from '../domain/issue.ts';
import { type Guard, type Owner, ownerOf } from '../domain/owner.ts';
import { decideCleanup } from './cleanup.ts';
import { atWork, decideClose, outlived, pullRequestsOf, type TaskDecision } from './closing.ts';
import { decideInReview, tellWhy } from './in-review.ts';
import type { Decision, GaveUp, Intent, Kept, Standing, TaskStanding, WhyNoRoom, WhyPerson } from './intent.ts';
import { planPublish } from './publish.ts';
import { orphanedWorkers, overdueWorker, staleWorkers } from './stale-workers.ts';
import type { PassSettings, View } from './view.ts';

export function decide(view: View, settings: PassSettings): Decision {
  const publish = planPublish(view);
  const standings: TaskStanding[] = [];
  const intents: Intent[] = [...(publish === undefined ? [] : [publish])];
  const kept: Kept[] = [];
  let slots = Math.max(0, settings.maxParallel - livingWorkers(view));
  let folders = view.room.worktrees;
  const paused = pauseOf(view);
  for (const task of view.epic.tasks) {
    const owner = ownerOf(task, view);
    let { standing, intent } = decideTask(view, settings, task, owner);
    if (intent?.do === 'start worker') {
      const { round } = intent;
      const has = view.worktrees.some((worktree) => worktree.task === task.id && worktree.round === round);
      const room = has ? undefined : noRoom(view, settings, folders);
      if (paused !== undefined) ({ standing, intent } = { standing: paused, intent: undefined });
      else if (room !== undefined)
        ({ standing, intent } = { standing: { is: 'no room', why: room }, intent: undefined });
      else if (slots === 0) ({ standing, intent } = { standing: { is: 'waiting for a slot' }, intent: undefined });
      else {
        slots -= 1;
        folders += has ? 0 : 1;
      }
    }
    // A start itself ends first what is left of earlier starts.
    intent ??= orphanedWorkers(view, task, owner) ?? outlived(view, task);
    if (task.status === 'closed' && intent === undefined) {
      const cleanup = decideCleanup(view, task);
      intent = cleanup.intent;
      kept.push(...cleanup.kept);
    }
    intent ??= tellWhy(task, owner, standing);
    if (intent !== undefined) intents.push(intent);
    standings.push({ task: task.id, title: task.title, standing });
  }
  intents.push(...decideContainers(view.epic));
  return {
    intents: inOrder(intents),
    standings,
    kept,
    outlook: intents.some((one) => one.do !== 'tell why') ? 'going on' : outlookOf(standings),
  };
}

function decideTask(view: View, settings: PassSettings, task: Issue, owner: Owner): TaskDecision {
  if (!isNameable(task.id)) return person({ is: 'not nameable' });
  const stale = staleWorkers(view, task, owner);
  if (stale !== undefined) return { standing: { is: 'closing' }, intent: stale };
  const overdue = overdueWorker(settings, task, owner);
  if (overdue !== undefined) return overdue;
  if (task.status === 'closed') return { standing: { is: 'closed' } };
  const closing = decideClose(view, task, owner);
  if (closing !== undefined) return closing;
  switch (owner.is) {
    case 'person':
      return person({ is: 'owned by a person', name: owner.name, halfClosed: isHalfClosed(task) });
    case 'running':
      return atWork(owner);
    case 'dead':
    case 'elsewhere':
      return decideAbandoned(view, settings, task, owner);
    case 'nobody':
      if (owner.guard === undefined) return person({ is: 'in another status', status: task.status });
      if (task.status === 'in_progress') return person({ is: 'in progress without an owner' });
      return decideOpen(view, settings, task, owner.guard);
    default:
      return owner satisfies never;
  }
}

function decideOpen(view: View, settings: PassSettings, task: Issue, guard: Guard): TaskDecision {
  const stopped = decideStopped(view, task);
  if (stopped !== undefined) return stopped;
  const blockers = blockersOf(task, view.known);
  if (blockers.length > 0) return { standing: { is: 'blocked', by: blockers } };
  return start(settings, task, { how: 'claim', attempt: 1, guard });
}

/** In progress, with no worker of it on this host. */
function decideAbandoned(
  view: View,
  settings: PassSettings,
  task: Issue,
  owner: Extract<Owner, { is: 'dead' | 'elsewhere' }>,
): TaskDecision {
  // What the pull request or the reason tells holds on whatever host the worker was, because that worker has ended.
  const stopped = decideStopped(view, task);
  if (stopped !== undefined) return stopped;
  const handedOver = task.metadata.phase === 'pr_created';
  const open = pullRequestsOf(view, task).find(({ state }) => state === 'open');
  if (handedOver && open !== undefined) return decideInReview(view, settings, task, owner, open);
  if (owner.is === 'elsewhere') {
    if (handedOver) return person({ is: 'pull request gone' });
    return { standing: { is: 'running elsewhere', host: owner.host } };
  }
  const { retry_at: retryAt, reason = '', attempt = 1 } = task.metadata;
  if (retryAt !== undefined && Date.parse(retryAt) > view.now.getTime()) {
    return { standing: { is: 'retry later', at: retryAt, reason } };
  }
  const { guard } = owner;
  if (attempt >= settings.maxAttempts) {
    const why: GaveUp = { is: 'gave up', last: reason, attempts: attempt };
    return { ...person(why), intent: { do: 'give up', task: task.id, guard, why } };
  }
  return start(settings, task, { how: 'take over', attempt: attempt + 1, guard });
}

/** What keeps a task from being started, told by its pull request or by its own reason. */
function decideStopped(view: View, task: Issue): TaskDecision | undefined {
  const requests = pullRequestsOf(view, task);
  const merged = requests.find(({ state, base }) => state === 'merged' && base === view.base.branch);
  if (merged !== undefined)
    return { standing: { is: 'merged, close owed', pullRequest: merged.number, url: merged.url } };
  const reason = needsPerson(task);
  if (reason !== undefined) return person({ is: 'left to a person', reason });
  const open = requests.find(({ state }) => state === 'open');
  const ended = requests.find(({ state }) => state !== 'open');
  if (open === undefined && ended !== undefined) {
    const { number, state, base: into } = ended;
    if (state !== 'merged') return person({ is: 'pull request closed', number });
    return person({ is: 'merged into another base', number, into, base: view.base.branch });
  }
  return undefined;
}

function start(
  { token }: PassSettings,
  task: Issue,
  as: Pick<Extract<Intent, { do: 'start worker' }>, 'how' | 'attempt' | 'guard'>,
): TaskDecision {
  return {
    standing: { is: 'ready' },
    intent: { do: 'start worker', task: task.id, round: roundOf(task), token, ...as },
  };
}

function person(why: WhyPerson): TaskDecision {
  return { standing: { is: 'needs a person', why } };
}

/** A usage limit is the account's, not the task's: until it ends, every other start would run into it as well. */
function pauseOf(view: View): Standing | undefined {
  for (const { metadata } of view.known.values()) {
    const { reason, retry_at: at } = metadata;
    if (reason?.startsWith(USAGE_LIMIT) && at !== undefined && Date.parse(at) > view.now.getTime()) {
      return { is: 'retry later', at, reason };
    }
  }
  return undefined;
}

/** Supervisors of this repository, whatever their epic: they share the machine. */
function livingWorkers(view: View): number {
  return new Set(view.processes.filter(({ supervisor }) => supervisor).map(({ task }) => task)).size;
}

function noRoom(view: View, settings: PassSettings, folders: number): WhyNoRoom | undefined {
  const { freeMb } = view.room;
  const { minFreeMb, maxWorktrees } = settings;
  if (freeMb < minFreeMb) return { is: 'disk full', freeMb, minFreeMb };
  if (folders >= maxWorktrees) return { is: 'too many worktrees', worktrees: folders, maxWorktrees };
  return undefined;
}

/** Containers close when all below them is closed, and open again when something below them is. */
function decideContainers(epic: View['epic']): Intent[] {
  const closed = new Set(epic.tasks.filter(({ status }) => status === 'closed').map(({ id }) => id));
  const intents: Intent[] = [];
  for (const container of epic.containers) {
    const below = epic.children.get(container.id) ?? [];
    // An epic that has nothing below it yet stays as it is.
    const all = below.length === 0 ? container.status === 'closed' : below.every((child) => closed.has(child));
    if (all) closed.add(container.id);
    if (all && container.status !== 'closed') intents.push({ do: 'close container', task: container.id });
    if (!all && container.status === 'closed') intents.push({ do: 'reopen container', task: container.id });
  }
  // A container that is closed in this pass is published in the next one.
  return intents;
}

const ORDER: readonly Intent['do'][] = [
  'publish',
  'end workers',
  'record close',
  'finish close',
  'open round',
  'close old pull requests',
  'give up',
  'close container',
  'reopen container',
  'clean up',
  're-run checks',
  'start worker',
  'tell why',
];

function inOrder(intents: readonly Intent[]): readonly Intent[] {
  return [...intents].sort((a, b) => ORDER.indexOf(a.do) - ORDER.indexOf(b.do));
}

/** What will become of an epic when a pass has nothing to do. */
export function outlookOf(standings: readonly TaskStanding[]): Decision['outlook'] {
  const left = standings.filter(({ standing }) => standing.is !== 'closed');
  if (left.length === 0) return 'done';
  const stuck = left.every(
    ({ standing }) => standing.is === 'needs a person' || standing.is === 'blocked' || standing.is === 'no room',
  );
  return stuck ? 'people' : 'going on';
}
