/** `heddle retry <task>`: a person says go on, where a person was needed. */
import { describeRetry } from '../spawner/by-hand/messages.ts';
import { retry } from '../spawner/by-hand/retry.ts';
import { openSpawner } from '../wiring/spawner.ts';
import { argument, command, text } from './command.ts';

export const retryCommand = command({
  name: 'retry',
  summary: 'Go on with a task that needed a person',
  example: 'TASK',
  takes: { task: argument(text, { what: 'the task' }) },
  async run({ openCheckout, terminal }, { task }) {
    const spawner = await openSpawner(await openCheckout());
    terminal.answer(describeRetry(task, await retry(spawner, task)));
    return 'done';
  },
});
