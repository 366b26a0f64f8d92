/** The end of a round, and the beginning of the next. Pure. */
import { branchOf, taskOfBranch } from '../domain/ids.ts';
import { holderOf, type Issue, roundOf } from '../domain/issue.ts';
import { markerMatchesBranch, parseMarker } from '../domain/marker.ts';
import { guardOf, supervisorOf } from './holder.ts';
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
    const { pr_number: pullRequest } = task.metadata;
    const reason = closedLine?.closeReason ?? '';
    return { standing: { is: 'closing' }, intent: { do: 'finish close', task: task.id, pullRequest, reason } };
  }
  const worker = supervisorOf(view, task);
  if (line?.open && line.round !== undefined && line.round > round && guard !== undefined && !byPerson) {
    // A claim whose look was older than the opening of that round has put the task back into the one before.
    return worker === undefined
      ? { standing: { is: 'closing' }, intent: openRound(view, task, line.round) }
      : { standing: worker };
  }
  if (closedLine === undefined || guard === undefined) return undefined;
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

function openRound(view: ClosingView, task: Issue, round = roundOf(task) + 1): Intent | undefined {
  const guard = guardOf(task);
  if (guard === undefined) return undefined;
  const abandon = pullRequestsOf(view, task)
    .filter(({ state }) => state === 'open')
    .map(({ number }) => number);
  return { do: 'open round', task: task.id, round, guard, abandon, from: 'base' };
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

export function pullRequestsOf(view: ClosingView, task: Issue): readonly PullRequest[] {
  return view.pullRequests.get(branchOf(task.id, roundOf(task))) ?? [];
}
