/** Beads in memory. Guards hold exactly as in the real one: all changes of one id, or none. */
import { UserError } from '../../src/domain/errors.ts';
import { type IssueId, issueId } from '../../src/domain/ids.ts';
import type { Issue, Metadata } from '../../src/domain/issue.ts';
import type { Beads, Change, Guard, WriteOutcome } from '../../src/ports/beads.ts';

export class FakeBeads implements Beads {
  readonly issues = new Map<IssueId, Issue>();
  /** Every phase that an issue has had, in order. */
  readonly phases: string[] = [];
  /** Runs before each update, so that a test can let something happen at exactly that moment. */
  beforeUpdate: (change: Change) => void = () => undefined;

  constructor(...issues: readonly (Partial<Omit<Issue, 'id'>> & { id: string })[]) {
    for (const issue of issues) this.issues.set(issueId(issue.id), fakeIssue(issue));
  }

  /** The issue as it is now. */
  at(id: string): Issue {
    const found = this.issues.get(issueId(id));
    if (found === undefined) throw new Error(`no issue ${id}`);
    return found;
  }

  put(id: string, change: Partial<Issue>): void {
    this.issues.set(issueId(id), { ...this.at(id), ...change });
  }

  async snapshot(): Promise<readonly Issue[]> {
    return structuredClone([...this.issues.values()]);
  }

  async exportedLines(): Promise<readonly string[]> {
    return [...this.issues.values()].map(({ id, title, status }) => JSON.stringify({ id, title, status }));
  }

  async prefix(): Promise<string> {
    return 'bd';
  }

  async update(ids: readonly IssueId[], guard: Guard, change: Change): Promise<ReadonlyMap<IssueId, WriteOutcome>> {
    this.beforeUpdate(change);
    return new Map(ids.map((id) => [id, this.#updateOne(id, guard, change)]));
  }

  #updateOne(id: IssueId, guard: Guard, change: Change): WriteOutcome {
    const issue = this.issues.get(id);
    if (issue === undefined) return 'gone';
    if (issue.status !== guard.status || issue.assignee !== guard.assignee) return 'refused';
    const given = Object.entries(change.set ?? {}).filter(([, value]) => value !== undefined);
    const metadata: Metadata = { ...issue.metadata, ...Object.fromEntries(given) };
    for (const key of change.unset ?? []) delete metadata[key];
    if (metadata.phase !== undefined && metadata.phase !== this.phases.at(-1)) this.phases.push(metadata.phase);
    this.issues.set(id, {
      ...issue,
      status: change.status ?? issue.status,
      assignee: change.assignee ?? issue.assignee,
      metadata,
    });
    return 'done';
  }

  async close(ids: readonly IssueId[], reason: string): Promise<void> {
    for (const id of ids) {
      if (this.at(id).status !== 'closed') this.put(id, { status: 'closed', closeReason: reason });
    }
  }

  async reopen(id: IssueId): Promise<void> {
    this.put(id, { status: 'open' });
  }

  async importLines(lines: readonly string[]): Promise<void> {
    const left: string[] = [];
    for (const line of lines) {
      const issue = importedIssue(line);
      const { id, dependencies } = issue;
      this.issues.set(id, { ...issue, dependencies: dependencies.filter(({ on }) => this.#has(on, lines)) });
      left.push(...dependencies.filter(({ on }) => !this.#has(on, lines)).map(({ on }) => `${id} -> ${on}`));
    }
    if (left.length === 0) return;
    throw new UserError(`Beads took the issues, but not all that they depend on: ${left[0]}.`, {
      hint: 'Look at them with: bd list',
      exit: 'beads',
    });
  }

  #has(id: IssueId, lines: readonly string[]): boolean {
    return this.issues.has(id) || lines.some((line) => JSON.parse(line).id === id);
  }
}

type ImportedLine = Partial<Omit<Issue, 'dependencies'>> & {
  id: string;
  issue_type?: string;
  acceptance_criteria?: string;
  external_ref?: string;
  dependencies?: readonly { depends_on_id: string; type: string }[];
};

/** The issue that Beads has after importing this line. */
export function importedIssue(line: string): Issue {
  const json: ImportedLine = JSON.parse(line);
  const { dependencies = [], issue_type: type = 'task', acceptance_criteria, external_ref, ...rest } = json;
  const parent = dependencies.find((edge) => edge.type === 'parent-child')?.depends_on_id;
  const others = dependencies.filter((edge) => edge.type !== 'parent-child');
  return fakeIssue({
    ...rest,
    type,
    acceptanceCriteria: acceptance_criteria ?? '',
    externalRef: external_ref ?? '',
    parent: parent === undefined ? undefined : issueId(parent),
    dependencies: others.map((edge) => ({ on: issueId(edge.depends_on_id), type: edge.type })),
  });
}

export function fakeIssue(issue: Partial<Omit<Issue, 'id'>> & { id: string }): Issue {
  return {
    title: `Task ${issue.id}`,
    type: 'task',
    status: 'open',
    priority: 2,
    assignee: '',
    metadata: {},
    parent: undefined,
    dependencies: [],
    description: '',
    design: '',
    acceptanceCriteria: '',
    notes: '',
    closeReason: '',
    startedAt: '',
    externalRef: '',
    ...issue,
    id: issueId(issue.id),
  };
}
