/** One task's own Markdown file: a heading, a `Status:` line, checkboxes, `Depends on:`, sections. */
import { readDependencies } from './dependencies.ts';
import { saysDone } from './done.ts';
import type { Place, PlannedTask, Remark, TextFile } from './epic.ts';
import { type Block, type Document, headingName, readMarkdown, textOf, underHeadings } from './markdown.ts';
import { titleProblems, unreadableDependency } from './task-table.ts';

export type TaskFile = {
  /** Undefined if the file has a problem that leaves nothing to work with. */
  task: PlannedTask | undefined;
  /** What the file itself speaks of, so that an overview's table may fill in the rest. */
  says: { status: boolean; dependencies: boolean };
  fileName: string;
  problems: readonly Remark[];
  remarks: readonly Remark[];
};

type Section = 'acceptance' | 'design' | 'notes' | 'dependencies' | 'status' | 'description';
type Said = { value: string; line: number; lines: readonly number[] };

const SECTIONS: readonly (readonly [Section, RegExp])[] = [
  ['acceptance', /^((success|acceptance) criteria|definition of done)$/],
  ['design', /^(design|technical (design|details|approach|notes)|approach|implementation( notes| details)?)$/],
  ['notes', /^notes?$/],
  ['dependencies', /^(dependenc(y|ies)|depends on|blocked by)$/],
  ['status', /^status$/],
  ['description', /^(description|summary|goal|what)$/],
];
const DEPENDENCY_KEYS = ['depends on', 'dependencies', 'dependency', 'depends', 'blocked by', 'deps'];

export function readTaskFile(found: { file: TextFile; number: number; name: string; inDoneFolder: boolean }): TaskFile {
  const { file, number, name, inDoneFolder } = found;
  const document = readMarkdown(file.text);
  const heading = document.blocks.find((block) => block.kind === 'heading');
  // A first heading that is a section's name is no title.
  const titled = heading !== undefined && sectionOf(heading.title) === undefined ? heading : undefined;
  const at: Place = { path: file.path, line: titled?.line ?? 1 };
  const frontTitle = document.frontMatter.get('title') ?? document.frontMatter.get('name');
  const title = withoutNumber(titled?.title ?? frontTitle?.value ?? '', number) || inWords(name);
  const placed = underHeadings(document.blocks, (each) => (each === titled ? undefined : sectionOf(each.title)));
  const section = (wanted: Section): readonly Block[] =>
    placed.flatMap(({ name: here, block, opens }) =>
      here === wanted && !opens && block.kind !== 'rule' ? [block] : [],
    );

  const status = said(document, ['status', 'state'], section('status'));
  const needs = said(document, DEPENDENCY_KEYS, section('dependencies'));
  const { numbers, unreadable } = readDependencies(needs?.value ?? '');
  const dependenciesAt = { path: file.path, line: needs?.line ?? at.line };
  const taken = new Set([...(status?.lines ?? []), ...(needs?.lines ?? [])]);
  const prose = placed.flatMap(({ name: here, block, opens }) =>
    block === titled || block.kind === 'rule' || (here !== undefined && (here !== 'description' || opens))
      ? []
      : [block],
  );
  const judged = judge(document, status, inDoneFolder, file.path);
  return {
    task: {
      number,
      title,
      description: textOf(document, prose, taken),
      acceptanceCriteria: textOf(document, section('acceptance'), taken),
      design: textOf(document, section('design'), taken),
      notes: textOf(document, section('notes'), taken),
      dependsOn: numbers,
      done: judged.done === true,
      at,
      dependenciesAt,
    },
    says: { status: judged.done !== undefined, dependencies: needs !== undefined },
    fileName: file.path.split('/').at(-1) ?? file.path,
    problems: [...titleProblems(title, at), ...unreadable.map((text) => unreadableDependency(text, dependenciesAt))],
    remarks: judged.remarks,
  };
}

/** A word on the status counts more than the folder, and the folder more than the checkboxes. */
function judge(document: Document, status: Said | undefined, inDoneFolder: boolean, path: string) {
  const boxes = document.blocks.flatMap((block) => (block.kind === 'text' ? block.checkboxes : []));
  const checked = boxes.filter((box) => box.checked).length;
  const remarks: Remark[] = [];
  const byBoxes = boxes.length === 0 ? undefined : checked === boxes.length;
  if (status === undefined || status.value.trim() === '') return { done: inDoneFolder ? true : byBoxes, remarks };
  const done = saysDone(status.value);
  if (byBoxes !== undefined && byBoxes !== done && (done || checked > 0)) {
    const count = `${checked} of ${boxes.length} checkboxes ticked`;
    remarks.push({
      path,
      line: status.line,
      message: `taken as ${done ? 'done' : 'open'} by its status, with ${count}`,
    });
  }
  return { done, remarks };
}

/** A value from the front matter, from a line `Key: value` (with a list below it if the value is empty), or from a section. */
function said(document: Document, keys: readonly string[], section: readonly Block[]): Said | undefined {
  for (const key of keys) {
    const front = document.frontMatter.get(key);
    if (front !== undefined) return { ...front, lines: [] };
  }
  const label = new RegExp(
    `(?:^|\\|)\\s*(?:>\\s*)?(?:[-*+]\\s+)?(?:\\*\\*|__)?(?:${keys.join('|')})\\s*(?:\\*\\*|__)?\\s*:\\s*(?:\\*\\*|__)?\\s*(.*?)\\s*(?:\\||$)`,
    'i',
  );
  for (const block of document.blocks) {
    if (block.kind !== 'text') continue;
    for (let line = block.line; line <= block.endLine; line += 1) {
      const match = label.exec(document.lines[line - 1] ?? '');
      if (match === null) continue;
      const value = match[1] ?? '';
      const list = value === '' ? listFrom(document, line + 1) : [];
      const lines = [line, ...list];
      return { value: value || list.map((at) => document.lines[at - 1]).join('\n'), line, lines };
    }
  }
  const [first] = section;
  return first === undefined ? undefined : { value: textOf(document, section), line: first.line, lines: [] };
}

/** The lines below a label without a value: the rest of its paragraph, or the list behind it, one empty line apart at most. */
function listFrom(document: Document, line: number): readonly number[] {
  const text = (at: number) => (document.lines[at - 1] ?? '').trim();
  const isItem = (at: number) => /^(?:[-*+]|\d+[.)])\s/.test(text(at));
  let at = text(line) === '' && isItem(line + 1) ? line + 1 : line;
  const lines: number[] = [];
  while (text(at) !== '' && !text(at).startsWith('#')) {
    lines.push(at);
    at += 1;
  }
  return lines;
}

function sectionOf(title: string): Section | undefined {
  const name = headingName(title);
  return SECTIONS.find(([, pattern]) => pattern.test(name))?.[0];
}

/** `Task 003: Add the parser` is `Add the parser`, if 3 is this task's number. */
function withoutNumber(title: string, number: number): string {
  return title.replace(new RegExp(`^(?:task\\s*)?#?0*${number}\\s*(?:[:.)–—-]\\s*|\\s+|$)`, 'i'), '').trim();
}

/** `add-parser` is `Add parser`. */
function inWords(name: string): string {
  const words = name.replace(/[-_.\s]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
