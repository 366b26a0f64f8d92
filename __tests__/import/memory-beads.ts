import { issueId } from '../../src/domain/ids.ts';
import type { Issue } from '../../src/domain/issue.ts';

/** Beads with nothing but what an import needs, kept in memory. */
export function memoryBeads(prefix = 'bd') {
  const issues: Issue[] = [];
  const imports: (readonly string[])[] = [];
  return {
    issues,
    imports,
    snapshot: async () => [...issues],
    prefix: async () => prefix,
    importLines: async (lines: readonly string[]) => {
      imports.push(lines);
      issues.push(...issuesFrom(lines));
    },
  };
}

/** The issues that Beads would have after importing these lines. */
export function issuesFrom(lines: readonly string[]): readonly Issue[] {
  return lines.map((line) => {
    const json = JSON.parse(line);
    const edges: { depends_on_id: string; type: string }[] = json.dependencies ?? [];
    const parent = edges.find(({ type }) => type === 'parent-child')?.depends_on_id;
    return {
      id: issueId(json.id),
      title: json.title,
      type: json.issue_type,
      status: json.status,
      priority: json.priority,
      assignee: json.assignee ?? '',
      metadata: json.metadata ?? {},
      parent: parent === undefined ? undefined : issueId(parent),
      dependencies: edges.map(({ depends_on_id, type }) => ({ on: issueId(depends_on_id), type })),
      description: json.description ?? '',
      design: json.design ?? '',
      acceptanceCriteria: json.acceptance_criteria ?? '',
      notes: json.notes ?? '',
      closeReason: '',
      startedAt: '',
      externalRef: json.external_ref ?? '',
    };
  });
}
