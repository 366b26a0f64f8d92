/** The verdict on one head: everything that speaks against landing it, as data. */
import { forbiddenPaths, pathsToReview } from '../domain/forbidden-paths.ts';
import { HOLD_LABEL } from '../domain/marker.ts';
import { type Awaited, judgeChecks, testableSince } from './checks.ts';
import { type LandingReason, landingWaitsFor, reasonsAgainstLanding } from './landing/reasons.ts';
import type { FailedCheck } from './results.ts';
import type { Candidate, ChangedFiles, OpenPullRequest, ReviewView, Rules } from './view.ts';

export type Reason =
  | { is: 'draft' }
  | { is: 'on hold' }
  | { is: 'labels unread' }
  | { is: 'check failed'; checks: readonly FailedCheck[] }
  | ({ is: 'check pending' } & Awaited)
  | ({ is: 'check overdue' } & Awaited)
  | { is: 'no checks'; overdue: boolean; skipped: readonly string[] }
  | { is: 'review required' }
  /** Paths whose change is merged only with an approval. */
  | { is: 'review needed'; paths: readonly string[] }
  | { is: 'changes requested' }
  | { is: 'too large'; lines: number; limit: number }
  | { is: 'forbidden paths'; paths: readonly string[] }
  | { is: 'files unread' }
  | { is: 'workflow edit' }
  | { is: 'cannot land'; because: LandingReason };

/** What a pull request waits for: time, a person who has to act, or the person who has stopped it. */
export type WaitsFor = 'time' | 'person' | 'its author';

export type Verdict =
  | { is: 'ready' }
  /** Nothing is known against it, and its files are not read yet: reading them costs requests, so it is done last. */
  | { is: 'undecided'; until: 'files are read' }
  | { is: 'waiting'; for: WaitsFor; reasons: readonly Reason[] };

export function review(candidate: Candidate, view: ReviewView): Verdict {
  const stopped = stoppedBy(candidate);
  if (stopped.length > 0) return { is: 'waiting', for: 'its author', reasons: stopped };
  const found = foundAgainst(candidate, view);
  if (found.length > 0) {
    const person = found.some((reason) => waitsFor(reason) === 'person');
    // A person who has something to do is not told what time alone will change.
    const reasons = person ? found.filter((reason) => waitsFor(reason) === 'person') : found;
    return { is: 'waiting', for: person ? 'person' : 'time', reasons };
  }
  if (candidate.files === undefined) return { is: 'undecided', until: 'files are read' };
  return { is: 'ready' };
}

/** Everything that speaks against it, also what a verdict leaves out because something else comes first. */
export function reasonsAgainst(candidate: Candidate, view: ReviewView): Reason[] {
  return [...stoppedBy(candidate), ...foundAgainst(candidate, view)];
}

function foundAgainst(candidate: Candidate, view: ReviewView): Reason[] {
  return [
    ...checkReasons(candidate, view),
    ...policyReasons(candidate, view.rules),
    ...reasonsAgainstLanding(candidate, view).map((because): Reason => ({ is: 'cannot land', because })),
  ];
}

function stoppedBy({ pullRequest }: Candidate): Reason[] {
  const reasons: Reason[] = [];
  if (pullRequest.draft) reasons.push({ is: 'draft' });
  if (pullRequest.labels === undefined) reasons.push({ is: 'labels unread' });
  else if (pullRequest.labels.includes(HOLD_LABEL)) reasons.push({ is: 'on hold' });
  return reasons;
}

function checkReasons(candidate: Candidate, { rules, now }: ReviewView): Reason[] {
  const finding = judgeChecks(candidate.checks, rules, { now, since: testableSince(candidate) });
  switch (finding.is) {
    case 'green':
      return [];
    case 'failed':
      return [{ is: 'check failed', checks: finding.checks }];
    case 'none':
      return [{ is: 'no checks', overdue: finding.late, skipped: finding.skipped }];
    case 'pending': {
      const { running, missing, skipped } = finding;
      return [{ is: finding.late ? 'check overdue' : 'check pending', running, missing, skipped }];
    }
    default:
      return finding satisfies never;
  }
}

function policyReasons({ pullRequest, files }: Candidate, rules: Rules): Reason[] {
  const reasons: Reason[] = [];
  const { changedLines } = pullRequest;
  const limit = rules.merge.maxChangedLines;
  if (changedLines > limit) reasons.push({ is: 'too large', lines: changedLines, limit });
  if (pullRequest.review === 'required') reasons.push({ is: 'review required' });
  if (pullRequest.review === 'changes requested') reasons.push({ is: 'changes requested' });
  if (files !== undefined) reasons.push(...fileReasons(files, pullRequest, rules));
  return reasons;
}

function fileReasons(files: ChangedFiles, { headApproved }: OpenPullRequest, rules: Rules): Reason[] {
  if (!files.complete) return [{ is: 'files unread' }];
  const forbidden = forbiddenPaths(files.paths, rules.forbiddenPaths);
  if (forbidden.length > 0) return [{ is: 'forbidden paths', paths: forbidden }];
  const touchesWorkflows = files.paths.some((path) => path.startsWith('.github/workflows/'));
  const watched = headApproved ? [] : pathsToReview(files.paths, rules.needsReview);
  return [
    ...(touchesWorkflows && rules.actionsToken ? [{ is: 'workflow edit' } as const] : []),
    ...(watched.length > 0 ? [{ is: 'review needed', paths: watched } as const] : []),
  ];
}

function waitsFor(reason: Reason): 'time' | 'person' {
  switch (reason.is) {
    case 'check pending':
    case 'review required':
    case 'review needed':
      return 'time';
    case 'no checks':
      return reason.overdue ? 'person' : 'time';
    case 'cannot land':
      return landingWaitsFor(reason.because);
    case 'draft':
    case 'on hold':
    case 'labels unread':
    case 'check failed':
    case 'check overdue':
    case 'changes requested':
    case 'too large':
    case 'forbidden paths':
    case 'files unread':
    case 'workflow edit':
      return 'person';
    default:
      return reason satisfies never;
  }
}
