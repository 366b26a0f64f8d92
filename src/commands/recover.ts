/** `heddle recover`: repairs what was left half done, and says what it did and why. */
import { describeRecovery } from '../spawner/by-hand/messages.ts';
import { recover } from '../spawner/by-hand/recover.ts';
import { limitsOf, openSpawner } from '../wiring/spawner.ts';
import { command, flag, option, text } from './command.ts';

export const recoverCommand = command({
  name: 'recover',
  summary: 'Repair what was left half done, and start nothing',
  example: '--dry-run',
  takes: {
    epic: option(text.optional(), { value: 'id', what: 'one epic; all tasks of the repository by default' }),
    dryRun: option(flag, { what: 'say what would be repaired, and write nothing' }),
  },
  async run({ openCheckout, terminal }, { epic, dryRun }) {
    const checkout = await openCheckout();
    const { locks } = checkout;
    const spawner = await openSpawner(checkout);
    let told = 0;
    await recover({ ...spawner, locks }, { epic, limits: limitsOf(checkout), dryRun }, (event) => {
      if (event.event !== 'kept') told += 1;
      terminal.answer(describeRecovery(event));
    });
    if (told === 0) terminal.answer('Nothing to repair.');
    return 'done';
  },
});
