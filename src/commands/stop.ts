/** `heddle stop [task]`: ends workers; their work stays. */
import type { Terminal } from '../adapters/terminal.ts';
import type { ExitName } from '../domain/errors.ts';
import type { IssueId } from '../domain/ids.ts';
import { noSuchTask, taskId } from '../domain/task.ts';
import { openBeads } from '../wiring/beads.ts';
import { runningTasks, type StopOutcome, stopTask } from '../worker/stop.ts';
import { argument, command, text } from './command.ts';

export const stopCommand = command({
  name: 'stop',
  summary: 'Stop the workers, or the one of a task',
  example: 'TASK',
  takes: { task: argument(text.optional(), { what: 'one task; all that run on this machine by default' }) },
  async run({ openCheckout, terminal }, { task }) {
    const checkout = await openCheckout();
    const { processes, clock } = checkout;
    const beads = openBeads(checkout);
    const tasks = task === undefined ? await runningTasks({ processes }) : [taskId(task)];
    if (tasks.length === 0) terminal.answer('No worker is running.');
    let exit: ExitName = 'done';
    for (const id of tasks) {
      const outcome = await stopTask({ beads, processes, clock }, id);
      exit = tellStop(terminal, id, outcome) ?? exit;
    }
    return exit;
  },
});

function tellStop(terminal: Terminal, task: IssueId, outcome: StopOutcome): ExitName | undefined {
  switch (outcome.is) {
    case 'stopped': {
      const where =
        outcome.elsewhere === undefined ? '' : ` It runs on ${outcome.elsewhere} and ends with its next write.`;
      terminal.answer(`Stopped ${task}; its work stays in its worktree.${where} Go on with: heddle retry ${task}`);
      return undefined;
    }
    case 'not running':
      terminal.answer(`${task} is not running.`);
      return undefined;
    case 'no such task':
      throw noSuchTask(task);
    case 'alive':
      terminal.tell(
        `Error: Processes ${outcome.pids.join(', ')} of ${task} do not end.\nHint: Look at them with: ps -fp ${outcome.pids.join(',')}`,
      );
      return 'transient';
    case 'busy':
      terminal.tell(`Error: Somebody else keeps writing to ${task}.\nHint: Run the same command again.`);
      return 'busy';
    default:
      return outcome satisfies never;
  }
}
