import { describe, expect, test } from '@jest/globals';
import { createTerminal } from '../../src/adapters/terminal.ts';

function screen(isTTY: boolean) {
  const written = { out: '', err: '' };
  const stream = (key: 'out' | 'err') => ({
    isTTY,
    columns: 80,
    write(text: string) {
      written[key] += text;
    },
  });
  return { written, terminal: createTerminal(stream('out'), stream('err')) };
}

const rows = [
  ['bd-e.1', 'A title\twith\ntwo lines\r\n', '#12'],
  ['bd-e.10', 'ü 漢 \u001b]0;gotcha\u0007\u001b[31mred', ''],
];

test('answers go to stdout, progress to stderr, so that an answer can be piped', () => {
  const { written, terminal } = screen(false);
  terminal.answer('the answer');
  terminal.tell('working');
  terminal.json({ a: ['<b>', null] });
  expect(written).toEqual({ out: 'the answer\n{\n  "a": [\n    "<b>",\n    null\n  ]\n}\n', err: 'working\n' });
});

describe('a table', () => {
  test('in a pipe has a row per line and a tab between cells, and no heading', () => {
    const { written, terminal } = screen(false);
    terminal.table(['task', 'title', 'pr'], rows);
    const lines = written.out.split('\n');
    expect(lines.map((line) => line.split('\t').length)).toEqual([3, 3, 1]);
    expect(lines[0]).toBe('bd-e.1\tA title with two lines \t#12');
  });

  test('on a terminal has a heading, and columns that stand below each other', () => {
    const { written, terminal } = screen(true);
    terminal.table(['task', 'title', 'pr'], rows);
    const lines = written.out.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^TASK {2,}TITLE +PR$/);
    expect(lines[1]?.indexOf('A title with two lines')).toBe(lines[0]?.indexOf('TITLE'));
    expect(lines.every((line) => line === line.trimEnd())).toBe(true);
  });

  test.each([[true], [false]])('never lets text from outside steer the terminal (terminal: %s)', (isTTY) => {
    const { written, terminal } = screen(isTTY);
    terminal.table(['task', 'title', 'pr'], rows);
    expect(written.out.replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
  });

  test('without rows is its heading, or nothing in a pipe', () => {
    const pipe = screen(false);
    pipe.terminal.table(['task'], []);
    expect(pipe.written.out).toBe('');
  });
});
