/** `heddle status`: where every task stands, what needs attention first. */
import type { Terminal } from '../adapters/terminal.ts';
import { type StatusRow, statusOf } from '../spawner/by-hand/status.ts';
import { limitsOf, openSpawner } from '../wiring/spawner.ts';
import { command, option, text } from './command.ts';
import { json } from './options.ts';

export const statusCommand = command({
  name: 'status',
  summary: "Show each task's phase, why it waits, and what to type next",
  example: '--epic ID',
  onlyReads: true,
  takes: {
    epic: option(text.optional(), { value: 'id', what: 'one epic; all that are open by default' }),
    json,
  },
  async run({ openCheckout, terminal }, { epic, ...given }) {
    const checkout = await openCheckout();
    const { readers, names } = await openSpawner(checkout);
    const rows = await statusOf(readers, names, limitsOf(checkout), epic, terminal.tell);
    if (given.json) terminal.json(rows);
    else tabulate(terminal, rows);
    return 'done';
  },
});

function tabulate(terminal: Terminal, rows: readonly StatusRow[]): void {
  terminal.table(
    ['task', 'phase', 'process', 'age', 'attempt', 'pull request', 'why', 'next'],
    rows.map((row) => [
      row.task,
      row.phase,
      row.process,
      row.ageSeconds === undefined ? '' : ageText(row.ageSeconds),
      row.attempt === undefined ? '' : String(row.attempt),
      row.pullRequest === undefined ? '' : `#${row.pullRequest}`,
      row.why,
      row.next,
    ]),
  );
}

function ageText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
