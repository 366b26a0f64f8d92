import { UserError } from './errors.ts';
import type { IssueId } from './ids.ts';
import type { Issue } from './issue.ts';

/** An epic's tree: containers are never claimed themselves, tasks are its leaves. */
export type Epic = {
  root: Issue;
  /** Bottom-up: a container stands after all containers below it; the root is last. */
  containers: readonly Issue[];
  /** In the order of their hierarchical ids. */
  tasks: readonly Issue[];
  /** Direct children of a container, tasks and containers alike. */
  children: ReadonlyMap<IssueId, readonly IssueId[]>;
};

/** Edge types that keep a task from starting; `parent-child` blocks too, by way of the parent's own blockers. */
const BLOCKING = new Set(['blocks', 'conditional-blocks', 'waits-for']);

/** The parent of an issue: an explicit `parent-child` edge wins over the hierarchical id. */
export function parentOf(issue: Issue, known: ReadonlyMap<IssueId, Issue>): IssueId | undefined {
  if (issue.parent !== undefined) return issue.parent;
  const dot = issue.id.lastIndexOf('.');
  if (dot <= 0) return undefined;
  const above = issue.id.slice(0, dot) as IssueId;
  return known.has(above) ? above : undefined;
}

export function indexIssues(issues: readonly Issue[]): ReadonlyMap<IssueId, Issue> {
  return new Map(issues.map((issue) => [issue.id, issue]));
}

/**
 * The tree below `id`, at any depth.
 * Throws a UserError when there is no such issue, when it has no tasks, or when blockers go round in a circle.
 */
export function epicOf(issues: readonly Issue[], id: string): Epic {
  const known = indexIssues(issues);
  const root = known.get(id as IssueId);
  if (root === undefined) {
    throw new UserError(`There is no issue ${JSON.stringify(id)} in Beads.`, {
      hint: 'List the epics with: bd list --type epic',
      exit: 'beads',
    });
  }
  const children = childrenByParent(issues, known);
  const containers: Issue[] = [];
  const tasks: Issue[] = [];
  const seen = new Set<IssueId>();
  const walk = (issue: Issue): void => {
    if (seen.has(issue.id)) return;
    seen.add(issue.id);
    const below = children.get(issue.id) ?? [];
    // An epic that has lost its children, or has none yet, is still a container: it must never be claimed as a task.
    if (below.length === 0 && issue.type !== 'epic') {
      tasks.push(issue);
      return;
    }
    for (const child of below) walk(child);
    containers.push(issue);
  };
  walk(root);
  if (tasks.length === 0 || containers.length === 0) {
    throw new UserError(`${root.id} has no tasks below it.`, {
      hint: `Add one with: bd create "Title" --parent ${root.id}, or import an epic with: heddle import FILE`,
      exit: 'beads',
    });
  }
  const circle = findCircle(tasks, known, children);
  if (circle !== undefined) {
    throw new UserError(`The dependencies go round in a circle: ${circle.join(' -> ')}.`, {
      hint: `Take one of them out with: bd dep remove ${edgeOf(circle, known).join(' ')}`,
      exit: 'beads',
    });
  }
  const below = containers.map(({ id }) => [id, (children.get(id) ?? []).map((child) => child.id)] as const);
  return { root, containers, tasks, children: new Map(below) };
}

/** Every task of the repository, whatever its epic, and no container. */
export function tasksOf(issues: readonly Issue[]): readonly Issue[] {
  const known = indexIssues(issues);
  const parents = new Set(issues.map((issue) => parentOf(issue, known)));
  return issues.filter(({ id, type }) => type !== 'epic' && !parents.has(id));
}

/** The open issues that keep `issue` from starting, nearest first: its own blockers and those of every container above it. */
export function blockersOf(issue: Issue, known: ReadonlyMap<IssueId, Issue>): readonly IssueId[] {
  const blockers: IssueId[] = [];
  const above = new Set<IssueId>();
  let at: Issue | undefined = issue;
  while (at !== undefined && !above.has(at.id)) {
    above.add(at.id);
    for (const { on, type } of at.dependencies) {
      if (!BLOCKING.has(type) || blockers.includes(on)) continue;
      // A blocker that the snapshot does not hold cannot be called closed.
      if (known.get(on)?.status !== 'closed') blockers.push(on);
    }
    const parent: IssueId | undefined = parentOf(at, known);
    at = parent === undefined ? undefined : known.get(parent);
  }
  return blockers.filter((id) => !above.has(id));
}

/** What stands above an issue and below nothing: what a command takes as its epic. Undefined where it stands alone. */
export function outermost(issue: Issue, known: ReadonlyMap<IssueId, Issue>): IssueId | undefined {
  const above = new Set<IssueId>([issue.id]);
  let at = parentOf(issue, known);
  while (at !== undefined && !above.has(at)) {
    above.add(at);
    const parent = known.get(at);
    at = parent === undefined ? undefined : parentOf(parent, known);
  }
  return above.size > 1 ? [...above].at(-1) : undefined;
}

function childrenByParent(issues: readonly Issue[], known: ReadonlyMap<IssueId, Issue>): Map<IssueId, Issue[]> {
  const children = new Map<IssueId, Issue[]>();
  for (const issue of issues) {
    const parent = parentOf(issue, known);
    if (parent === undefined) continue;
    const list = children.get(parent) ?? [];
    list.push(issue);
    children.set(parent, list);
  }
  for (const list of children.values()) list.sort((a, b) => compareIds(a.id, b.id));
  return children;
}

/** Made once, since making it costs as much as some hundred comparisons. */
const IDS = new Intl.Collator('en', { numeric: true });

/** `x.2` before `x.10`. */
export function compareIds(a: string, b: string): number {
  return IDS.compare(a, b);
}

/**
 * A task waits for its blockers, those of the containers above it included; a container is closed only after its children.
 * Whatever leads back to itself through both can never start.
 */
function findCircle(
  tasks: readonly Issue[],
  known: ReadonlyMap<IssueId, Issue>,
  children: ReadonlyMap<IssueId, readonly Issue[]>,
): IssueId[] | undefined {
  const done = new Set<IssueId>();
  const path: IssueId[] = [];
  const waitsFor = (issue: Issue): readonly IssueId[] => {
    const below = children.get(issue.id);
    return below === undefined ? blockersOf(issue, known) : below.map(({ id }) => id);
  };
  const visit = (id: IssueId): IssueId[] | undefined => {
    const at = path.indexOf(id);
    if (at >= 0) return [...path.slice(at), id];
    const issue = known.get(id);
    if (done.has(id) || issue === undefined || issue.status === 'closed') return undefined;
    path.push(id);
    for (const on of waitsFor(issue)) {
      const circle = visit(on);
      if (circle !== undefined) return circle;
    }
    path.pop();
    done.add(id);
    return undefined;
  };
  for (const task of tasks) {
    const circle = visit(task.id);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** The edge to take out: the first that stands on an issue itself, since some lead by way of a container. */
function edgeOf(circle: readonly IssueId[], known: ReadonlyMap<IssueId, Issue>): readonly IssueId[] {
  for (const [i, id] of circle.entries()) {
    const next = circle[i + 1];
    const edges = known.get(id)?.dependencies ?? [];
    if (next !== undefined && edges.some(({ on, type }) => on === next && BLOCKING.has(type))) return [id, next];
  }
  return circle.slice(0, 2);
}
