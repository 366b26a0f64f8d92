/** The lines that `bd import` takes: one JSON object for each issue, with our own hierarchical ids. */
import type { IssueId } from '../domain/ids.ts';
import type { PlannedEpic, PlannedTask } from './epic.ts';

/** Beads' own default. */
const PRIORITY = 2;

type Edge = { issue_id: IssueId; depends_on_id: IssueId; type: 'parent-child' | 'blocks' };

export function epicLine(epic: PlannedEpic, id: IssueId, reference: string): string {
  return JSON.stringify({
    id,
    title: epic.title,
    ...texts({ description: epic.description, acceptance_criteria: epic.acceptanceCriteria }),
    status: 'open',
    priority: PRIORITY,
    issue_type: 'epic',
    external_ref: reference,
  });
}

/** `metadata` stays empty: it belongs to the workers. */
export function taskLine(
  task: PlannedTask,
  place: { id: IssueId; epic: IssueId; blockers: readonly IssueId[]; reference: string },
): string {
  const dependencies: readonly Edge[] = [
    { issue_id: place.id, depends_on_id: place.epic, type: 'parent-child' },
    ...place.blockers.map((id): Edge => ({ issue_id: place.id, depends_on_id: id, type: 'blocks' })),
  ];
  return JSON.stringify({
    id: place.id,
    title: task.title,
    ...texts({
      description: task.description,
      design: task.design,
      acceptance_criteria: task.acceptanceCriteria,
      notes: task.notes,
    }),
    status: 'open',
    priority: PRIORITY,
    issue_type: 'task',
    external_ref: place.reference,
    dependencies,
  });
}

function texts(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== ''));
}
