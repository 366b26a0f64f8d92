/** `heddle retry <task>`: a person says go on, where a person was needed. */
import { readVerdict } from '../merger/verdict.ts';
import { describeRetry } from '../spawner/by-hand/messages.ts';
import { retry } from '../spawner/by-hand/retry.ts';
import { openBeads } from '../wiring/beads.ts';
import { namesOf, openForge } from '../wiring/forge.ts';
import { argument, command, text } from './command.ts';

export const retryCommand = command({
  name: 'retry',
  summary: 'Go on with a task that needed a person',
  example: 'TASK',
  takes: { task: argument(text, { what: 'the task' }) },
  async run({ openCheckout, terminal }, { task }) {
    const checkout = await openCheckout();
    const forge = await openForge(checkout);
    const { base } = await namesOf(checkout, forge);
    const { processes, clock } = checkout;
    const { pullRequests, github } = forge;
    const beads = openBeads(checkout);
    const deps = {
      beads,
      pullRequests,
      processes,
      clock,
      base,
      verdictOn: (pullRequest: Parameters<typeof readVerdict>[1]) => readVerdict(github, pullRequest),
    };
    terminal.answer(describeRetry(task, await retry(deps, task)));
    return 'done';
  },
});
