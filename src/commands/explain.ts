/** `heddle explain TASK | --pr N`: why one task is where it is, and what moves it. */
import { explain } from '../spawner/by-hand/explain.ts';
import { describeExplanation } from '../spawner/by-hand/messages.ts';
import { oneIsNeeded } from '../spawner/messages/moves.ts';
import { limitsOf, openSpawner } from '../wiring/spawner.ts';
import { argument, command, option, text, wholeNumber } from './command.ts';
import { json } from './options.ts';

export const explainCommand = command({
  name: 'explain',
  summary: 'Say why a task is not started, merged or closed, and who moves next',
  example: 'TASK',
  onlyReads: true,
  takes: {
    task: argument(text.optional(), { what: 'the task' }),
    pr: option(wholeNumber.optional(), { value: 'n', what: 'the task of this pull request, instead' }),
    json,
  },
  async run({ openCheckout, terminal }, { task, pr, ...given }) {
    const asked = askedFor(task, pr);
    const checkout = await openCheckout();
    const { readers, names } = await openSpawner(checkout);
    const explained = await explain(readers, names, limitsOf(checkout), asked);
    if (given.json) terminal.json(explained);
    else for (const line of describeExplanation(explained)) terminal.answer(line);
    return 'done';
  },
});

function askedFor(task: string | undefined, pullRequest: number | undefined): Parameters<typeof explain>[3] {
  if (task !== undefined && pullRequest === undefined) return { task };
  if (task === undefined && pullRequest !== undefined) return { pullRequest };
  throw oneIsNeeded();
}
