/** Reading `None`, `001`, `002, 003`, `#2`, `2-4` and the other ways in which people write down what comes first. */
import { IMPORT_LIMITS } from './epic.ts';

type Dependencies = { numbers: readonly number[]; unreadable: readonly string[] };

const NONE = /^(none|nothing|no|n\/a|na)$/i;
const WORD = String.raw`(?:tasks?|t|no\.?|nr\.?)?\s*#?\s*`;
const NUMBER = new RegExp(`^${WORD}0*(\\d{1,9})\\.?$`, 'i');
/** `003-add-parser.md`, `003: Add the parser`, `3 Add the parser`: a number with the title behind it. */
const NUMBERED = new RegExp(`^${WORD}0*(\\d{1,9})(?:\\s*[-–—:_]\\s*|\\s+|\\.\\s+|\\.(?=md$))(?=\\D)`, 'i');
const RANGE = new RegExp(`^${WORD}0*(\\d{1,9})\\s*(?:[-–—]|\\.\\.|to)\\s*#?\\s*0*(\\d{1,9})$`, 'i');

/** The task numbers in a table cell, on a `Depends on:` line or in a list, each once, in the order of the text. */
export function readDependencies(text: string): Dependencies {
  const numbers = new Set<number>();
  const unreadable: string[] = [];
  for (const item of text.split(/\r?\n|<br\s*\/?>/i).map(bare)) {
    // A list item may carry the title behind its number, and the title may hold commas.
    const titled = NUMBERED.exec(item)?.[1];
    const tokens = titled !== undefined && !/[,;&+]\s*#?\d|\band\s+#?\d/.test(item) ? [item] : separate(item);
    for (const token of tokens) {
      const found = readToken(token);
      if (found === undefined) unreadable.push(token);
      else for (const number of found) numbers.add(number);
    }
  }
  return { numbers: [...numbers], unreadable };
}

/** `001`, `#1`, `T1`, `Task 1` and `1.` are the number 1. */
export function readNumber(text: string): number | undefined {
  const digits = NUMBER.exec(bare(text))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function readToken(token: string): readonly number[] | undefined {
  const word = token.trim();
  if (/^[-–—.]*$/.test(word) || NONE.test(word)) return [];
  const range = RANGE.exec(word);
  if (range !== null) {
    const from = Number(range[1]);
    const to = Number(range[2]);
    if (to < from || to - from >= IMPORT_LIMITS.tasks) return undefined;
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  }
  const digits = (NUMBER.exec(word) ?? NUMBERED.exec(word))?.[1];
  return digits === undefined ? undefined : [Number(digits)];
}

function separate(item: string): readonly string[] {
  return item.split(/[,;&+]|\band\b/i).filter((token) => token.trim() !== '');
}

/** Without list markers, checkboxes, emphasis, code marks, link targets and what stands in parentheses behind something else. */
function bare(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(?:[-*+]\s+)?(?:\[[ xX]\]\s+)?/, '')
    .replace(/^\(([^()]*)\)\s*$/, '$1')
    .replace(/\([^)]*\)/g, '')
    .replace(/[`*\\]|__|~~/g, '')
    .replace(/[[\]"']/g, '')
    .trim()
    .replace(/^none\b.*$/i, '')
    .replace(/(?<=\D)\.$/, '');
}
