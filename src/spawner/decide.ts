/** A pass of the spawner: a view in, intents and standings out. Pure. */
import { blockersOf } from '../domain/epic.ts';
import { isNameable } from '../domain/ids.ts';
import { holderOf, type Issue, needsPerson, roundOf, USAGE_LIMIT } from '../domain/issue.ts';
import { HOLD_LABEL, NEEDS_PERSON_LABEL } from '../domain/marker.ts';
import { decideCleanup } from './cleanup.ts';
import { decideClose, outlived, pullRequestsOf, type TaskDecision } from './closing.ts';
import { giveBack, guardOf, hostElsewhere, supervisorOf } from './holder.ts';
import type { Decision, Intent, Standing, TaskStanding } from './intent.ts';
import { planPublish } from './publish.ts';
import { orphans, stalledWorker, strayWorkers } from './strays.ts';
import type { Settings, View } from './view.ts';

export function decide(view: View, settings: Settings): Decision {
  const publish = planPublish(view);
  const standings: TaskStanding[] = [];
  const intents: Intent[] = [...(publish === undefined ? [] : [publish])];
  const kept: { task: Issue['id']; path: string; why: string }[] = [];
  let slots = Math.max(0, settings.maxParallel - livingWorkers(view));
  let folders = view.room.worktrees;
  const paused = pauseOf(view);
  for (const task of view.epic.tasks) {
    const decided = decideTask(view, settings, task);
    let { standing, intent } = decided;
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
    // A start ends what is left of earlier ones itself, right before it.
    intent ??= orphans(view, task) ?? outlived(view, task);
    if (task.status === 'closed' && intent === undefined) {
      const cleanup = decideCleanup(view, task);
      intent = cleanup.intent;
      kept.push(...cleanup.kept.map(({ path, why }) => ({ task: task.id, path, why })));
    }
    if (intent !== undefined) intents.push(intent);
    standings.push({ task: task.id, title: task.title, standing });
  }
  intents.push(...decideContainers(view.epic));
  return {
    intents: inOrder(intents),
    standings,
    kept,
    outlook: intents.length > 0 ? 'going on' : outlookOf(standings),
  };
}

function decideTask(view: View, settings: Settings, task: Issue): TaskDecision {
  if (!isNameable(task.id)) {
    return person('its id cannot be part of a branch name', `bd rename ${JSON.stringify(task.id)} NEW-ID`);
  }
  const fenced = strayWorkers(view, task);
  if (fenced !== undefined) return { standing: { is: 'closing' }, intent: fenced };
  const stalled = stalledWorker(view, settings, task);
  if (stalled !== undefined) return stalled;
  if (task.status === 'closed') return { standing: { is: 'closed' } };
  const closing = decideClose(view, task);
  if (closing !== undefined) return closing;
  const holder = holderOf(task);
  if (holder.is === 'person') return person(`${holder.name} has it`, giveBack(task));
  if (task.status === 'open') return decideOpen(view, settings, task);
  if (task.status === 'in_progress') return decideInProgress(view, settings, task);
  return person(`its status is ${task.status}`, `bd update ${task.id} --status open`);
}

function decideOpen(view: View, settings: Settings, task: Issue): TaskDecision {
  const stopped = decideStopped(view, task);
  if (stopped !== undefined) return stopped;
  const blockers = blockersOf(task, view.known);
  if (blockers.length > 0) return { standing: { is: 'blocked', by: blockers } };
  return start(settings, task, 'claim', 1);
}

function decideInProgress(view: View, settings: Settings, task: Issue): TaskDecision {
  const worker = supervisorOf(view, task);
  if (worker !== undefined) return { standing: worker };
  const holder = holderOf(task);
  if (holder.is === 'nobody')
    return person('it is in progress, but nobody has it', `bd update ${task.id} --status open`);
  // What its pull request or its reason tells of it holds wherever its worker was: that one has ended.
  const stopped = decideStopped(view, task);
  if (stopped !== undefined) return stopped;
  const handedOver = task.metadata.phase === 'pr_created';
  const open = pullRequestsOf(view, task).find(({ state }) => state === 'open');
  if (handedOver && open !== undefined) {
    const review = open.awaitsReview ? ({ awaitsReview: true } as const) : {};
    return { standing: { is: 'in review', pullRequest: open.number, url: open.url, ...review } };
  }
  // The process table of another host cannot be read from here, so nothing there is ever called dead.
  const host = hostElsewhere(task, view.host);
  if (host !== undefined && handedOver)
    return person('its pull request is not there any more', `heddle retry ${task.id}`);
  if (host !== undefined) return { standing: { is: 'running elsewhere', host, type: `heddle stop ${task.id}` } };
  const { retry_at: retryAt, reason = '', attempt = 1 } = task.metadata;
  if (retryAt !== undefined && Date.parse(retryAt) > view.now.getTime()) {
    return { standing: { is: 'retry later', at: retryAt, reason } };
  }
  const guard = guardOf(task);
  if (attempt >= settings.maxAttempts && guard !== undefined) {
    const gaveUp = `${reason === '' ? 'died' : reason} (after ${attempt} attempts)`;
    return {
      standing: { is: 'needs a person', why: gaveUp, type: `heddle retry ${task.id}` },
      intent: { do: 'give up', task: task.id, guard, reason: gaveUp },
    };
  }
  return start(settings, task, 'take over', attempt + 1);
}

