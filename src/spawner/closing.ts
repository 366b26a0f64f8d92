/** The end of a round, and the beginning of the next. Pure. */
import { branchOf, hostOfToken, taskOfBranch, tokenHost } from '../domain/ids.ts';
import { holderOf, type Issue, roundOf } from '../domain/issue.ts';
import { markerMatchesBranch, parseMarker } from '../domain/marker.ts';
import type { Intent, Standing } from './intent.ts';
import type { PullRequest, View } from './view.ts';

export type TaskDecision = { standing: Standing; intent?: Intent | undefined };
/** The parts of a view that a close is decided on. */
type ClosingView = Pick<View, 'lines' | 'processes' | 'pullRequests'>;

/** A committed close that has not arrived here yet, one that arrived half, or a task that was reopened after it. */
export function decideClose(view: ClosingView, task: Issue): TaskDecision | undefined {
  const round = roundOf(task);
  const line = view.lines.get(task.id);
  const closedLine = line !== undefined && !line.open && line.round === round ? line : undefined;
  const guard = guardOf(task);
  const byPerson = holderOf(task).is === 'person';
  if (task.metadata.phase === 'merged') {
    // Opened again and taken by a person, or put into a status of theirs: not our task any more.
    if (byPerson || guard === undefined) return undefined;
    if (task.status === 'open') return { standing: { is: 'closing' }, intent: openRound(view, task) };
    const reason = closedLine?.closeReason || `Merged as pull request #${task.metadata.pr_number ?? '?'}`;
    return { standing: { is: 'closing' }, intent: { do: 'finish close', task: task.id, reason } };
  }
  if (closedLine === undefined || guard === undefined) return undefined;
  const worker = supervisorOf(view, task);
  // While the worker lives it is the one writer; it is at its very end, since its pull request has landed already.
  if (worker !== undefined) return { standing: worker };
  if (closedLine.pullRequest === undefined) {
    if (byPerson) return undefined;
    // A person closed the task, which published the close, and has opened it again.
    return { standing: { is: 'closing' }, intent: openRound(view, task) };
  }
  const { pullRequest, closeReason: reason } = closedLine;
  return { standing: { is: 'closing' }, intent: { do: 'record close', task: task.id, guard, pullRequest, reason } };
}

function openRound(view: ClosingView, task: Issue): Intent | undefined {
  const guard = guardOf(task);
  if (guard === undefined) return undefined;
  const abandon = pullRequestsOf(view, task)
    .filter(({ state }) => state === 'open')
    .map(({ number }) => number);
  return { do: 'open round', task: task.id, round: roundOf(task) + 1, guard, abandon, from: 'base' };
}

/**
 * Pull requests that have outlived their round: opened by a worker that could not know yet, on another host, that its
 * round had just ended, or opened again by a person.
 */
export function outlived(view: ClosingView, task: Issue): Intent | undefined {
  const numbers: number[] = [];
  for (const [name, requests] of view.pullRequests) {
    const named = taskOfBranch(name);
    if (named?.task !== task.id || named.round >= roundOf(task)) continue;
    for (const { state, number, body } of requests) {
      const marker = parseMarker(body);
      if (state === 'open' && marker !== undefined && markerMatchesBranch(marker, name)) numbers.push(number);
    }
  }
  return numbers.length === 0 ? undefined : { do: 'close old pull requests', task: task.id, numbers };
}

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

/** What a person types who has it and gives it back. A close that has arrived half is finished once nobody has the task; opening that task would begin its next round. */
export function giveBack({ id, status, metadata }: Issue): string {
  const half = status === 'in_progress' && metadata.phase === 'merged';
  return `bd update ${id} ${half ? '' : '--status open '}--assignee ''`;
}

export function pullRequestsOf(view: ClosingView, task: Issue): readonly PullRequest[] {
  return view.pullRequests.get(branchOf(task.id, roundOf(task))) ?? [];
}
