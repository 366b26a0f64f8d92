/** `heddle spawn`: passes over one epic until it is done, or until only people can move it. */
import { BOUNDS } from '../domain/bounds.ts';
import { epicOf } from '../domain/epic.ts';
import type { TransientError } from '../domain/errors.ts';
import { tokenOf } from '../domain/ids.ts';
import type { Silence } from '../ports/silence.ts';
import type { PassResult } from '../reconcile/passes.ts';
import { reconcile } from '../reconcile/queue.ts';
import { decide, outlookOf } from './decide.ts';
import { decideRepairs } from './decide-repairs.ts';
import type { Decision, Intent, Performed } from './intent.ts';
import { nothingCanStart } from './messages/errors.ts';
import { type BeadsLook, everyTask, issuesOf, lookAround, lookAtBeads, observe, viewOf } from './observe.ts';
import { carryOut, type MayBegin, type Progress } from './perform.ts';
import { endLost, lockSpawner, type SpawnerDeps } from './repairs.ts';
import type { Limits, PassSettings } from './view.ts';

type SpawnOptions = {
  epic: string;
  limits: Limits;
  pollMs: number;
  /** Run passes until there is nothing to do now, and end then instead of waiting. */
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

/** The decision that a spawn would begin with; writes nothing. */
export async function look(
  deps: Pick<SpawnerDeps, 'readers' | 'names'>,
  epic: string,
  limits: Limits,
): Promise<Decision> {
  const view = await observe(deps.readers, deps.names, epic);
  return decide(view, { ...limits, token: tokenOf(view.host, deps.readers.clock.nonce()) });
}

/** What a spawner remembers from pass to pass; nothing is lost with it. */
type SpawnState = {
  /** True if nothing has failed since git was repaired. */
  repaired: boolean;
  /** So many passes may still repair what earlier spawners have left half done, also of other epics, which use this machine as well. */
  repairs: number;
  last: Decision | undefined;
};

/**
 * Gives the last decision: its outlook says whether the epic is done. Undefined when the signal ended it before a first look.
 * Throws a UserError (`busy`) when another spawner has this repository on this host.
 */
export async function spawn(
  deps: SpawnerDeps,
  options: SpawnOptions,
  tell: (event: SpawnEvent) => void,
): Promise<Decision | undefined> {
  const lock = await lockSpawner(deps);
  try {
    const state: SpawnState = { repaired: false, repairs: BOUNDS.repairs.value, last: undefined };
    const ended = await reconcile({
      pass: () => pass(deps, options, state, tell),
      clock: deps.readers.clock,
      resyncMs: options.pollMs,
      wake: (signal) => workerEnded(deps, signal),
      onTrouble: (error, waitMs) => {
        state.repaired = false;
        tell({ event: 'trouble', error, waitMs });
      },
      signal: options.signal,
      silence: options.silence,
      giveUp: options.once ? { failures: BOUNDS.failuresOnce.value, waitMs: BOUNDS.waitOnce.value } : undefined,
    });
    return ended ?? state.last;
  } finally {
    await lock.release();
  }
}

/** One look, and what follows from it: first the repairs, of all epics, and when there are none, the epic's own steps. */
async function pass(
  deps: SpawnerDeps,
  options: SpawnOptions,
  state: SpawnState,
  tell: (event: SpawnEvent) => void,
): Promise<PassResult<Decision>> {
  const { readers, writers, names } = deps;
  const progress: Progress = {
    tell: (performed) => tell({ event: 'performed', performed }),
    mayBegin: unlessEnding(options, tell),
  };
  const beads = await lookRepaired(deps, options, state, progress, tell);
  const { issues, host } = beads;
  const settings: PassSettings = { ...options.limits, token: tokenOf(host, readers.clock.nonce()) };
  const about = state.repairs > 0 ? issues : issuesOf(epicOf(issues, options.epic));
  const look = await lookAround(readers, names, beads, about);
  if (state.repairs > 0) {
    const { intents } = decideRepairs(viewOf(look, everyTask(issues)), settings);
    const repaired = await carryOut(writers, intents, progress);
    state.repairs = repaired ? state.repairs - 1 : 0;
    if (repaired) return { next: 'again' };
  }
  const before = state.last;
  const decision = decide(viewOf(look, epicOf(issues, options.epic)), settings);
  state.last = decision;
  tell({ event: 'looked', decision });
  requireRoom(decision);
  if (await carryOut(writers, decision.intents, progress)) return { next: 'again' };
  return whatFollows(decision, before, options);
}

/** After a pass that did nothing. An intent that was not carried out is tried again in every pass, but keeps no epic from ending. */
function whatFollows(
  decision: Decision,
  before: Decision | undefined,
  { once }: Pick<SpawnOptions, 'once'>,
): PassResult<Decision> {
  const result: Decision = { ...decision, outlook: outlookOf(decision.standings) };
  if (once) return { next: 'stop', result };
  if (result.outlook === 'going on') return { next: 'wait' };
  // The merger may be about to withdraw its verdict, so two passes have to see it, a poll apart.
  const first = decision.outlook === 'people' && before?.outlook !== 'people';
  return first ? { next: 'wait' } : { next: 'stop', result };
}

/**
 * A git that was killed can break git for everybody on this host, and a stopped worker can hold the lock for which all wait.
 * Both are repaired at the first look, and after each look that failed. What a program sets in git's configuration can make
 * a look wrong without a failure, so it is repaired at each look. After a repair, Beads is read again.
 */
async function lookRepaired(
  deps: SpawnerDeps,
  options: SpawnOptions,
  state: SpawnState,
  progress: Progress,
  tell: (event: SpawnEvent) => void,
): Promise<BeadsLook> {
  const { git } = deps.writers;
  let look = state.repaired ? undefined : await endLost(deps, options.limits, progress);
  const said = [...(await git.repairConfig()), ...(state.repaired ? [] : await git.repair())];
  for (const what of said) tell({ event: 'repaired', what });
  if (said.length > 0) look = undefined;
  state.repaired = true;
  return look ?? (await lookAtBeads(deps.readers));
}

/** Throws a UserError (`resources`), before anything is published or claimed, when room is all that is missing. */
function requireRoom({ intents, standings }: Decision): void {
  const left = standings.filter(({ standing }) => standing.is !== 'closed' && standing.is !== 'blocked');
  const [first] = left.flatMap(({ standing }) => (standing.is === 'no room' ? [standing.why] : []));
  if (first === undefined || !intents.every((intent) => intent.do === 'publish')) return;
  if (!left.every(({ standing }) => standing.is === 'no room')) return;
  throw nothingCanStart(first);
}

/** The step that is under way when the signal comes is the last one. */
function unlessEnding({ signal }: SpawnOptions, tell: (event: SpawnEvent) => void): MayBegin {
  return (intent) => {
    if (!signal.aborted) tell({ event: 'begun', intent });
    return !signal.aborted;
  };
}

/** Resolves when a worker that lives now has ended; a process table that cannot be read is left to the next pass. */
async function workerEnded(deps: SpawnerDeps, signal: AbortSignal): Promise<void> {
  const supervisors = async (): Promise<ReadonlySet<number> | undefined> =>
    await deps.readers.processes.tagged().then(
      (all) => new Set(all.filter((one) => one.supervisor).map(({ pid }) => pid)),
      () => undefined,
    );
  const before = await supervisors();
  while (!signal.aborted) {
    await deps.readers.clock.sleep(BOUNDS.workerCheck.value, signal);
    const now = await supervisors();
    if (before === undefined || now === undefined) continue;
    if ([...before].some((pid) => !now.has(pid))) return;
  }
}
