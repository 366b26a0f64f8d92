/** `heddle salvage [task]`: what was rescued of worktrees and branches that are gone, and how it is brought back. */
import { resolve } from 'node:path';
import { describeSalvage, RESCUES_HEADING, rescueRows } from '../spawner/by-hand/messages.ts';
import { salvage } from '../spawner/by-hand/salvage.ts';
import { argument, command, option, text } from './command.ts';
import { json } from './options.ts';

export const salvageCommand = command({
  name: 'salvage',
  summary: 'Show what was rescued of removed worktrees, and bring it back',
  example: 'TASK --branch NAME',
  takes: {
    task: argument(text.optional(), { what: 'one task; all of them by default' }),
    branch: option(text.optional(), { value: 'name', what: 'bring it back as this branch' }),
    into: option(text.optional(), {
      value: 'folder',
      what: 'bring it back in a worktree of this folder',
      completes: 'files',
    }),
    rescue: option(text.optional(), {
      value: 'name',
      what: 'which rescue, where a task has several; the newest by default',
    }),
    json,
  },
  async run({ openCheckout, terminal, cwd }, { task, branch, into, rescue, ...given }) {
    const { git } = await openCheckout();
    const folder = into === undefined ? undefined : resolve(cwd, into);
    const outcome = await salvage(git, { task, branch, folder, rescue });
    if (outcome.is === 'brought back') for (const line of describeSalvage(outcome)) terminal.answer(line);
    else if (given.json) terminal.json(outcome.rescues);
    else if (outcome.rescues.length > 0) terminal.table(RESCUES_HEADING, rescueRows(outcome.rescues));
    else terminal.answer(task === undefined ? 'There are no rescues.' : `There is no rescue of ${task}.`);
    return 'done';
  },
});
