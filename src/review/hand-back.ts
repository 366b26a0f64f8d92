/** What becomes of a pull request that does not land as it is: who can move it, and by what. Pure: no clock, no I/O. */
import { BOUNDS } from '../domain/bounds.ts';
import type { Sha } from '../domain/ids.ts';
import { type HandBackKind, type HandBacks, MAX_REASON } from '../domain/issue.ts';
import { cut } from '../domain/text.ts';
import type { RunAttempts } from '../ports/review.ts';
import { problemsOf } from './messages.ts';
import type { FailedCheck } from './results.ts';
import type { Reason, Verdict } from './review.ts';
import type { OpenPullRequest } from './view.ts';

export type Way =
  /** Time, the merger or a reviewer moves it. */
  | { is: 'going on'; waits: 'checks' | 'review' | 'merge'; reasons: readonly Reason[] }
  /** By a person, as a draft or with the label. */
  | { is: 'stopped'; waits: 'draft' | 'hold'; reasons: readonly Reason[] }
  /** Not by the change, or perhaps not: the same is tried once more. */
  | { is: 're-run'; workflowRuns: readonly number[]; reasons: readonly Reason[] }
  | { is: 'hand back'; handBack: HandBack; reasons: readonly Reason[] }
  /** `after`: kinds that were handed back as often as they may be. */
  | { is: 'person'; after: readonly HandBackKind[]; reasons: readonly Reason[] };

/** `kind`: the first of several. `counts`: with this one. `reason`: as Beads and the agent are told. */
export type HandBack = { kind: HandBackKind; counts: HandBacks; reason: string };

/** What was tried before, and what people allow. */
export type Past = {
  /** The head that the worker pushed last: any other is somebody else's work, and is left to them. */
  pushed: Sha | undefined;
  handedBack: HandBacks;
  /** How often each failed run of a workflow was started; a run that GitHub does not start again is missing. */
  attempts: ReadonlyMap<number, RunAttempts>;
  on: { red: 'worker' | 'person'; conflict: 'worker' | 'person' };
};

/** Ends of a check that say nothing of the change. */
const INFRASTRUCTURE: ReadonlySet<string> = new Set(['startup_failure', 'timed_out', 'cancelled', 'stale']);

export function wayOf(verdict: Verdict, pullRequest: OpenPullRequest, past: Past): Way {
  if (verdict.is !== 'waiting') return { is: 'going on', waits: 'merge', reasons: [] };
  const { reasons } = verdict;
  switch (verdict.for) {
    case 'its author':
      return stopped(reasons);
    case 'time':
      // The worker brings it up to date by a merge of the base, without an agent.
      if (reasons.every(isBehind) && pullRequest.head === past.pushed)
        return { is: 'hand back', handBack: handBackOf(['behind'], reasons, past), reasons };
      return {
        is: 'going on',
        waits: reasons.some(({ is }) => is === 'review required' || is === 'review needed') ? 'review' : 'checks',
        reasons,
      };
    case 'person':
      return movedByWorker(unanswered(withoutConsequences(reasons), pullRequest), pullRequest, past);
    default:
      return verdict.for satisfies never;
  }
}

function stopped(reasons: readonly Reason[]): Way {
  if (reasons.some(({ is }) => is === 'labels unread')) return { is: 'person', after: [], reasons };
  return { is: 'stopped', waits: reasons.some(({ is }) => is === 'draft') ? 'draft' : 'hold', reasons };
}

/** GitHub starts no workflow for a pull request that conflicts, so checks that are missing there are no reason of their own. */
function withoutConsequences(reasons: readonly Reason[]): readonly Reason[] {
  if (!reasons.some(isConflict)) return reasons;
  return reasons.filter(({ is }) => is !== 'no checks' && is !== 'check overdue');
}

/** What was pushed since a reviewer asked for changes is that reviewer's to look at. */
function unanswered(reasons: readonly Reason[], { answered }: OpenPullRequest): readonly Reason[] {
  return answered === true ? reasons.filter(({ is }) => is !== 'changes requested') : reasons;
}

function movedByWorker(reasons: readonly Reason[], pullRequest: OpenPullRequest, past: Past): Way {
  if (reasons.length === 0) return { is: 'going on', waits: 'review', reasons };
  const kinds = [...new Set(reasons.map(kindOf))];
  const known = kinds.flatMap((kind) => kind ?? []);
  const { handedBack, on, pushed } = past;
  if (known.length < kinds.length || pullRequest.head !== pushed) return { is: 'person', after: [], reasons };
  if ((known.includes('red') && on.red === 'person') || (known.includes('conflict') && on.conflict === 'person'))
    return { is: 'person', after: [], reasons };
  const failed = reasons.flatMap((reason) => (reason.is === 'check failed' ? reason.checks : []));
  // GitHub may show the last result of a run for a moment after it has begun again.
  if ([...past.attempts.values()].some(({ complete }) => !complete))
    return { is: 'going on', waits: 'checks', reasons };
  const workflowRuns = known.includes('conflict') ? [] : worthAnother(failed, past);
  if (workflowRuns.length > 0) return { is: 're-run', workflowRuns, reasons };
  const after = known.filter((kind) => (handedBack[kind] ?? 0) >= BOUNDS.handBacks.value);
  if (after.length > 0) return { is: 'person', after, reasons };
  return { is: 'hand back', handBack: handBackOf(known, reasons, past), reasons };
}

function handBackOf(kinds: readonly HandBackKind[], reasons: readonly Reason[], { handedBack }: Past): HandBack {
  const [kind = 'red'] = kinds;
  const counts: { [kind in HandBackKind]?: number | undefined } = { ...handedBack };
  // A base that moves on is nobody's fault.
  for (const one of kinds) if (one !== 'behind') counts[one] = (counts[one] ?? 0) + 1;
  return { kind, counts, reason: cut(problemsOf(reasons), MAX_REASON) };
}

/** Undefined where only a person can do something about it. */
function kindOf(reason: Reason): HandBackKind | undefined {
  switch (reason.is) {
    case 'check failed':
      return reason.checks.some(({ conclusion }) => conclusion === 'action_required') ? undefined : 'red';
    case 'changes requested':
      return 'changes';
    case 'forbidden paths':
      return 'policy';
    case 'cannot land':
      return isConflict(reason) ? 'conflict' : undefined;
    default:
      return undefined;
  }
}

function isConflict(reason: Reason): boolean {
  return reason.is === 'cannot land' && reason.because.is === 'conflict';
}

function isBehind(reason: Reason): boolean {
  return reason.is === 'cannot land' && reason.because.is === 'behind';
}

/** Of what failed, the runs that may turn green by themselves: nothing else is done before they have ended. */
function worthAnother(failed: readonly FailedCheck[], { attempts }: Past): number[] {
  const runs = new Map<number, boolean>();
  for (const { workflowRun, conclusion } of failed) {
    if (workflowRun === undefined) return [];
    runs.set(workflowRun, (runs.get(workflowRun) ?? true) && INFRASTRUCTURE.has(conclusion));
  }
  const worth = [...runs].filter(([run, infrastructure]) => {
    const bound = infrastructure ? BOUNDS.reRunsOfInfrastructure : BOUNDS.reRunsOfFailures;
    const started = attempts.get(run)?.started;
    return started !== undefined && started - 1 < bound.value;
  });
  return worth.map(([run]) => run);
}
