/** Who has a task: the guard that it is theirs, the worker that lives here, another host, or a person. Pure. */
import { hostOfToken, tokenHost } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import type { Standing } from './intent.ts';
import type { View } from './view.ts';

export function guardOf(task: Issue): { status: 'open' | 'in_progress'; assignee: string } | undefined {
  const { status, assignee } = task;
  return status === 'open' || status === 'in_progress' ? { status, assignee } : undefined;
}

export function supervisorOf(
  view: Pick<View, 'processes'>,
  task: Issue,
): Extract<Standing, { is: 'running' }> | undefined {
  const alive = view.processes.find((one) => one.task === task.id && one.supervisor && one.token === task.assignee);
  if (alive === undefined) return undefined;
  return { is: 'running', pid: alive.pid, token: alive.token, ...(alive.state === 'stopped' ? { stopped: true } : {}) };
}

/** The host that has it, where that is not this one. A token alone says it before the worker's first write. */
export function hostElsewhere(task: Issue, here: string): string | undefined {
  const { agent_host: host } = task.metadata;
  const claimed = hostOfToken(task.assignee);
  if (host !== undefined && host !== here) return host;
  return claimed === tokenHost(here) ? undefined : (claimed ?? 'another host');
}
