/** Whether a task is still that of the worker that was started for it. */
import { TransientError } from '../domain/errors.ts';
import { type Issue, roundOf } from '../domain/issue.ts';
import type { WorkerDeps, WorkerStart } from './job.ts';

type Start = Pick<WorkerStart, 'task' | 'token' | 'round'>;

export function isOurs(issue: Issue, start: Start): boolean {
  return issue.status === 'in_progress' && issue.assignee === start.token && roundOf(issue) === start.round;
}

/** A look that fails tells nothing: the next guarded write will. */
export async function stillOurs(deps: Pick<WorkerDeps, 'beads'>, start: Start): Promise<boolean> {
  try {
    const issue = (await deps.beads.snapshot()).find(({ id }) => id === start.task);
    return issue !== undefined && isOurs(issue, start);
  } catch (error) {
    if (error instanceof TransientError) return true;
    throw error;
  }
}
