/** `heddle spawn` and `heddle orchestrate`: the spawner on the terminal. */
import { programs } from '../adapters/host/programs.ts';
import type { Terminal } from '../adapters/terminal.ts';
import { inMs } from '../config/settings.ts';
import { CONFIG_PATH } from '../domain/config-path.ts';
import { type ExitName, UserError } from '../domain/errors.ts';
import type { Decision, Intent, TaskStanding } from '../spawner/intent.ts';
import {
  describeIntent,
  describeKept,
  describePerformed,
  stillWaitsFor,
  workersGoOn,
} from '../spawner/messages/intents.ts';
import { describeStanding, nextCommand, summaryLine } from '../spawner/messages/standings.ts';
import { refuseReservedBranch, requireAgreement } from '../spawner/preconditions.ts';
import { look, type SpawnEvent, spawn } from '../spawner/spawn.ts';
import type { Checkout } from '../wiring/checkout.ts';
import { limitsOf, openSpawner } from '../wiring/spawner.ts';
import { findAgent, requireAgent } from '../worker/agents/index.ts';
import { command, flag, option, text, wholeNumber } from './command.ts';
import { epic } from './options.ts';

type SpawnFlags = {
  epic: string;
  once: boolean;
  dryRun: boolean;
  maxParallel?: number | undefined;
  agent?: string | undefined;
  poll?: number | undefined;
};

export const spawnCommand = command({
  name: 'spawn',
  alias: 'orchestrate',
  summary: "Turn an epic's ready tasks into pull requests until it is done",
  example: '--epic ID',
  takes: {
    epic,
    once: option(flag, { what: 'do what can be done now, and do not wait' }),
    dryRun: option(flag, { what: 'say what would be done, in the same words, and write nothing' }),
    maxParallel: option(wholeNumber.optional(), { value: 'n', what: 'workers alive at once' }),
    agent: option(text.optional(), {
      value: 'name',
      what: `the agent to run: claude, codex, or one of ${CONFIG_PATH}`,
    }),
    poll: option(wholeNumber.optional(), { value: 'seconds', what: 'how often to look while waiting' }),
  },
  run: async ({ openCheckout, terminal, stop }, flags) => await spawnEpic(await openCheckout(), terminal, flags, stop),
});

/**
 * Exit: `done` when every task is closed (or with --once, when a pass found nothing more to do), `person` when only people
 * can go on, `interrupted` after a signal.
 */
async function spawnEpic(
  checkout: Checkout,
  terminal: Terminal,
  flags: SpawnFlags,
  signal: AbortSignal,
): Promise<ExitName> {
  // Before anything is claimed: an agent that cannot be started would fail every task of the epic.
  requireAgent(findAgent(checkout.settings, flags.agent ?? checkout.settings.agent), {
    programs,
    environment: checkout.env,
  });
  const spawner = await openSpawner(checkout, flags.agent);
  await requireAgreement(checkout.settings, spawner);
  await refuseReservedBranch(spawner.forge.branches, spawner.forge.address);
  const limits = limitsOf(checkout, flags.maxParallel);
  if (flags.dryRun) {
    const decision = await look(spawner, flags.epic, limits);
    for (const intent of decision.intents) terminal.answer(describeIntent(intent));
    tellKept(terminal, decision);
    return 'done';
  }
  const pollMs = flags.poll === undefined ? checkout.settings.pollMs : inMs(flags.poll);
  const { locks, silence } = checkout;
  const options = { epic: flags.epic, limits, pollMs, once: flags.once, signal, silence };
  const progress = teller(terminal);
  signal.addEventListener('abort', progress.ending, { once: true });
  const last = await spawn({ ...spawner, locks }, options, progress.tell);
  if (signal.aborted) {
    const workers = (await spawner.readers.processes.tagged()).filter(({ supervisor }) => supervisor);
    terminal.tell(workersGoOn(workers.length));
    return 'interrupted';
  }
  if (last === undefined)
    throw new UserError('The spawner ended before its first pass.', { hint: 'Run it again.', exit: 'transient' });
  tellKept(terminal, last);
  if (last.outlook !== 'people') return 'done';
  tellPeople(terminal, last.standings);
  return 'person';
}

/** Lines of progress, the summary only when it differs from the one before; and of what an end still waits for. */
function teller(terminal: Terminal): { tell: (event: SpawnEvent) => void; ending: () => void } {
  let summary = '';
  let step: Intent | undefined;
  const tell = (event: SpawnEvent): void => {
    switch (event.event) {
      case 'repaired':
        terminal.tell(event.what);
        break;
      case 'begun':
        step = event.intent;
        break;
      case 'performed':
        step = undefined;
        terminal.tell(describePerformed(event.performed));
        break;
      case 'looked': {
        const now = summaryLine(event.decision.standings);
        if (now !== summary) terminal.tell(now);
        summary = now;
        break;
      }
      case 'trouble':
        step = undefined;
        terminal.tell(`${event.error.message} Looking again in ${Math.round(event.waitMs / 1000)} s.`);
        break;
      default:
        event satisfies never;
    }
  };
  return { tell, ending: () => step !== undefined && terminal.tell(stillWaitsFor(step)) };
}

function tellKept(terminal: Terminal, decision: Decision): void {
  for (const kept of decision.kept) terminal.tell(describeKept(kept));
}

function tellPeople(terminal: Terminal, standings: readonly TaskStanding[]): void {
  const stuck = standings.filter(({ standing }) => standing.is !== 'closed');
  const first = stuck.filter((one) => nextCommand(one) !== undefined);
  const rest = stuck.filter((one) => nextCommand(one) === undefined);
  terminal.tell('Only people can go on:');
  terminal.table(
    ['task', 'why', 'next'],
    [...first, ...rest].map((one) => [one.task, describeStanding(one.standing), nextCommand(one) ?? '']),
  );
}
