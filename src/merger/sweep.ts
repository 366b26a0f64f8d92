/**
 * One sweep of a base branch: look, decide, do, and look again until nothing moves.
 * It does the same whatever started it, so lost, doubled and late events change nothing.
 */
import { BOUNDS } from '../domain/bounds.ts';
import { clauseOf, TransientError, UserError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { MergerGitHub } from '../ports/merger-github.ts';
import type { Silence } from '../ports/silence.ts';
import type { PassResult } from '../reconcile/passes.ts';
import { reconcile } from '../reconcile/queue.ts';
import { observeRules, type RuleOptions } from '../review/observe.ts';
import { decide, judge } from './decide.ts';
import type { Intent } from './intent.ts';
import { observe } from './observe.ts';
import { type Performing, perform } from './perform.ts';
import { reportOf, type SweepReport, type Trouble } from './report.ts';
import { newSweepState, type SweepState } from './sweep-state.ts';
import type { OwedClose, View } from './view.ts';

type SweepOptions = RuleOptions & {
  tell?: (line: string) => void;
  /** A sweep waits no longer after a failure than this leaves. */
  silence?: Pick<Silence, 'leftMs'>;
  /** When it is aborted, the pass that is under way is the last one, and a wait after a failure ends. */
  signal?: AbortSignal | undefined;
};

/**
 * How often one sweep carries out the same intent: when an intent is decided on again, it has changed nothing. What is said of a
 * verdict is said once, whatever comes of it. `landing/decide.ts` counts the landings.
 */
const MAX_TIMES: Readonly<Record<Intent['do'], number>> = {
  land: Number.POSITIVE_INFINITY,
  'close lines': BOUNDS.sameCloses.value,
  comment: 1,
  'say the verdict': 1,
};

/**
 * Throws a UserError or TransientError only if it could not even begin;
 * what fails later is `trouble` in the report, beside what was done before.
 */
export async function sweep(github: MergerGitHub, clock: Clock, options: SweepOptions): Promise<SweepReport> {
  const rules = await observeRules(github, options);
  const state = newSweepState();
  const on: Performing = { github, clock, rules, state, tell: options.tell ?? (() => {}) };
  const endsAt = clock.now().getTime() + BOUNDS.sweepTime.value;
  let looks = 0;
  let view: View | undefined;
  let stopped: Trouble | undefined;
  let unsaid: Trouble | undefined;
  const pass = async (): Promise<PassResult<'at rest'>> => {
    if (looks >= BOUNDS.sweepLooks.value) throw new Error(`the sweep of ${rules.base} did not come to rest`);
    looks += 1;
    const now = clock.now();
    view = await observe(github, rules, state, { now, late: now.getTime() > endsAt });
    const intents = decide(view).filter((intent) => !isInVain(intent, state));
    if (intents.length === 0) return { next: 'stop', result: 'at rest' };
    for (const intent of intents) unsaid = (await attempt(intent, on)) ?? unsaid;
    return { next: 'again' };
  };
  try {
    const giveUp = { failures: BOUNDS.sweepFailures.value, waitMs: BOUNDS.waitOnce.value };
    const { silence, signal } = options;
    const backOffMs = BOUNDS.sweepBackOff.value;
    await reconcile({ pass, clock, silence, signal, backOffMs, giveUp });
  } catch (error) {
    stopped = troubleOf(error);
  }
  const judged = view === undefined ? [] : judge(view);
  const inVain = view === undefined ? [] : closedInVain(view, state);
  return reportOf({ rules, state, judged, view, inVain, stopped, unsaid });
}

async function attempt(intent: Intent, on: Performing): Promise<Trouble | undefined> {
  const key = JSON.stringify(intent);
  const times = on.state.done.get(key) ?? 0;
  if (times > 0 && intent.do === 'close lines') await on.clock.sleep(BOUNDS.sameCloseWait.value * times);
  let unsaid: Trouble | undefined;
  try {
    await perform(intent, on);
  } catch (error) {
    // A word that fails must not keep anything from landing; all else ends the sweep.
    if (intent.do !== 'comment' && intent.do !== 'say the verdict') throw error;
    unsaid = troubleOf(error);
  }
  on.state.done.set(key, times + 1);
  return unsaid;
}

function isInVain(intent: Intent, { done }: SweepState): boolean {
  return (done.get(JSON.stringify(intent)) ?? 0) >= MAX_TIMES[intent.do];
}

/** Lines that this sweep has closed as often as it may, and finds open again. */
function closedInVain(view: View, state: SweepState): readonly OwedClose[] {
  return decide(view).flatMap((one) => (one.do === 'close lines' && isInVain(one, state) ? one.closes : []));
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof UserError) return { problem: error.problem, hint: error.hint, exit: error.exit };
  if (error instanceof TransientError) {
    return { problem: clauseOf(error), hint: 'The next sweep goes on where this one stopped.', exit: 'transient' };
  }
  throw error;
}
