/** `heddle cleanup`: removes the worktrees and branches of closed tasks, and says why the others stay. */
import { cleanup } from '../spawner/by-hand/cleanup.ts';
import { describeCleanup } from '../spawner/by-hand/messages.ts';
import { openSpawner } from '../wiring/spawner.ts';
import { command, flag, option } from './command.ts';

export const cleanupCommand = command({
  name: 'cleanup',
  summary: 'Remove worktrees that are no longer needed, and say why others stay',
  example: '--dry-run',
  takes: { dryRun: option(flag, { what: 'say what would be removed, and remove nothing' }) },
  async run({ openCheckout, terminal }, { dryRun }) {
    const outcome = await cleanup(await openSpawner(await openCheckout()), { dryRun });
    for (const line of describeCleanup(outcome, dryRun)) terminal.answer(line);
    return 'done';
  },
});
