/**
 * One sweep of a base branch: look, decide, do, and look again until nothing moves.
 * Whatever woke it, it does the same, so lost, doubled and late events change nothing.
 */
import { TransientError, UserError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { MergerGitHub } from '../ports/merger-github.ts';
import type { Silence } from '../ports/silence.ts';
import { decide, judge } from './decide.ts';
import type { Intent } from './intent.ts';
import { observe } from './observe.ts';
import { type Performing, perform } from './perform.ts';
import { reportOf, type SweepReport, type Trouble } from './report.ts';
import { observeRules, type RuleOptions } from './rules.ts';
import { newSweepState, type SweepState } from './sweep-state.ts';
import type { OwedClose, View } from './view.ts';

type SweepOptions = RuleOptions & {
  tell?: (line: string) => void;
  /** What fails is not waited for beyond it. */
  silence?: Pick<Silence, 'leftMs'>;
};

/** After this long a sweep lands nothing more; the next one goes on. */
const SWEEP_LIMIT_MS = 8 * 60_000;
/** More looks than any sweep needs within its time: beyond is a bug that must not run for ever. */
const MAX_LOOKS = 500;
/** What passes is waited for, because nobody may wake the merger again before its schedule does. */
const MAX_FAILURES = 3;
const FAILURE_WAIT_MS = 2_000;
const MAX_WAIT_MS = 60_000;
/**
 * How often a sweep does the very same: an intent that comes again has changed nothing. A call for a person is made once,
 * whatever came of it. What a close has changed GitHub may show a moment later, or somebody may write over it.
 * Landings are counted where the next look decides on them.
 */
const MAX_TIMES: Readonly<Record<Intent['do'], number>> = {
  land: Number.POSITIVE_INFINITY,
  'close lines': 3,
  'call a person': 1,
  'call nobody': 1,
};
const AGAIN_WAIT_MS = 1_000;

/**
 * Throws a UserError or TransientError only if it could not even begin;
 * what fails later is `trouble` in the report, beside what was done before.
 */
export async function sweep(github: MergerGitHub, clock: Clock, options: SweepOptions): Promise<SweepReport> {
  const rules = await observeRules(github, options);
  const state = newSweepState();
  const on: Performing = { github, clock, rules, state, tell: options.tell ?? (() => {}) };
  const endsAt = clock.now().getTime() + SWEEP_LIMIT_MS;
  let view: View | undefined;
  let stopped: Trouble | undefined;
  let uncalled: Trouble | undefined;
  let failures = 0;
  for (let looks = 0; ; looks += 1) {
    if (looks >= MAX_LOOKS) throw new Error(`the sweep of ${rules.base} did not come to rest in ${MAX_LOOKS} looks`);
    try {
      const now = clock.now();
      view = await observe(github, rules, state, { now, late: now.getTime() > endsAt });
      stopped = undefined;
      const intents = decide(view).filter((intent) => !isInVain(intent, state));
      if (intents.length === 0) break;
      for (const intent of intents) uncalled = (await attempt(intent, on)) ?? uncalled;
      failures = 0;
    } catch (error) {
      stopped = troubleOf(error);
      failures += 1;
      const waitMs = error instanceof TransientError ? (error.retryAfterMs ?? FAILURE_WAIT_MS * failures) : Infinity;
      const leftMs = options.silence?.leftMs() ?? Number.POSITIVE_INFINITY;
      if (failures > MAX_FAILURES || waitMs > MAX_WAIT_MS || waitMs >= leftMs) break;
      await clock.sleep(waitMs);
    }
  }
  const judged = view === undefined ? [] : judge(view);
  const inVain = view === undefined ? [] : closedInVain(view, state);
  return reportOf({ rules, state, judged, view, inVain, stopped, uncalled });
}

async function attempt(intent: Intent, on: Performing): Promise<Trouble | undefined> {
  const key = JSON.stringify(intent);
  const times = on.state.done.get(key) ?? 0;
  if (times > 0 && intent.do === 'close lines') await on.clock.sleep(AGAIN_WAIT_MS * times);
  let uncalled: Trouble | undefined;
  try {
    await perform(intent, on);
  } catch (error) {
    // A comment or a label that fails must not keep others from landing; all else ends the sweep.
    if (intent.do !== 'call a person' && intent.do !== 'call nobody') throw error;
    uncalled = troubleOf(error);
  }
  on.state.done.set(key, times + 1);
  return uncalled;
}

function isInVain(intent: Intent, { done }: SweepState): boolean {
  return (done.get(JSON.stringify(intent)) ?? 0) >= MAX_TIMES[intent.do];
}

/** What this sweep has closed as often as it may, and finds open again. */
function closedInVain(view: View, state: SweepState): readonly OwedClose[] {
  return decide(view).flatMap((one) => (one.do === 'close lines' && isInVain(one, state) ? one.closes : []));
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof UserError) return { message: error.message, hint: error.hint, exit: error.exit };
  if (error instanceof TransientError) {
    return { message: error.message, hint: 'The next sweep goes on where this one stopped.', exit: 'transient' };
  }
  throw error;
}
