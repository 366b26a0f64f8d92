/** `heddle recover`: repairs what was left half done, and says what it did and why. */
import type { Terminal } from '../adapters/terminal.ts';
import type { Checkout } from '../connect.ts';
import type { ExitName } from '../domain/errors.ts';
import { describeIntent, describeKept, describePerformed } from '../spawner/messages/intents.ts';
import { type RecoverEvent, recover } from '../spawner/recover.ts';
import { limitsOf, openSpawner } from './spawn.ts';

export async function recoverCommand(
  checkout: Checkout,
  terminal: Terminal,
  flags: { epic: string | undefined; dryRun: boolean },
): Promise<ExitName> {
  const spawner = await openSpawner(checkout, undefined);
  const options = { epic: flags.epic, limits: limitsOf(checkout), dryRun: flags.dryRun };
  let told = 0;
  await recover({ ...spawner, locks: checkout.locks }, options, (event) => {
    if (event.event !== 'kept') told += 1;
    terminal.answer(textOf(event));
  });
  if (told === 0) terminal.answer('Nothing to repair.');
  return 'done';
}

function textOf(event: RecoverEvent): string {
  switch (event.event) {
    case 'repaired':
      return event.what;
    case 'intended':
      return describeIntent(event.intent);
    case 'performed':
      return describePerformed(event.performed);
    case 'kept':
      return describeKept(event.kept);
    case 'hidden':
      return `What else there is to repair can be told once this is mended (${event.error.message})`;
    default:
      return event satisfies never;
  }
}