/** What keeps a task from being started, told by its pull request or by its own reason. */
function decideStopped(view: View, task: Issue): TaskDecision | undefined {
  const requests = pullRequestsOf(view, task);
  const retry = `heddle retry ${task.id}`;
  const merged = requests.find(({ state, base }) => state === 'merged' && base === view.base.branch);
  if (merged !== undefined)
    return { standing: { is: 'merged, close owed', pullRequest: merged.number, url: merged.url } };
  const reason = needsPerson(task);
  if (reason !== undefined) return person(reason, retry);
  const open = requests.find(({ state }) => state === 'open');
  const ended = requests.find(({ state }) => state !== 'open');
  if (open === undefined && ended !== undefined) {
    const how =
      ended.state === 'merged'
        ? `was merged into ${ended.base}, not ${view.base.branch}`
        : 'was closed without a merge';
    return person(`its pull request #${ended.number} ${how}`, retry);
  }
  if (open === undefined || task.metadata.phase !== 'pr_created') return undefined;
  if (open.draft) return person(`its pull request #${open.number} is a draft`, `gh pr ready ${open.number}`);
  if (open.labels.includes(HOLD_LABEL))
    return person(
      `its pull request #${open.number} is on hold`,
      `gh pr edit ${open.number} --remove-label ${HOLD_LABEL}`,
    );
  if (open.labels.includes(NEEDS_PERSON_LABEL))
    return person(`pull request #${open.number} cannot be merged as it is: ${open.url}`, retry);
  return undefined;
}

function start(settings: Settings, task: Issue, how: 'claim' | 'take over', attempt: number): TaskDecision {
  const guard = guardOf(task);
  if (guard === undefined) return person(`its status is ${task.status}`, `bd update ${task.id} --status open`);
  const intent: Intent = {
    do: 'start worker',
    task: task.id,
    how,
    round: roundOf(task),
    attempt,
    guard,
    token: settings.token,
  };
  return { standing: { is: 'ready' }, intent };
}

function person(why: string, type: string): TaskDecision {
  return { standing: { is: 'needs a person', why, type } };
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

function noRoom(view: View, settings: Settings, folders: number): string | undefined {
  if (view.room.freeMb < settings.minFreeMb)
    return `only ${view.room.freeMb} MiB of disk are free, ${settings.minFreeMb} are asked for`;
  if (folders >= settings.maxWorktrees) return `${folders} worktrees stand there, ${settings.maxWorktrees} are allowed`;
  return undefined;
}

/** Containers close when all below them is closed, and open again when something below them is. */
function decideContainers(epic: View['epic']): Intent[] {
  const closed = new Set(epic.tasks.filter(({ status }) => status === 'closed').map(({ id }) => id));
  const intents: Intent[] = [];
  for (const container of epic.containers) {
    const below = epic.children.get(container.id) ?? [];
    // Of an epic that has nothing below it yet, nothing can be said: it stays as somebody left it.
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
  'start worker',
];

function inOrder(intents: readonly Intent[]): readonly Intent[] {
  return [...intents].sort((a, b) => ORDER.indexOf(a.do) - ORDER.indexOf(b.do));
}

/** What will come of an epic when nothing is done. */
export function outlookOf(standings: readonly TaskStanding[]): Decision['outlook'] {
  const left = standings.filter(({ standing }) => standing.is !== 'closed');
  if (left.length === 0) return 'done';
  const stuck = left.every(
    ({ standing }) => standing.is === 'needs a person' || standing.is === 'blocked' || standing.is === 'no room',
  );
  return stuck ? 'people' : 'going on';
}
