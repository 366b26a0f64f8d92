/**
 * What is wrong with a file of lines. Readers pass over a line that they cannot read, so somebody has to say that it is
 * there: a line that is passed over is not a line that is missing.
 */
import type { Problem } from './errors.ts';
import type { IssueId } from './ids.ts';
import { parseObject } from './json-text.ts';
import { idOfExportedLine } from './lines.ts';

/** Lines are counted from 1. `names` is every word of the line that could be an id. */
type LineFault =
  | { is: 'not JSON' | 'conflict marker'; line: number; names: readonly string[] }
  | { is: 'doubled'; id: IssueId; lines: readonly number[] };

const LINES_SHOWN = 10;
const MARKER = /^(?:<{7}|={7}|>{7}|\|{7})(?:\s|$)/;

export function lineFaults(file: string): readonly LineFault[] {
  const faults: LineFault[] = [];
  const places = new Map<IssueId, number[]>();
  for (const [index, text] of file.split('\n').entries()) {
    const id = idOfExportedLine(text);
    if (id !== undefined) {
      const known = places.get(id);
      if (known === undefined) places.set(id, [index + 1]);
      else known.push(index + 1);
    } else if (text.trim() !== '' && parseObject(text) === undefined) {
      const names = text.match(/[A-Za-z0-9][\w.-]*/g) ?? [];
      faults.push({ is: MARKER.test(text) ? 'conflict marker' : 'not JSON', line: index + 1, names });
    }
  }
  const doubled = [...places].filter(([, lines]) => lines.length > 1);
  return [...faults, ...doubled.map(([id, lines]): LineFault => ({ is: 'doubled', id, lines }))];
}

/** The first line that cannot be read and may be the line of one of these issues. */
export function faultNaming(file: string, ids: readonly IssueId[]): LineFault | undefined {
  return lineFaults(file).find((fault) => fault.is !== 'doubled' && ids.some((id) => fault.names.includes(id)));
}

/** `where` names the file, such as `.beads/issues.jsonl on main`; `show` is a command that prints it. */
export function tellFault(fault: LineFault, where: string, show: string): Problem {
  switch (fault.is) {
    case 'not JSON':
      return {
        problem: `line ${fault.line} of ${where} is no JSON object`,
        hint: `See it with: ${show} | sed -n ${fault.line}p; then fix or delete it in a commit of your own.`,
      };
    case 'conflict marker':
      return {
        problem: `line ${fault.line} of ${where} is left over from a merge conflict`,
        hint: `See it with: ${show} | sed -n ${fault.line}p; then delete the markers, and of each issue all lines but one, in a commit of your own.`,
      };
    case 'doubled': {
      const lines = fault.lines.slice(0, LINES_SHOWN);
      const more = fault.lines.length > lines.length ? ' and more' : '';
      return {
        problem: `lines ${lines.join(', ')}${more} of ${where} are all of ${fault.id}; a closed one counts before an open one, and then the newest`,
        hint: `See them with: ${show} | sed -n '${lines.map((line) => `${line}p`).join(';')}'; then delete all but the right one in a commit of your own.`,
      };
    }
    default:
      return fault satisfies never;
  }
}
