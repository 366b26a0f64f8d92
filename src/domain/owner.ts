/** Who has a task: told once, by the issue, by the processes that carry the task's run tag, and by the host that asks. */
import { hostOfToken, type IssueId, isToken, type Token, tokenHost } from './ids.ts';
import type { Issue } from './issue.ts';

/** A living process of a worker. */
export type WorkerProcess = {
  pid: number;
  task: IssueId;
  round: number;
  token: Token;
  state: 'running' | 'stopped';
  /** Since its start, by a clock that nobody sets where there is one. */
  ageMs: number;
  /** True for the supervisor itself, false for what it or its agent has started. */
  supervisor: boolean;
};

/** What must still hold when a write is applied; otherwise nothing of it is written. */
export type Guard = {
  status: 'open' | 'in_progress';
  /** The assignee as it was observed; empty for nobody. */
  assignee: string;
};

/** A worker has the task: it is in progress, under this token. */
type Claimed = { token: Token; guard: Guard };

/**
 * `guard` is what the owner was told by, for whatever is written on the strength of it; undefined in a status that is not
 * ours to change (closed, deferred, …).
 */
export type Owner =
  /** The token of a task that is not in progress is left over: whoever wrote it has lost the task. */
  | { is: 'nobody'; guard: Guard | undefined }
  /** The assignee is no token of ours. */
  | { is: 'person'; name: string; guard: Guard | undefined }
  /** Its supervisor lives on this host; also one that somebody has stopped (SIGSTOP), since it goes on when it is woken. */
  | ({ is: 'running'; pid: number; stopped: boolean; ageMs: number } & Claimed)
  /** It was started on this host, and has no supervisor any more. */
  | ({ is: 'dead' } & Claimed)
  /** Its host's process table cannot be read from here, so it is never called dead. */
  | ({ is: 'elsewhere'; host: string } & Claimed);

export function ownerOf(task: Issue, seen: { processes: readonly WorkerProcess[]; host: string }): Owner {
  const { assignee } = task;
  const guard = guardOf(task);
  if (assignee === '') return { is: 'nobody', guard };
  if (!isToken(assignee)) return { is: 'person', name: assignee, guard };
  if (guard?.status !== 'in_progress') return { is: 'nobody', guard };
  const claimed = { token: assignee, guard };
  const supervisor = seen.processes.find((one) => one.task === task.id && one.supervisor && one.token === assignee);
  if (supervisor !== undefined) {
    const { pid, state, ageMs } = supervisor;
    return { is: 'running', pid, stopped: state === 'stopped', ageMs, ...claimed };
  }
  const host = hostElsewhere(task, assignee, seen.host);
  return host === undefined ? { is: 'dead', ...claimed } : { is: 'elsewhere', host, ...claimed };
}

function guardOf({ status, assignee }: Issue): Guard | undefined {
  return status === 'open' || status === 'in_progress' ? { status, assignee } : undefined;
}

/** The host that has it, where that is not this one. The token alone says it before the worker's first write. */
function hostElsewhere({ metadata }: Issue, token: Token, here: string): string | undefined {
  if (metadata.agent_host !== undefined && metadata.agent_host !== here) return metadata.agent_host;
  const claimed = hostOfToken(token);
  return claimed === tokenHost(here) ? undefined : claimed;
}
