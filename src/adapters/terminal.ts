/** How a command speaks: answers on stdout, progress on stderr; a table on a terminal, tabs in a pipe. */
import Table from 'cli-table3';
import { errorCode } from './host/error-code.ts';

export type Terminal = {
  /** What the command was asked for. */
  answer(text: string): void;
  /** What it is doing meanwhile. */
  tell(text: string): void;
  /** Rows with a heading on a terminal; in a pipe, tabs between cells and no heading, so that `cut -f` reads it. */
  table(heading: readonly string[], rows: readonly (readonly string[])[]): void;
  json(value: unknown): void;
};

/** Writes, and waits until the other side has taken it and all that came before, or has gone away. */
export function written(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}

/** Who reads may stop early, as `head` does: that is no error, only an end. */
export function onReaderGone(stream: NodeJS.WritableStream, gone: () => void): void {
  stream.on('error', (error: unknown) => {
    if (errorCode(error) !== 'EPIPE') throw error;
    gone();
  });
}

type Stream = { write(text: string): unknown; isTTY?: boolean; columns?: number };

export function createTerminal(stdout: Stream, stderr: Stream): Terminal {
  const answer = (text: string): void => void stdout.write(`${text}\n`);
  return {
    answer,
    tell: (text) => void stderr.write(`${text}\n`),
    json: (value) => answer(JSON.stringify(value, undefined, 2)),
    table(heading, rows) {
      if (stdout.isTTY !== true) {
        for (const row of rows) answer(row.map(oneLine).join('\t'));
        return;
      }
      const table = new Table({
        head: heading.map((text) => text.toUpperCase()),
        chars: BLANK,
        // No colours: the words say it, and NO_COLOR need not be asked.
        style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
      });
      table.push(...rows.map((row) => row.map(oneLine)));
      answer(table.toString().replace(/ +$/gm, ''));
    },
  };
}

/** A cell must not break its row, nor steer the terminal: what it holds is text from outside. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

const BLANK = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((name) => [name, '']),
);
