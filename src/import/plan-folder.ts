/** A folder such as `.plan/` with one Markdown file for each task, its number and name in the file's name. */

import { readChecklist } from './checklist.ts';
import { inOrderOfPlace, type Parsed, type PlannedTask, type Remark, type Source, type TextFile } from './epic.ts';
import { graphProblems } from './graph.ts';
import { type EpicParts, readEpicParts } from './markdown-epic.ts';
import { readTaskFile, type TaskFile } from './task-file.ts';

type Folder = Extract<Source, { kind: 'folder' }>;
type Found = { file: TextFile; number: number; name: string; inDoneFolder: boolean };

const MARKDOWN = /\.(md|markdown)$/i;
const TASK_NAME = /^(?:task|t)?[-_ ]?(\d{1,9})(?:[-_. ]+(.*))?$/i;
const DATE_NAME = /^\d{4}-\d{2}-\d{2}/;
const OVERVIEW_NAME = /^(?:0+[-_ .]+)?(epic|overview|readme|plan|index|summary)$/i;
const DONE_FOLDER = /^(done|completed?|closed|finished|archived?)$/i;
const TASK_FOLDER = /^(tasks|todo|open|doing|in[-_ ]?progress|backlog)$/i;

/** The epic of a folder of task files, or everything that is wrong with it. */
export function parsePlanFolder(folder: Folder): Parsed {
  const { tasks: found, overview, others, elsewhere } = sort(folder);
  const parts = overview === undefined ? undefined : readEpicParts(overview);
  const files = found.map(readTaskFile);
  const problems = [...(parts?.problems ?? []), ...files.flatMap((file) => file.problems)];
  const tasks = merge(files, parts);
  if (tasks.length === 0 && problems.length === 0) problems.push(nothingHere(folder, elsewhere));
  problems.push(...graphProblems(tasks));
  if (problems.length > 0) return { problems: inOrderOfPlace(problems) };
  const remarks = [
    ...files.flatMap((file) => file.remarks),
    ...others.map(({ path }) => ({ path, line: 1, message: 'not read: its name carries no task number' })),
  ];
  return {
    ok: {
      title: parts?.title || folder.name,
      description: parts?.description ?? '',
      acceptanceCriteria: parts?.acceptanceCriteria ?? '',
      at: parts?.at ?? { path: folder.path, line: 1 },
      tasks,
      remarks: inOrderOfPlace(remarks),
    },
  };
}

/** What stands in a task's own file wins; the overview's table fills in what the file leaves open, and tasks without a file. */
function merge(files: readonly TaskFile[], parts: EpicParts | undefined): readonly PlannedTask[] {
  const rows = new Map((parts?.tasks ?? []).map((task) => [task.number, task]));
  const checklist = parts === undefined ? undefined : readChecklist(parts.document.blocks);
  const fromFiles = files.flatMap(({ task, says, fileName }): readonly PlannedTask[] => {
    if (task === undefined) return [];
    const row = rows.get(task.number);
    const dependencies =
      says.dependencies || row === undefined ? {} : { dependsOn: row.dependsOn, dependenciesAt: row.dependenciesAt };
    const elsewhere = row?.done === true || checklist?.saysDone({ ...task, fileName }) === true;
    return [
      {
        ...task,
        ...dependencies,
        description: task.description || (row?.description ?? ''),
        done: says.status ? task.done : elsewhere,
      },
    ];
  });
  const withFile = new Set(fromFiles.map(({ number }) => number));
  const fromTable = [...rows.values()].filter(({ number }) => !withFile.has(number));
  return [...fromFiles, ...fromTable].sort((a, b) => a.number - b.number);
}

function sort(folder: Folder) {
  const tasks: Found[] = [];
  const others: TextFile[] = [];
  const elsewhere = new Set<string>();
  const overviews: TextFile[] = [];
  for (const file of folder.files) {
    const segments = below(folder.path, file.path).split('/');
    const stem = (segments.pop() ?? '').replace(MARKDOWN, '');
    const [parent] = segments;
    const number = DATE_NAME.test(stem) ? undefined : TASK_NAME.exec(stem);
    const here = segments.length === 0;
    if (here && OVERVIEW_NAME.test(stem)) overviews.push(file);
    else if (number === undefined || number === null) {
      if (here) others.push(file);
    } else if (here || (segments.length === 1 && (DONE_FOLDER.test(parent ?? '') || TASK_FOLDER.test(parent ?? '')))) {
      const inDoneFolder = DONE_FOLDER.test(parent ?? '');
      tasks.push({ file, number: Number(number[1]), name: number[2] ?? '', inDoneFolder });
    } else elsewhere.add(segments.join('/'));
  }
  // `epic.md` says more about the whole than a README that may speak of the format.
  const order = ['epic', 'overview', 'plan', 'summary', 'readme', 'index'];
  const rank = (file: TextFile) =>
    order.findIndex((name) => file.path.toLowerCase().replace(MARKDOWN, '').endsWith(name));
  const [overview, ...rest] = [...overviews].sort((a, b) => rank(a) - rank(b));
  return { tasks, overview, others: [...rest, ...others], elsewhere: [...elsewhere].sort() };
}

function nothingHere(folder: Folder, elsewhere: readonly string[]): Remark {
  const expected = 'expected task files with a number and a name, such as 001-add-parser.md';
  const hint =
    elsewhere.length === 0 ? '' : `; there are some in ${elsewhere.join(', ')}: import each of these folders by itself`;
  return { path: folder.path, line: 1, message: `${expected}${hint}` };
}

function below(folder: string, path: string): string {
  const root = folder.replace(/\/+$/, '');
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}
