/** What has to hold among the tasks of one epic before anything of it is written. */
import { type PlannedTask, type Remark, sameTitle, spellNumber } from './epic.ts';

/** Double numbers and titles, dependencies on what does not exist, and circles; each with its line. */
export function graphProblems(tasks: readonly PlannedTask[]): readonly Remark[] {
  const byNumber = new Map<number, PlannedTask>();
  const byTitle = new Map<string, PlannedTask>();
  const problems: Remark[] = [];
  for (const task of tasks) {
    const sameNumber = byNumber.get(task.number);
    if (sameNumber === undefined) byNumber.set(task.number, task);
    else problems.push(at(task, `task ${spellNumber(task.number)} is there already, ${where(sameNumber, task)}`));
    const twin = byTitle.get(sameTitle(task.title));
    if (twin === undefined) byTitle.set(sameTitle(task.title), task);
    else if (!(twin.done && task.done)) {
      problems.push(at(task, `the title "${task.title}" is there already, ${where(twin, task)}`));
    }
  }
  // What is done is history: a circle or a missing number in it keeps nobody from starting.
  const open = tasks.filter((task) => !task.done);
  for (const task of open) {
    for (const number of task.dependsOn) {
      if (number === task.number) {
        problems.push(atDependencies(task, `task ${spellNumber(task.number)} depends on itself`));
      } else if (!byNumber.has(number)) {
        const message = `task ${spellNumber(task.number)} depends on ${spellNumber(number)}, and there is no such task`;
        problems.push(atDependencies(task, message));
      }
    }
  }
  for (const circle of circles(open)) {
    const path = [...circle, circle[0]].flatMap((task) => (task === undefined ? [] : [spellNumber(task.number)]));
    const [first] = circle;
    if (first !== undefined) {
      problems.push(atDependencies(first, `the dependencies go round in a circle: ${path.join(' -> ')}`));
    }
  }
  return problems;
}

/** Circles of two or more tasks that share no task, each beginning with its lowest number: `[a, b]` is a on b on a. */
export function circles(tasks: readonly PlannedTask[]): readonly (readonly PlannedTask[])[] {
  const left = new Map<number, PlannedTask>();
  for (const task of tasks) if (!left.has(task.number)) left.set(task.number, task);
  const found: (readonly PlannedTask[])[] = [];
  for (;;) {
    dropWhatCanStart(left);
    const numbers = [...left.keys()];
    if (numbers.length === 0) return found;
    const circle = walkRound(Math.min(...numbers), left);
    for (const task of circle) left.delete(task.number);
    found.push(fromLowest(circle));
  }
}

/** Takes out, as long as there is one, every task that waits for nothing that is left. */
function dropWhatCanStart(left: Map<number, PlannedTask>): void {
  let before = -1;
  while (before !== left.size) {
    before = left.size;
    for (const task of [...left.values()]) if (blockersIn(left, task).length === 0) left.delete(task.number);
  }
}

/** Every task that is left waits for another one that is left, so going from blocker to blocker comes round. */
function walkRound(start: number, left: ReadonlyMap<number, PlannedTask>): readonly PlannedTask[] {
  const path: PlannedTask[] = [];
  let task = left.get(start);
  while (task !== undefined) {
    const again = path.indexOf(task);
    if (again >= 0) return path.slice(again);
    path.push(task);
    task = blockersIn(left, task)[0];
  }
  return path;
}

function blockersIn(left: ReadonlyMap<number, PlannedTask>, task: PlannedTask): readonly PlannedTask[] {
  return task.dependsOn.flatMap((number) => {
    const blocker = number === task.number ? undefined : left.get(number);
    return blocker === undefined ? [] : [blocker];
  });
}

function fromLowest(circle: readonly PlannedTask[]): readonly PlannedTask[] {
  const lowest = Math.min(...circle.map((task) => task.number));
  const index = circle.findIndex((task) => task.number === lowest);
  return [...circle.slice(index), ...circle.slice(0, index)];
}

function where(other: PlannedTask, seenFrom: PlannedTask): string {
  return other.at.path === seenFrom.at.path ? `in line ${other.at.line}` : `in ${other.at.path}:${other.at.line}`;
}

function at(task: PlannedTask, message: string): Remark {
  return { ...task.at, message };
}

function atDependencies(task: PlannedTask, message: string): Remark {
  return { ...task.dependenciesAt, message };
}
