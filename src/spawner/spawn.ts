/** `heddle spawn`: passes over one epic until it is done, or until only people can move it. */
import type { TransientError } from '../domain/errors.ts';
import { tokenOf } from '../domain/ids.ts';
import type { Locks } from '../ports/processes.ts';
import type { Silence } from '../ports/silence.ts';
import { type PassResult, reconcile } from '../reconcile.ts';
import { decide, outlookOf } from './decide.ts';
import type { Decision, Intent, Performed } from './intent.ts';
import { nothingCanStart } from './messages/errors.ts';
import { type Eyes, type Names, observe } from './observe.ts';
import { type Hands, type MayBegin, perform } from './perform.ts';
import { endLost, lockSpawner, mend } from './recover.ts';
import type { Settings } from './view.ts';

export type SpawnDeps = { eyes: Eyes; hands: Hands; locks: Locks; names: Names };
export type SpawnOptions = {
  epic: string;
  limits: Omit<Settings, 'token'>;
  pollMs: number;
  /** Look and do until nothing is left to do now; do not wait. */
  once: boolean;
  signal: AbortSignal;
  /** For how long GitHub may give no answer. */
  silence?: Pick<Silence, 'leftMs'>;
};
/** What happens, as it happens, for the terminal. */
export type SpawnEvent =
  | { event: 'repaired'; what: string }
  | { event: 'begun'; intent: Intent }
  | { event: 'performed'; performed: Performed }
  | { event: 'looked'; decision: Decision }
  | { event: 'trouble'; error: TransientError; waitMs: number };

/** How often living workers are counted while waiting for the poll. */
const WORKER_CHECK_MS = 500;

/** The decision that a spawn would begin with; writes nothing. */
export async function look(
  deps: Pick<SpawnDeps, 'eyes' | 'names'>,
  epic: string,
  limits: SpawnOptions['limits'],
): Promise<Decision> {
  const view = await observe(deps.eyes, deps.names, epic);
  return decide(view, { ...limits, token: tokenOf(view.host, deps.eyes.clock.nonce()) });
}

/**
 * Gives the last decision: its outlook says whether the epic is done. Undefined when the signal ended it before a first look.
 * Throws a UserError (`busy`) when another spawner has this repository on this host.
 */
export async function spawn(
  deps: SpawnDeps,
  options: SpawnOptions,
  tell: (event: SpawnEvent) => void,
): Promise<Decision | undefined> {
  const lock = await lockSpawner(deps);
  try {
    let sound = false;
    // What earlier spawners have left half done, of other epics too: it has its share of this machine.
    let mended = false;
    let last: Decision | undefined;
    const ended = await reconcile({
      pass: async () => {
        await makeSound(deps, options, tell, sound);
        sound = true;
        if (!mended)
          for await (const performed of mend(deps, options.limits, { mayBegin: unlessEnding(options, tell) }))
            tell({ event: 'performed', performed });
        mended = true;
        const before = last;
        const decision = await look(deps, options.epic, options.limits);
        last = decision;
        tell({ event: 'looked', decision });
        requireRoom(decision);
        const result = await act(deps, options, decision, tell);
        // The merger may be just about to take its verdict back, so it has to be seen twice, a poll apart.
        const first = before?.outlook !== 'people';
        return result.next === 'stop' && decision.outlook === 'people' && first && !options.once
          ? { next: 'wait' }
          : result;
      },
      clock: deps.eyes.clock,
      pollMs: options.pollMs,
      wake: (signal) => workerEnded(deps, signal),
      onTrouble: (error, waitMs) => {
        sound = false;
        tell({ event: 'trouble', error, waitMs });
      },
      signal: options.signal,
      silence: options.silence,
      once: options.once,
    });
    return ended ?? last;
  } finally {
    await lock.release();
  }
}

/**
 * A kill inside git can break git for everybody here, and a worker that is stopped can hold the lock for which all wait:
 * mended before the first look, and after each that failed. What a program sets in the configuration can let a look go wrong
 * without a failure, so it is mended before each.
 */
async function makeSound(
  deps: SpawnDeps,
  options: SpawnOptions,
  tell: (event: SpawnEvent) => void,
  sound: boolean,
): Promise<void> {
  if (!sound) {
    for await (const performed of endLost(deps, options.limits, unlessEnding(options, tell)))
      tell({ event: 'performed', performed });
  }
  for (const what of await deps.hands.git.mendConfig()) tell({ event: 'repaired', what });
  if (!sound) for (const what of await deps.hands.git.repair()) tell({ event: 'repaired', what });
}

/** Throws a UserError (`resources`), before anything is published or claimed, when room is all that is missing. */
function requireRoom({ intents, standings }: Decision): void {
  const left = standings.filter(({ standing }) => standing.is !== 'closed' && standing.is !== 'blocked');
  const [first] = left.flatMap(({ standing }) => (standing.is === 'no room' ? [standing.why] : []));
  if (first === undefined || !intents.every((intent) => intent.do === 'publish')) return;
  if (!left.every(({ standing }) => standing.is === 'no room')) return;
  throw nothingCanStart(first);
}

async function act(
  deps: SpawnDeps,
  options: SpawnOptions,
  decision: Decision,
  tell: (event: SpawnEvent) => void,
): Promise<PassResult<Decision>> {
  let changed = false;
  for await (const performed of perform(deps.hands, decision.intents, unlessEnding(options, tell))) {
    changed ||= performed.is !== 'kept';
    tell({ event: 'performed', performed });
  }
  if (changed) return { next: 'again' };
  // What was refused rather than lost is tried again with every pass, but it does not keep an epic from ending.
  const ended: Decision = { ...decision, outlook: outlookOf(decision.standings) };
  if (options.once || ended.outlook !== 'going on') return { next: 'stop', result: ended };
  return { next: 'wait' };
}

/** The step that is under way when the signal comes is the last one. */
function unlessEnding({ signal }: SpawnOptions, tell: (event: SpawnEvent) => void): MayBegin {
  return (intent) => {
    if (!signal.aborted) tell({ event: 'begun', intent });
    return !signal.aborted;
  };
}

/** Resolves when a worker that lives now has ended; a process table that cannot be read is left to the next pass. */
async function workerEnded(deps: SpawnDeps, signal: AbortSignal): Promise<void> {
  const supervisors = async (): Promise<ReadonlySet<number> | undefined> =>
    await deps.eyes.processes.tagged().then(
      (all) => new Set(all.filter((one) => one.supervisor).map(({ pid }) => pid)),
      () => undefined,
    );
  const before = await supervisors();
  while (!signal.aborted) {
    await deps.eyes.clock.sleep(WORKER_CHECK_MS, signal);
    const now = await supervisors();
    if (before === undefined || now === undefined) continue;
    if ([...before].some((pid) => !now.has(pid))) return;
  }
}
