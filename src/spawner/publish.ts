/** What the state branch should say of an epic's issues, so that the merger can close them there. Pure. */
import type { Issue } from '../domain/issue.ts';
import { roundOf } from '../domain/issue.ts';
import type { Intent, LineChange } from './intent.ts';
import type { View } from './view.ts';

/** The publish that is due, or undefined when every line is as it should be. */
export function planPublish(view: View): Extract<Intent, { do: 'publish' }> | undefined {
  const lines = [...view.epic.containers, ...view.epic.tasks].flatMap((issue) => lineChange(view, issue) ?? []);
  if (lines.length === 0) return undefined;
  // A state branch that is not there yet begins at the base.
  return { do: 'publish', lines, parent: view.state.head ?? view.base.head, branch: view.state.branch };
}

function lineChange(view: View, issue: Issue): LineChange | undefined {
  const line = view.lines.get(issue.id);
  const round = roundOf(issue);
  if (issue.status === 'closed') {
    // The merger has closed the line of a task whose pull request it merged; a task that a person closed is published as closed.
    if (line === undefined || !line.open || issue.metadata.phase === 'merged') return undefined;
    return { task: issue.id, round: line.round ?? round, say: 'closed', reason: issue.closeReason };
  }
  const container = view.epic.children.has(issue.id);
  if (line === undefined || line.round === undefined || line.round < round)
    return { task: issue.id, round, say: 'open' };
  // The line of a container that has an open child again is opened in the same round. A line that a pull request closed,
  // when the container was still a task, stays closed: the merger would close it again and again.
  if (container && !line.open && line.pullRequest === undefined) return { task: issue.id, round, say: 'open' };
  return undefined;
}
