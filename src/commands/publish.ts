/** `heddle publish`: the epic's lines onto the state branch, and nothing else. */
import { describePublish } from '../spawner/by-hand/messages.ts';
import { publish } from '../spawner/by-hand/publish.ts';
import { requireAgreement } from '../spawner/preconditions.ts';
import { openSpawner } from '../wiring/spawner.ts';
import { command } from './command.ts';
import { epic } from './options.ts';

export const publishCommand = command({
  name: 'publish',
  summary: "Commit an epic's missing issue lines to the state branch",
  example: '--epic ID',
  takes: { epic },
  async run({ openCheckout, terminal }, given) {
    const checkout = await openCheckout();
    const spawner = await openSpawner(checkout);
    await requireAgreement(checkout.settings, spawner);
    terminal.answer(describePublish(given.epic, await publish(spawner, given.epic)));
    return 'done';
  },
});
