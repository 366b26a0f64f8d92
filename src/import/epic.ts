/**
 * An epic as a person wrote it down outside Beads, once it is read: from a Markdown file or from a folder of task files.
 * Everything in `src/import` is pure except `run.ts`, which reads the source and makes the one call to Beads.
 */

/** Where something stands in a file; lines count from 1. */
export type Place = { path: string; line: number };

export type Remark = Place & { message: string };

export type PlannedTask = {
  /** The number in the table or in the file name; it is what a task is known by on a second run. */
  number: number;
  title: string;
  description: string;
  acceptanceCriteria: string;
  design: string;
  notes: string;
  /** Numbers of the tasks that have to be done first, each once, in the order in which they were written. */
  dependsOn: readonly number[];
  done: boolean;
  at: Place;
  /** Where the dependencies are written down. */
  dependenciesAt: Place;
};

export type PlannedEpic = {
  title: string;
  description: string;
  acceptanceCriteria: string;
  at: Place;
  /** In the order in which they were written. */
  tasks: readonly PlannedTask[];
  /** What a reader should know though it is no reason to refuse, such as a status that contradicts its checkboxes. */
  remarks: readonly Remark[];
};

export type TextFile = { path: string; text: string };

/** What `heddle import` was pointed at. A folder's files are all its Markdown files, folders below it included. */
export type Source =
  | ({ kind: 'file' } & TextFile)
  /** `name` is what the epic is called if no file says it. */
  | { kind: 'folder'; path: string; name: string; files: readonly TextFile[] };

export type Parsed = { ok: PlannedEpic } | { problems: readonly Remark[] };

/** Bounds of what is taken in one import, so that a wrong path is a sentence and not a hanging command. */
export const IMPORT_LIMITS = { tasks: 1_000, fileBytes: 4 * 1024 * 1024, files: 2_000 } as const;

/** Two spellings of one title: case and runs of white space make no difference. */
export function sameTitle(title: string): string {
  return title.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}

/** `001`: how people number the rows of such a table. */
export function spellNumber(number: number): string {
  return String(number).padStart(3, '0');
}

export function inOrderOfPlace(problems: readonly Remark[]): readonly Remark[] {
  return [...problems].sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}
