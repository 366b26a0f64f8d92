import type { Issue } from '../../src/domain/issue.ts';
import { importedIssue } from '../fakes/beads.ts';

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
  return lines.map(importedIssue);
}
