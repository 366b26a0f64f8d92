/** Processes of a task that must not go on: whoever has lost it, was stopped for too long, or has lost its supervisor. Pure. */
import type { Issue } from '../domain/issue.ts';
import type { TaskDecision } from './closing.ts';
import { supervisorOf } from './holder.ts';
import type { Intent } from './intent.ts';
import type { Settings, View } from './view.ts';

/**
 * What the process table and Beads tell by themselves. It is done before git is asked anything: a worker that is stopped
 * may hold the lock for which all git of this host waits.
 */
export function decideEndings(
  view: Pick<View, 'processes'>,
  settings: Pick<Settings, 'workerMs'>,
  tasks: readonly Issue[],
): Intent[] {
  return tasks.flatMap((task) => strayWorkers(view, task) ?? stalledWorker(view, settings, task)?.intent ?? []);
}

/** Processes of the task that have lost it: another token has it now, or nobody. */
export function strayWorkers(view: Pick<View, 'processes'>, task: Issue): Intent | undefined {
  const strays = view.processes.filter(
    (one) => one.task === task.id && (one.token !== task.assignee || task.status !== 'in_progress'),
  );
  if (strays.length === 0) return undefined;
  const tokens = [...new Set(strays.map((one) => one.token))];
  const { status } = task;
  const why = status === 'in_progress' ? ({ is: 'taken over' } as const) : ({ is: 'not in progress', status } as const);
  return { do: 'end workers', task: task.id, tokens, why };
}

/**
 * A supervisor that somebody has stopped (SIGSTOP) is not dead: woken up, it goes on. Past all its own limits it is
 * ended for certain; once it is seen gone, the next pass takes the task over.
 */
export function stalledWorker(
  view: Pick<View, 'processes'>,
  settings: Pick<Settings, 'workerMs'>,
  task: Issue,
): TaskDecision | undefined {
  const worker = supervisorOf(view, task);
  const stopped = view.processes.some(
    ({ pid, state, ageMs }) => pid === worker?.pid && state === 'stopped' && ageMs > settings.workerMs,
  );
  if (worker === undefined || !stopped) return undefined;
  const why = { is: 'stopped for too long' } as const;
  return { standing: worker, intent: { do: 'end workers', task: task.id, tokens: [worker.token], why } };
}

/** What a supervisor has started goes on when it dies, without limits and with nobody to look at the outcome. */
export function orphans(view: View, task: Issue): Intent | undefined {
  const family = view.processes.filter((one) => one.task === task.id);
  if (family.length === 0 || family.some(({ supervisor }) => supervisor)) return undefined;
  const tokens = [...new Set(family.map((one) => one.token))];
  return { do: 'end workers', task: task.id, tokens, why: { is: 'orphaned' } };
}
