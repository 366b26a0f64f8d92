/** What an import adds to Beads: only what is open and not there yet. Nothing that is there is ever changed. */
import { createHash } from 'node:crypto';
import { type IssueId, issueId } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import { type PlannedEpic, type PlannedTask, type Remark, sameTitle } from './epic.ts';
import { epicLine, taskLine } from './issue-lines.ts';

type Placed = { number: number; id: IssueId; title: string };

/** How a task that is in Beads and its row differ; an import says so and leaves it to people. */
export type Difference = Placed & {
  what:
    | { is: 'title'; inBeads: string }
    | { is: 'done in the file' }
    | { is: 'left the file' }
    | { is: 'dependencies'; missing: readonly IssueId[] };
};

export type ImportPlan = {
  epic: IssueId;
  epicIsNew: boolean;
  /** Lines for one `bd import`, the epic's first; empty if there is nothing to add. */
  lines: readonly string[];
  created: readonly Placed[];
  /** In Beads already, whatever has become of them there. */
  present: readonly Placed[];
  skippedDone: readonly { number: number; title: string }[];
  differences: readonly Difference[];
};

/**
 * Compares an epic with what Beads has. The epic is known by its title and a task by its number, both stored in
 * `external_ref`; an issue that has lost it is still known by the id and title that an import would give it.
 */
export function planImport(
  epic: PlannedEpic,
  existing: readonly Issue[],
  prefix: string,
): { plan: ImportPlan } | { problems: readonly Remark[] } {
  const reference = epicReference(epic.title);
  const derived = epicId(epic.title, prefix, existing, reference);
  const known = findEpic(epic, existing, reference, derived);
  if (known === undefined) {
    const twin = existing.find((issue) => issue.type === 'epic' && sameTitle(issue.title) === sameTitle(epic.title));
    if (twin !== undefined) return { problems: [{ ...epic.at, message: twinMessage(twin, epic) }] };
  }
  const id = known?.id ?? derived;
  const placed = placeTasks(epic.tasks, existing, reference, id);
  const open = epic.tasks.filter((task) => !task.done);
  const fresh = open.flatMap((task) => {
    const place = placed.get(task.number);
    return place === undefined || place.known !== undefined ? [] : [{ task, id: place.id }];
  });
  const blockers = (task: PlannedTask): readonly IssueId[] =>
    task.dependsOn.flatMap((number) => placed.get(number)?.id ?? []);
  const epicIsNew = known === undefined && fresh.length > 0;
  return {
    plan: {
      epic: id,
      epicIsNew,
      lines: [
        ...(epicIsNew ? [epicLine(epic, id, reference)] : []),
        ...fresh.map((each) =>
          taskLine(each.task, {
            ...each,
            epic: id,
            blockers: blockers(each.task),
            reference: taskReference(reference, each.task.number),
          }),
        ),
      ],
      created: fresh.map(({ task, id: taskId }) => ({ number: task.number, id: taskId, title: task.title })),
      present: [...placed].flatMap(([number, place]) =>
        place.known === undefined ? [] : [{ number, id: place.id, title: place.known.title }],
      ),
      skippedDone: epic.tasks.filter((task) => task.done && placed.get(task.number)?.known === undefined).map(named),
      differences: [...differences(epic.tasks, placed, blockers), ...leftTheFile(epic.tasks, existing, reference)],
    },
  };
}

/** `import:add-user-accounts-1f3a9c`: readable, and as different as the titles are. */
function epicReference(title: string): string {
  const slug = sameTitle(title)
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-+|-+$/g, '');
  const digest = hash(title).slice(0, 6);
  return `import:${slug === '' ? digest : `${slug}-${digest}`}`;
}

function taskReference(epic: string, number: number): string {
  return `${epic}#${number}`;
}

type Place = { id: IssueId; known: Issue | undefined };

