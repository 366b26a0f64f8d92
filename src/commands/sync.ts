/** `heddle sync`: the committed closes into Beads, and the user's own checkout up to its remote, losing nothing. */
import { describeSync } from '../spawner/by-hand/messages.ts';
import { sync } from '../spawner/by-hand/sync.ts';
import { describePerformed } from '../spawner/messages/intents.ts';
import { openSpawner } from '../wiring/spawner.ts';
import { command } from './command.ts';

export const syncCommand = command({
  name: 'sync',
  summary: 'Bring your own checkout up to date, without losing anything',
  takes: {},
  async run({ openCheckout, terminal }) {
    const checkout = await openCheckout();
    const spawner = await openSpawner(checkout);
    const outcome = await sync({ ...spawner, checkout: checkout.own });
    for (const one of outcome.performed) terminal.tell(describePerformed(one));
    terminal.answer(describeSync(spawner.names.base, outcome));
    return 'done';
  },
});
