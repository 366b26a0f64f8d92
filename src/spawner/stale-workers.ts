/**
 * Processes of a task that must not go on: stale ones, whose task is not theirs any more, one that was stopped for too
 * long, and orphaned ones, whose supervisor has ended. Pure.
 */
import type { Issue } from '../domain/issue.ts';
import { type Owner, ownerOf } from '../domain/owner.ts';
import { atWork, type TaskDecision } from './closing.ts';
import type { Intent } from './intent.ts';
import type { Limits, View } from './view.ts';

/**
 * The endings that follow from the process table and Beads alone. They come before git is asked anything, because a stopped
 * worker may hold the lock for which all git of this host waits.
 */
export function decideEndings(
  view: Pick<View, 'processes' | 'host'>,
  settings: Pick<Limits, 'workerMs'>,
  tasks: readonly Issue[],
): Intent[] {
  return tasks.flatMap((task) => {
    const owner = ownerOf(task, view);
    return staleWorkers(view, task, owner) ?? overdueWorker(settings, task, owner)?.intent ?? [];
  });
}

/** Processes whose token is not the owner's: another one has the task now, or nobody. */
export function staleWorkers(view: Pick<View, 'processes'>, task: Issue, owner: Owner): Intent | undefined {
  const token = 'token' in owner ? owner.token : undefined;
  const stale = view.processes.filter((one) => one.task === task.id && one.token !== token);
  if (stale.length === 0) return undefined;
  const { status } = task;
  const why = status === 'in_progress' ? ({ is: 'taken over' } as const) : ({ is: 'not in progress', status } as const);
  return { do: 'end workers', task: task.id, tokens: [...new Set(stale.map((one) => one.token))], why };
}

/**
 * A supervisor that somebody has stopped (SIGSTOP) is not dead: it can be continued. Once it is past all its own limits it
 * is ended, and the pass that sees it gone takes the task over.
 */
export function overdueWorker(settings: Pick<Limits, 'workerMs'>, task: Issue, owner: Owner): TaskDecision | undefined {
  if (owner.is !== 'running' || !owner.stopped || owner.ageMs <= settings.workerMs) return undefined;
  const why = { is: 'stopped for too long' } as const;
  return { ...atWork(owner), intent: { do: 'end workers', task: task.id, tokens: [owner.token], why } };
}

/** Processes that outlive the owner's supervisor: nothing limits them, and nobody looks at their outcome. */
export function orphanedWorkers(view: Pick<View, 'processes'>, task: Issue, owner: Owner): Intent | undefined {
  if (owner.is === 'running' || !('token' in owner)) return undefined;
  const { token } = owner;
  if (!view.processes.some((one) => one.task === task.id && one.token === token)) return undefined;
  return { do: 'end workers', task: task.id, tokens: [token], why: { is: 'orphaned' } };
}
