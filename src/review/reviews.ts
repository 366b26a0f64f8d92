/** The verdicts on pull requests that wait, and what follows for their workers; for the spawner, pass by pass. */
import type { Settings } from '../config/settings.ts';
import { BOUNDS } from '../domain/bounds.ts';
import { type Branch, branchOf, type IssueId, isSha, type Sha } from '../domain/ids.ts';
import { type HandBacks, type Issue, roundOf } from '../domain/issue.ts';
import type { PullRequest } from '../ports/github.ts';
import type { HandBackReader, RunAttempts } from '../ports/review.ts';
import { type Past, type Way, wayOf } from './hand-back.ts';
import { createJobNames } from './job-names.ts';
import { withConflictKnown } from './landing/conflicts.ts';
import { observeRules } from './observe.ts';
import { markReports } from './reports.ts';
import { review, type Verdict } from './review.ts';
import type { Candidate, ChangedFiles, OpenPullRequest, ReviewView, Rules, Workflow } from './view.ts';

type Wanted = {
  task: IssueId;
  round: number;
  pullRequest: number;
  pushed: Sha | undefined;
  handedBack: HandBacks;
};
/** Only of workers that have handed their pull request over. `tasks`: in their rounds. */
export function wantedOf(
  tasks: readonly Issue[],
  pullRequests: ReadonlyMap<Branch, readonly PullRequest[]>,
  base: string,
): Wanted[] {
  return tasks.flatMap((task) => {
    const round = roundOf(task);
    const { status, metadata } = task;
    const all = pullRequests.get(branchOf(task.id, round)) ?? [];
    const open = all.find((one) => one.state === 'open' && one.base === base);
    if (status !== 'in_progress' || metadata.phase !== 'pr_created' || open === undefined) return [];
    const { head_sha: head = '', handed_back: handedBack = {} } = metadata;
    return [{ task: task.id, round, pullRequest: open.number, pushed: isSha(head) ? head : undefined, handedBack }];
  });
}

/**
 * Whether a worker that lives is bringing a branch up to date; the next one has its turn after that. One that had to ask an
 * agent takes longer than others can wait.
 */
export function isBeingUpdated(tasks: readonly Issue[], atWork: ReadonlySet<IssueId>): boolean {
  return tasks.some(({ id, status, metadata: { phase, waits, attempt = 1 } }) => {
    const isBack = status === 'in_progress' && phase !== 'pr_created' && waits === 'behind';
    return isBack && attempt === 1 && atWork.has(id);
  });
}

export type Reviewed = { pullRequest: OpenPullRequest; way: Way };

export interface Reviews {
  /** Of those that are open; one that GitHub does not show just now is missing. `isTaken`: see `isBeingUpdated`. */
  of(wanted: readonly Wanted[], now: Date, isTaken?: boolean): Promise<ReadonlyMap<IssueId, Reviewed>>;
  /** GitHub will not start this run of a workflow again. */
  notRunAgain(workflowRun: number): void;
}

type Options = { base: string; ownWorkflow: Workflow } & Pick<Settings, 'onRed' | 'onConflict'>;

/** What is remembered is what GitHub would say again; nothing is lost with it. */
export function createReviews(github: HandBackReader, options: Options): Reviews {
  let rules: { at: number; value: Rules } | undefined;
  const files = new Map<string, ChangedFiles>();
  const refused = new Set<number>();
  const jobNames = createJobNames();

  async function rulesAt(now: Date): Promise<Rules> {
    if (rules === undefined || now.getTime() - rules.at > BOUNDS.rulesAge.value) {
      rules = { at: now.getTime(), value: await observeRules(github, options) };
    }
    return rules.value;
  }

  async function verdictOn(candidate: Candidate, view: ReviewView): Promise<Verdict> {
    const verdict = review(candidate, view);
    if (verdict.is !== 'undecided') return verdict;
    const key = `${candidate.pullRequest.number}@${candidate.pullRequest.head}`;
    const read = files.get(key) ?? (await github.changedFiles(candidate.pullRequest));
    files.set(key, read);
    return review({ ...candidate, files: read }, view);
  }

  async function attemptsOf(verdict: Verdict): Promise<Past['attempts']> {
    const attempts = new Map<number, RunAttempts>();
    for (const reason of verdict.is === 'waiting' ? verdict.reasons : []) {
      for (const { workflowRun } of reason.is === 'check failed' ? reason.checks : []) {
        if (workflowRun === undefined || refused.has(workflowRun) || attempts.has(workflowRun)) continue;
        attempts.set(workflowRun, await github.attemptsOf(workflowRun));
      }
    }
    return attempts;
  }

  return {
    async of(wanted, now, isTaken = false) {
      const found = new Map<IssueId, Reviewed>();
      if (wanted.length === 0) return found;
      const view: ReviewView = { now, rules: await rulesAt(now), landing: { tried: new Map(), asked: new Map() } };
      const open = new Map((await github.openPullRequests(options.base)).map((one) => [one.number, one]));
      const shown = wanted.flatMap((one) => {
        const pullRequest = open.get(one.pullRequest);
        return pullRequest === undefined ? [] : [{ ...one, pullRequest }];
      });
      const details = await github.details(shown.map(({ pullRequest: { number, head } }) => ({ number, head })));
      for (const { task, round, pushed, handedBack, pullRequest: listed } of shown) {
        const said = details.get(listed.number);
        if (said === undefined) continue;
        const pullRequest = await withConflictKnown(github, listed);
        const checks = await markReports(said.checks, view.rules, (suite, names) => jobNames(github, suite, names));
        const verdict = await verdictOn({ task, round, pullRequest, ...said, checks, files: undefined }, view);
        const on = { red: options.onRed, conflict: options.onConflict };
        const past: Past = { pushed, handedBack, attempts: await attemptsOf(verdict), on };
        found.set(task, { pullRequest, way: wayOf(verdict, pullRequest, past) });
      }
      return inLine(found, isTaken);
    },
    notRunAgain: (workflowRun) => void refused.add(workflowRun),
  };
}

/**
 * A base that takes only what is up to date makes all others stale with each landing, so one at a time is brought up to
 * date: the oldest, and none while another is on its way.
 */
function inLine(found: ReadonlyMap<IssueId, Reviewed>, isTaken: boolean): ReadonlyMap<IssueId, Reviewed> {
  const behind = [...found.values()].filter(({ way }) => way.is === 'hand back' && way.handBack.kind === 'behind');
  const isOnItsWay = ({ way }: Reviewed): boolean =>
    way.is === 'going on' && (way.waits === 'merge' || way.reasons.some(({ is }) => is === 'check pending'));
  const onItsWay = isTaken || [...found.values()].some(isOnItsWay);
  const first = Math.min(...behind.map(({ pullRequest }) => pullRequest.number));
  return new Map(
    [...found].map(([task, one]) => {
      const waits = behind.includes(one) && (onItsWay || one.pullRequest.number !== first);
      return [task, waits ? { ...one, way: { is: 'going on', waits: 'merge', reasons: one.way.reasons } } : one];
    }),
  );
}