/** The id of every task that is in Beads or will be: what is done and was never there has none. */
function placeTasks(
  tasks: readonly PlannedTask[],
  existing: readonly Issue[],
  reference: string,
  epic: IssueId,
): ReadonlyMap<number, Place> {
  const taken = new Map(existing.map((issue) => [issue.id, issue]));
  const byReference = new Map(existing.map((issue) => [issue.externalRef, issue]));
  const placed = new Map<number, Place>();
  const numberless: PlannedTask[] = [];
  for (const task of tasks) {
    const wanted = issueId(`${epic}.${task.number}`);
    const there = taken.get(wanted);
    const lost = there?.externalRef === '' && sameTitle(there.title) === sameTitle(task.title) ? there : undefined;
    const known = byReference.get(taskReference(reference, task.number)) ?? lost;
    if (known !== undefined) placed.set(task.number, { id: known.id, known });
    else if (task.done) continue;
    else if (there === undefined) placed.set(task.number, { id: wanted, known: undefined });
    else numberless.push(task);
  }
  // Somebody's own child has the number, made with `bd create --parent`: the task gets the next free one behind all others.
  const used = [...taken.keys(), ...[...placed.values()].map(({ id }) => id)]
    .filter((id) => id.startsWith(`${epic}.`))
    .map((id) => Number.parseInt(id.slice(epic.length + 1), 10) || 0);
  let next = Math.max(0, ...used) + 1;
  for (const task of numberless) {
    placed.set(task.number, { id: issueId(`${epic}.${next}`), known: undefined });
    next += 1;
  }
  return placed;
}

function differences(
  tasks: readonly PlannedTask[],
  placed: ReadonlyMap<number, Place>,
  blockers: (task: PlannedTask) => readonly IssueId[],
): readonly Difference[] {
  return tasks.flatMap((task): readonly Difference[] => {
    const known = placed.get(task.number)?.known;
    if (known === undefined || known.status === 'closed') return [];
    const place = { number: task.number, id: known.id, title: task.title };
    if (task.done) return [{ ...place, what: { is: 'done in the file' } }];
    const found: Difference[] = [];
    if (sameTitle(known.title) !== sameTitle(task.title)) {
      found.push({ ...place, what: { is: 'title', inBeads: known.title } });
    }
    const missing = blockers(task).filter((id) => !known.dependencies.some(({ on }) => on === id));
    if (missing.length > 0) found.push({ ...place, what: { is: 'dependencies', missing } });
    return found;
  });
}

function leftTheFile(
  tasks: readonly PlannedTask[],
  existing: readonly Issue[],
  reference: string,
): readonly Difference[] {
  const numbers = new Set(tasks.map(({ number }) => number));
  return existing.flatMap((issue): readonly Difference[] => {
    if (!issue.externalRef.startsWith(`${reference}#`) || issue.status === 'closed') return [];
    const number = Number(issue.externalRef.slice(reference.length + 1));
    return numbers.has(number) ? [] : [{ number, id: issue.id, title: issue.title, what: { is: 'left the file' } }];
  });
}

function findEpic(
  epic: PlannedEpic,
  existing: readonly Issue[],
  reference: string,
  derived: IssueId,
): Issue | undefined {
  return existing.find(
    (issue) =>
      issue.externalRef === reference ||
      (issue.id === derived && issue.externalRef === '' && sameTitle(issue.title) === sameTitle(epic.title)),
  );
}

/** `<prefix>-<4 characters of the title's hash>`, more of them where somebody else's issue has that id. */
function epicId(title: string, prefix: string, existing: readonly Issue[], reference: string): IssueId {
  const others = existing.filter(
    (issue) =>
      issue.externalRef !== reference && !(issue.externalRef === '' && sameTitle(issue.title) === sameTitle(title)),
  );
  const taken = new Set<string>(others.map(({ id }) => id));
  const digits = hash(title);
  for (let length = 4; length < digits.length; length += 1) {
    const id = `${prefix}-${digits.slice(0, length)}`;
    if (!taken.has(id)) return issueId(id);
  }
  return issueId(`${prefix}-${digits}`);
}

/** In base 36, as `bd` makes its own ids. */
function hash(title: string): string {
  const hex = createHash('sha256').update(sameTitle(title)).digest('hex');
  return BigInt(`0x${hex}`).toString(36).padStart(50, '0');
}

function twinMessage(twin: Issue, epic: PlannedEpic): string {
  return (
    `${twin.id} in Beads has the title "${epic.title}" and was not imported, so its tasks cannot be told from these; ` +
    `give one of the two another title (bd update ${twin.id} --title "...")`
  );
}

function named(task: PlannedTask): { number: number; title: string } {
  return { number: task.number, title: task.title };
}
