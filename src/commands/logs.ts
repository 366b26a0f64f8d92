/** `heddle logs <task>`: what its newest attempt has printed. */
import { files } from '../adapters/host/files.ts';
import { UserError } from '../domain/errors.ts';
import { taskId } from '../domain/task.ts';
import { latestLog, readLog } from '../worker/logs.ts';
import { argument, command, flag, option, text } from './command.ts';

export const logsCommand = command({
  name: 'logs',
  summary: "Show what a task's agent printed",
  example: 'TASK -f',
  onlyReads: true,
  takes: {
    task: argument(text, { what: 'the task; its newest attempt is shown' }),
    follow: option(flag, { short: 'f', what: 'go on while it runs' }),
  },
  async run({ openCheckout, write, stop }, { task, follow }) {
    const { processes, clock, git } = await openCheckout();
    const id = taskId(task);
    const deps = { files, clock, stateFolder: git.stateFolder };
    const found = await latestLog(deps, id);
    if (found === undefined) {
      throw new UserError(`${id} has no log on this machine.`, {
        hint: `See where it stands with: heddle status`,
        exit: 'beads',
      });
    }
    // A log grows for as long as its supervisor lives.
    const goesOn = async (): Promise<boolean> =>
      (await processes.tagged()).some((one) => one.task === id && one.supervisor);
    for await (const piece of readLog(deps, found.path, follow ? { goesOn, signal: stop } : undefined)) {
      // A log is as long as it is: the next piece is read when this one was taken.
      await write(piece);
      if (stop.aborted) break;
    }
    return 'done';
  },
});
