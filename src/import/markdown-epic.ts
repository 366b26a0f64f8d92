/** One Markdown file that holds a whole epic: `# Epic: TITLE`, Goal, Success Criteria and a table of tasks. */

import { readChecklist } from './checklist.ts';
import { inOrderOfPlace, type Parsed, type Place, type PlannedTask, type Remark, type TextFile } from './epic.ts';
import { graphProblems } from './graph.ts';
import { type Block, type Document, headingName, readMarkdown, textOf, underHeadings } from './markdown.ts';
import { isTaskTable, readTaskTable } from './task-table.ts';

/** What an epic's file says; a part that is not there is empty, and `title` and `tasks` are then for the caller to judge. */
export type EpicParts = {
  title: string;
  at: Place;
  description: string;
  acceptanceCriteria: string;
  tasks: readonly PlannedTask[];
  /** The line to point at when there are no tasks. */
  tasksLine: number;
  problems: readonly Remark[];
  document: Document;
};

type Section = 'goal' | 'success' | 'breakdown';

const SECTIONS: readonly (readonly [Section, RegExp])[] = [
  ['goal', /^(goals?|objectives?|purpose|aim)$/],
  ['success', /^((success|acceptance) criteria|definition of done)$/],
  ['breakdown', /^(task breakdown|breakdown|tasks?|task list|task overview)$/],
];

const EPIC_TITLE = /^epic\s*(?:#?\d+)?\s*[:–—-]\s*(.+)$/i;

/** The epic of a Markdown file, or everything that is wrong with it. */
export function parseEpic(file: TextFile): Parsed {
  const parts = readEpicParts(file);
  const problems = [...parts.problems];
  if (parts.title === '') problems.push({ ...parts.at, message: 'expected a heading `# Epic: TITLE`' });
  if (parts.tasks.length === 0 && parts.problems.length === 0) {
    problems.push({ path: file.path, line: parts.tasksLine, message: noTasks(parts) });
  }
  problems.push(...graphProblems(parts.tasks));
  if (problems.length > 0) return { problems: inOrderOfPlace(problems) };
  const { title, description, acceptanceCriteria, at, tasks } = parts;
  return { ok: { title, description, acceptanceCriteria, at, tasks, remarks: [] } };
}

export function readEpicParts(file: TextFile): EpicParts {
  const document = readMarkdown(file.text);
  const headings = document.blocks.flatMap((block) => (block.kind === 'heading' ? [block] : []));
  const named = headings.filter((heading) => EPIC_TITLE.test(heading.title));
  const titleHeading = named[0] ?? headings.find((heading) => heading.depth === 1);
  const problems: Remark[] = named
    .slice(1)
    .map(({ line }) => ({ path: file.path, line, message: 'a second epic begins here; give each epic its own file' }));
  const title = titleHeading === undefined ? '' : (EPIC_TITLE.exec(titleHeading.title)?.[1] ?? titleHeading.title);
  const placed = underHeadings(document.blocks, (heading) =>
    heading === titleHeading ? undefined : nameOf(heading.title),
  );
  const { tables, success, prose } = splitTables(placed, titleHeading);
  const read = tables.map((table) => readTaskTable(table, file.path));
  const checklist = readChecklist(placed.flatMap(({ name, block }) => (name === 'success' ? [] : [block])));
  return {
    title: title.trim(),
    at: { path: file.path, line: titleHeading?.line ?? 1 },
    description: textOf(document, prose),
    acceptanceCriteria: textOf(document, success),
    tasks: read
      .flatMap(({ tasks }) => tasks)
      .map(({ status, ...task }) => ({ ...task, done: status ?? checklist.saysDone(task) })),
    tasksLine: placed.find(({ name }) => name === 'breakdown')?.block.line ?? 1,
    problems: [...problems, ...read.flatMap((table) => table.problems)],
    document,
  };
}

type Placed = ReturnType<typeof underHeadings<Section>>;

/**
 * The task tables, and all the text that becomes the description: what nobody asked for by name is part of it too.
 * Where a Task Breakdown section has its tables, a table elsewhere is prose even if it looks like one.
 */
function splitTables(placed: Placed, titleHeading: Block | undefined) {
  const all = placed.flatMap(({ name, block }) =>
    block.kind === 'table' && isTaskTable(block) ? [{ name, block }] : [],
  );
  const inSection = all.filter(({ name }) => name === 'breakdown');
  const tables = (inSection.length > 0 ? inSection : all).map(({ block }) => block);
  const chosen = new Set<Block>(tables);
  const success = placed.flatMap(({ name, block, opens }) =>
    name !== 'success' || opens || block.kind === 'rule' || chosen.has(block) ? [] : [block],
  );
  const prose = placed.flatMap(({ name, block, opens }) => {
    if (name === 'success' || block.kind === 'rule' || block === titleHeading || chosen.has(block)) return [];
    if (opens && (name === 'goal' || name === 'breakdown')) return [];
    // Headings of groups of tasks say nothing once their tables are gone.
    return name === 'breakdown' && block.kind === 'heading' ? [] : [block];
  });
  return { tables, success, prose };
}

function nameOf(title: string): Section | undefined {
  const name = headingName(title);
  return SECTIONS.find(([, pattern]) => pattern.test(name))?.[0];
}

function noTasks({ document, tasksLine }: EpicParts): string {
  const expected = 'expected a table `| # | Task | Description | Dependencies |` with a row for each task';
  const nearly = document.blocks.some(
    (block) =>
      block.kind === 'text' &&
      block.line >= tasksLine &&
      (document.lines[block.line - 1] ?? '').trimStart().startsWith('|'),
  );
  return nearly
    ? `${expected}; its second line has to be \`|---|---|---|---|\`, with as many cells as the first`
    : expected;
}
