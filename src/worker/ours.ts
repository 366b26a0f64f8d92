/** Whether a task is still that of the worker that was started for it. */
import { type Issue, roundOf } from '../domain/issue.ts';
import type { WorkerDeps, WorkerStart } from './job.ts';

type Start = Pick<WorkerStart, 'task' | 'token' | 'round'>;

export function isOurs(issue: Issue, start: Start): boolean {
  return issue.status === 'in_progress' && issue.assignee === start.token && roundOf(issue) === start.round;
}

/** A look that fails, however it does, is no loss of the task: the next guarded write will tell. */
export async function stillOurs(deps: Pick<WorkerDeps, 'beads'>, start: Start): Promise<boolean> {
  try {
    const issue = (await deps.beads.snapshot()).find(({ id }) => id === start.task);
    return issue !== undefined && isOurs(issue, start);
  } catch {
    return true;
  }
}
