/** Lines as `bd export` prints them, and files that hold anything. */
import fc from 'fast-check';

export const now = new Date('2026-11-20T12:00:00.400Z');

/** Characters that Go, or JavaScript, spells in a way of its own. */
export const SPECIAL = '<a> & \u2028\u2029 ü 漢 😀 "\\ \t\n\r\b\f\u0001 \u007f /';

const GO: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** One line of bd-e.1, open in round 1, with changes. */
export function line(changes: Readonly<Record<string, unknown>> = {}): string {
  const json = {
    id: 'bd-e.1',
    title: 'Task',
    status: 'open',
    priority: 2,
    issue_type: 'task',
    updated_at: '2026-11-20T11:00:00Z',
    metadata: { round: 1 },
    dependency_count: 0,
    ...changes,
  };
  return JSON.stringify(json).replace(/[<>&\u2028\u2029]/g, (character) => GO[character] ?? character);
}

const row = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' ')),
  fc.constantFrom('', '{', '[]', 'null', '\ufeff{"id":"bd-x"}', '{"id":"bd-y"}\r', '{"_type":"memory","id":"m"}'),
  fc
    .record({
      id: fc.constantFrom('bd-e.10', 'bd-e.2', 'bd-e'),
      title: fc.string(),
      status: fc.constantFrom('open', 'closed'),
    })
    .map(line),
);

/** Whole lines of anything but bd-e.1. */
export const anyFile = fc.array(row, { maxLength: 8 }).map((rows) => rows.map((text) => `${text}\n`).join(''));

/** The numbers of the lines that differ; a line more or less counts. */
export function difference(before: string, after: string): number[] {
  const [old, changed] = [before.split('\n'), after.split('\n')];
  return Array.from({ length: Math.max(old.length, changed.length) }, (_, i) => i).filter((i) => old[i] !== changed[i]);
}
