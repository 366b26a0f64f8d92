/** What `heddle import` says. Answers go to stdout; problems and remarks to stderr. */
import type { ExitName } from '../domain/errors.ts';
import { type Remark, spellNumber } from './epic.ts';
import type { Difference } from './plan.ts';
import type { ImportOutcome } from './run.ts';

type Said = { stdout: readonly string[]; stderr: readonly string[]; exit: ExitName };

/** Problems shown at once; the rest is counted, since one mistake often makes many. */
const SHOWN_PROBLEMS = 20;

export function sayImport(outcome: ImportOutcome): Said {
  switch (outcome.outcome) {
    case 'unreadable':
      return {
        stdout: [],
        stderr: [
          `Error: ${outcome.path} cannot be read: ${outcome.why}.`,
          'Hint: Give a Markdown epic or a folder with one file for each task: heddle import plan/epic.md',
        ],
        exit: 'config',
      };
    case 'refused':
      return { stdout: [], stderr: refusal(outcome.problems), exit: 'config' };
    case 'nothing to add':
      return { stdout: [...nothing(outcome), ...next(outcome)], stderr: asides(outcome), exit: 'done' };
    case 'imported':
      return { stdout: [...added(outcome), ...next(outcome)], stderr: asides(outcome), exit: 'done' };
    default:
      return outcome satisfies never;
  }
}

type Planned = Extract<ImportOutcome, { outcome: 'imported' | 'nothing to add' }>;

function added(outcome: Extract<ImportOutcome, { outcome: 'imported' }>): readonly string[] {
  const { epic, epicIsNew, title, created, present, skippedDone, dryRun } = outcome;
  const verb = dryRun ? 'Would import' : 'Imported';
  const rest = [
    ...(present.length > 0 ? [`${tasks(present.length)} there already`] : []),
    ...(skippedDone.length > 0 ? [`${tasks(skippedDone.length)} done and left out`] : []),
  ];
  const behind = rest.length === 0 ? '' : `; ${rest.join(', ')}`;
  const into = epicIsNew ? `as ${epic}` : `into ${epic}`;
  return [
    `${verb} ${tasks(created.length)} of "${title}" ${into}${behind}.`,
    ...created.map(({ number, id, title: task }) => `  ${id}\t${spellNumber(number)}\t${task}`),
  ];
}

function nothing({ epic, title, present, skippedDone }: Planned): readonly string[] {
  if (present.length === 0) return [`Nothing to import: all ${skippedDone.length} tasks of "${title}" are done.`];
  const done = skippedDone.length === 0 ? '' : `, ${tasks(skippedDone.length)} done and left out`;
  return [`Nothing to import: ${epic} has all of "${title}" already (${tasks(present.length)}${done}).`];
}

function next(outcome: Planned): readonly string[] {
  if (outcome.outcome === 'imported' && outcome.dryRun) return ['Nothing was written. Without --dry-run, it is.'];
  return outcome.present.length + outcome.created.length === 0 ? [] : [`Next: heddle spawn --epic ${outcome.epic}`];
}

function asides({ differences, remarks }: Planned): readonly string[] {
  return [
    ...remarks.map((remark) => `Note: ${placed(remark)}`),
    ...differences.map((each) => `Note: ${difference(each)}`),
  ];
}

function difference({ number, id, title, what }: Difference): string {
  switch (what.is) {
    case 'title':
      return `${id} is called "${what.inBeads}" in Beads and "${title}" in the file; Beads was left as it is.`;
    case 'done in the file':
      return `${id} (${title}) is done in the file and not closed in Beads; if it is done: bd close ${id}`;
    case 'left the file':
      return `${id} (${title}) has left the file (${spellNumber(number)}) and stays in Beads; to drop it: bd close ${id}`;
    case 'dependencies':
      return `${id} (${title}) does not wait for ${what.missing.join(', ')} in Beads; to add it: bd dep add ${id} ${what.missing[0]}`;
    default:
      return what satisfies never;
  }
}

function refusal(problems: readonly Remark[]): readonly string[] {
  const rest = problems.length - SHOWN_PROBLEMS;
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return [
    `Error: Nothing was imported, because of ${count}:`,
    ...problems.slice(0, SHOWN_PROBLEMS).map((problem) => `  ${placed(problem)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    'Hint: Fix the lines named above and run the same command again.',
  ];
}

function placed({ path, line, message }: Remark): string {
  return `${path}:${line}: ${message}`;
}

function tasks(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`;
}
