/** Commands that do one part of a pass by hand: retry, publish, sync, cleanup. */
import { createMergerGitHub } from '../adapters/github/merger.ts';
import type { Terminal } from '../adapters/terminal.ts';
import { type Checkout, namesOf, openBeads, openForge } from '../connect.ts';
import type { ExitName } from '../domain/errors.ts';
import { countOf } from '../domain/text.ts';
import type { Performed } from '../spawner/intent.ts';
import { describeIntent, describeKept, describePerformed } from '../spawner/messages/intents.ts';
import { requireAgreement } from './agreement.ts';
import { cleanup } from './cleanup.ts';
import { publish } from './publish.ts';
import { retry } from './retry.ts';
import { openSpawner } from './spawn.ts';
import { sync } from './sync.ts';

export async function retryCommand(checkout: Checkout, terminal: Terminal, task: string): Promise<ExitName> {
  const forge = await openForge(checkout);
  const { base } = await namesOf(checkout, forge);
  const { processes, clock } = checkout;
  const github = createMergerGitHub(forge.client, forge.address);
  const deps = {
    beads: openBeads(checkout),
    pullRequests: forge.pullRequests,
    processes,
    clock,
    base,
    details: github.details,
  };
  const outcome = await retry(deps, task);
  const how = outcome.is === 'goes on' ? 'goes on' : `begins round ${outcome.round} from where its pull request ended,`;
  terminal.answer(`${task} ${how} with the next pass of: heddle spawn --epic ID`);
  return 'done';
}

export async function publishCommand(checkout: Checkout, terminal: Terminal, epic: string): Promise<ExitName> {
  const spawner = await openSpawner(checkout, undefined);
  await requireAgreement(checkout, spawner);
  const outcome = await publish(spawner, epic);
  switch (outcome.is) {
    case 'up to date':
      terminal.answer(`${epic} is published already.`);
      return 'done';
    case 'published':
      terminal.answer(`Published ${countOf(outcome.tasks.length, 'line')} of ${epic} to ${outcome.branch}.`);
      return 'done';
    case 'lost every race':
      terminal.tell(
        'Error: Others kept pushing to the state branch at the same time.\nHint: Run the same command again.',
      );
      return 'transient';
    default:
      return outcome satisfies never;
  }
}

export async function syncCommand(checkout: Checkout, terminal: Terminal): Promise<ExitName> {
  const spawner = await openSpawner(checkout, undefined);
  const outcome = await sync({ ...spawner, checkout: checkout.own });
  tellPerformed(terminal, outcome.performed);
  const { base } = spawner.names;
  terminal.answer(
    outcome.checkout.is === 'moved'
      ? `${base} is now at ${outcome.checkout.to.slice(0, 10)}; ${countOf(outcome.closed.length, 'task')} closed.`
      : `${base} was up to date; ${countOf(outcome.closed.length, 'task')} closed.`,
  );
  return 'done';
}

export async function cleanupCommand(
  checkout: Checkout,
  terminal: Terminal,
  flags: { dryRun: boolean },
): Promise<ExitName> {
  const outcome = await cleanup(await openSpawner(checkout, undefined), flags);
  if (flags.dryRun) for (const intent of outcome.intents) terminal.answer(describeIntent(intent));
  for (const performed of outcome.performed) terminal.answer(describePerformed(performed));
  for (const kept of outcome.kept) terminal.answer(describeKept(kept));
  if (outcome.intents.length + outcome.kept.length === 0) terminal.answer('Nothing to clean up.');
  return 'done';
}

function tellPerformed(terminal: Terminal, performed: readonly Performed[]): void {
  for (const one of performed) terminal.tell(describePerformed(one));
}
