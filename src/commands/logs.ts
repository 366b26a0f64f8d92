/** `heddle logs <task>`: what its newest attempt has printed. */
import { files } from '../adapters/host/files.ts';
import type { Checkout } from '../connect.ts';
import { type ExitName, UserError } from '../domain/errors.ts';
import { latestLog, readLog } from '../worker/logs.ts';
import { taskId } from './stop.ts';

type LogFlags = { follow: boolean };

export async function logsCommand(
  checkout: Checkout,
  write: (text: string) => Promise<void>,
  task: string,
  flags: LogFlags,
  signal: AbortSignal,
): Promise<ExitName> {
  const id = taskId(task);
  const deps = { files, clock: checkout.clock, stateFolder: checkout.git.stateFolder };
  const found = await latestLog(deps, id);
  if (found === undefined) {
    throw new UserError(`${id} has no log on this machine.`, {
      hint: `See where it stands with: heddle status`,
      exit: 'beads',
    });
  }
  // A log grows for as long as its supervisor lives.
  const goesOn = async (): Promise<boolean> =>
    (await checkout.processes.tagged()).some((one) => one.task === id && one.supervisor);
  for await (const text of readLog(deps, found.path, flags.follow ? { goesOn, signal } : undefined)) {
    // A log is as long as it is: the next piece is read when this one was taken.
    await write(text);
    if (signal.aborted) break;
  }
  return 'done';
}
