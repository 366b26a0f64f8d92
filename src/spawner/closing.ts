/** The end of a round, and the beginning of the next. Pure. */
import { branchOf, taskOfBranch } from '../domain/ids.ts';
import { type Issue, roundOf } from '../domain/issue.ts';
import { markerMatchesBranch, parseMarker } from '../domain/marker.ts';
import type { Guard, Owner } from '../domain/owner.ts';
import type { Intent, Standing } from './intent.ts';
import type { PullRequest, View } from './view.ts';

export type TaskDecision = { standing: Standing; intent?: Intent | undefined };
/** The parts of a view that a close is decided on. */
type ClosingView = Pick<View, 'lines' | 'pullRequests'>;

/** What a committed close asks for: Beads does not have it yet, has only half of it, or the task was reopened after it. */
export function decideClose(view: ClosingView, task: Issue, owner: Owner): TaskDecision | undefined {
  const { guard } = owner;
  // A person has put it into another status: it is not ours any more, like a task that a person has reopened and taken.
  if (guard === undefined) return undefined;
  const round = roundOf(task);
  const line = view.lines.get(task.id);
  const closedLine = line !== undefined && !line.open && line.round === round ? line : undefined;
  if (task.metadata.phase === 'merged') {
    if (owner.is === 'person') return undefined;
    if (task.status === 'open') return closing(openRound(view, task, guard));
    const { pr_number: pullRequest } = task.metadata;
    return closing({ do: 'finish close', task: task.id, pullRequest, reason: closedLine?.closeReason ?? '' });
  }
  if (line?.open && line.round !== undefined && line.round > round && owner.is !== 'person') {
    // A claim that was decided on before that round was opened has put the task back into the round before it.
    return owner.is === 'running' ? atWork(owner) : closing(openRound(view, task, guard, line.round));
  }
  if (closedLine === undefined) return undefined;
  // As long as the worker lives, only it writes; it will soon end, since its pull request has landed already.
  if (owner.is === 'running') return atWork(owner);
  if (closedLine.pullRequest === undefined) {
    // A person closed the task, which published the close, and has opened it again.
    return owner.is === 'person' ? undefined : closing(openRound(view, task, guard));
  }
  const { pullRequest, closeReason: reason } = closedLine;
  return closing({ do: 'record close', task: task.id, guard, pullRequest, reason });
}

/** The task is left to the worker that has it. */
export function atWork({ pid, token, stopped }: Extract<Owner, { is: 'running' }>): TaskDecision {
  return { standing: { is: 'running', pid, token, ...(stopped ? { stopped } : {}) } };
}

function closing(intent: Intent): TaskDecision {
  return { standing: { is: 'closing' }, intent };
}

function openRound(view: ClosingView, task: Issue, guard: Guard, round = roundOf(task) + 1): Intent {
  const abandon = pullRequestsOf(view, task)
    .filter(({ state }) => state === 'open')
    .map(({ number }) => number);
  return { do: 'open round', task: task.id, round, guard, abandon, from: 'base' };
}

/**
 * Open pull requests of earlier rounds: a worker on another host opened one before it could know that its round had ended,
 * or a person reopened one.
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
