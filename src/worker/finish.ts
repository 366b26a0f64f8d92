/** From work in the worktree to an open pull request. */
import { BOUNDS } from '../domain/bounds.ts';
import { WorktreeLost } from '../domain/errors.ts';
import { type Sha, worktreeName } from '../domain/ids.ts';
import { retrying } from '../domain/retrying.ts';
import type { Worktree } from '../ports/git.ts';
import type { PullRequest } from '../ports/github.ts';
import type { WorkerContext } from './context.ts';
import type { Result } from './job.ts';
import { judgeWork } from './judge.ts';
import { lostText, movedText } from './messages.ts';
import type { Outcome } from './outcome.ts';
import { baseHead, forkPoint, remoteSeenFrom } from './prepare.ts';
import { pushStep } from './resume-point.ts';
import { runCommand } from './run-agent.ts';

/**
 * `startedAt`: the head before the agent ran, if only something new counts. `denied`: tools that it could not use.
 * `merged`: the head of the base that was merged, or was to be by the agent.
 */
type Way =
  | { check: false }
  | { check: true; startedAt: Sha | undefined; denied: readonly string[]; merged?: Sha | undefined };

export async function finish(
  context: WorkerContext,
  worktree: Worktree,
  way: Way,
): Promise<Result<{ number: number }>> {
  try {
    return await carryOut(context, worktree, way);
  } catch (error) {
    if (!(error instanceof WorktreeLost)) throw error;
    // The agent has ended as it should: what it has committed is for the next worker to check, not for another agent.
    const finished = way.check && (await hasCommits(context, way.startedAt));
    if (finished && !(await context.perform.write('committed', { phase: 'committed' }))) return { is: 'replaced' };
    return { is: 'failed', outcome: lostWorktree(context, error) };
  }
}

export function lostWorktree({ job }: WorkerContext, error: WorktreeLost): Outcome {
  return { is: 'worktree lost', detail: lostText(error, worktreeName(job.task, job.round)) };
}

/** Whether the task's branch, which outlives its worktree, has anything new. */
async function hasCommits(context: WorkerContext, startedAt: Sha | undefined): Promise<boolean> {
  const head = (await context.deps.git.localTaskBranches()).get(context.job.branch);
  if (head === undefined || head === startedAt) return false;
  return (await context.deps.git.countCommits(await baseHead(context), head)) > 0;
}

async function carryOut(context: WorkerContext, worktree: Worktree, way: Way): Promise<Result<{ number: number }>> {
  let head: Sha | undefined;
  if (way.check) {
    const checked = await checkWork(context, worktree, way);
    if (checked.is !== 'done') return checked;
    if (context.deps.stop.aborted) return { is: 'stopped' };
    if (!(await context.perform.write('committed', { phase: 'committed', head_sha: checked.head }))) {
      return { is: 'replaced' };
    }
    head = checked.head;
  }
  const pushed = await pushWork(context, worktree, head);
  if (pushed.is !== 'done') return pushed;
  // Once more with the guard: a worker that was replaced since makes no pull request.
  if (!(await context.perform.write('the pushed head', { head_sha: pushed.head }))) return { is: 'replaced' };
  if (context.deps.stop.aborted) return { is: 'stopped' };
  const commits = await context.deps.git.countCommits(await baseHead(context), pushed.head);
  const opened = await context.perform.openPullRequest(commits, pushed.head);
  return opened === undefined ? { is: 'replaced' } : await recordPullRequest(context, opened);
}

/** Of an earlier worker. Where an import has taken away what that one pushed, its head counts as that. */
export async function adoptPullRequest(
  context: WorkerContext,
  { number, head }: Pick<PullRequest, 'number' | 'head'>,
): Promise<Result<{ number: number }>> {
  const known = context.job.issue.metadata.head_sha !== undefined;
  if (!known && !(await context.perform.write('the pushed head', { head_sha: head }))) return { is: 'replaced' };
  return await recordPullRequest(context, { number });
}

export async function recordPullRequest(
  context: WorkerContext,
  pullRequest: Pick<PullRequest, 'number'>,
): Promise<Result<{ number: number }>> {
  const { number } = pullRequest;
  const ours = await context.perform.write('pr_created', { phase: 'pr_created', pr_number: number }, [
    'reason',
    'retry_at',
    'waits',
    'waits_for',
  ]);
  return ours ? { is: 'done', number } : { is: 'replaced' };
}

/** Commits what is left, takes out what no task may change, and runs the repository's own check. */
async function checkWork(
  context: WorkerContext,
  worktree: Worktree,
  { startedAt, denied, merged }: Way & { check: true },
): Promise<Result<{ head: Sha }>> {
  const { deps, perform } = context;
  const left = await whyLeft(context, worktree);
  if (left !== undefined) return { is: 'failed', outcome: left };
  const committed = await perform.commitAll(worktree);
  if (committed.is === 'refused') {
    return { is: 'failed', outcome: { is: 'commit refused', detail: committed.why } };
  }
  // A hook may have gone elsewhere: no further commit is made there.
  const led = await whyLeft(context, worktree);
  if (led !== undefined) return { is: 'failed', outcome: led };
  const { head: before } = await deps.git.worktreeState(worktree.path);
  const fork = await forkPoint(context, before);
  const head = await perform.restoreBeads(worktree, fork);
  const outcome = judgeWork(
    {
      changed: await deps.git.changedPaths(fork, head),
      nested: await deps.git.nestedRepositories(fork, head),
      askedToGoOn: startedAt !== undefined,
      moved: startedAt === undefined || (await isMoved(context, startedAt, head, merged)),
      denied,
      conflicts: merged === undefined ? undefined : await conflictsOf(context, merged, head),
    },
    deps.settings.forbiddenPaths,
  );
  if (outcome !== undefined) return { is: 'failed', outcome };
  const { verify } = deps.settings;
  if (verify !== undefined) {
    const verified = await runCommand(context, worktree, 'verify failed', verify);
    if (verified.is !== 'done') return verified;
  }
  return { is: 'done', head };
}

/** A conflict may well be resolved to what was there, and a base may bring nothing new: that it is merged is enough. */
async function isMoved({ deps }: WorkerContext, startedAt: Sha, head: Sha, merged: Sha | undefined): Promise<boolean> {
  if (merged !== undefined && !(await deps.git.isAncestor(merged, startedAt))) return true;
  return (await deps.git.changedPaths(startedAt, head)).length > 0;
}

async function conflictsOf({ deps }: WorkerContext, merged: Sha, head: Sha): Promise<readonly string[] | 'not merged'> {
  return (await deps.git.isAncestor(merged, head)) ? await deps.git.conflictsLeft(merged, head) : 'not merged';
}

/** The agent or a hook can have checked out something else. */
async function whyLeft({ deps, job }: WorkerContext, worktree: Worktree): Promise<Outcome | undefined> {
  await deps.git.requireWorktree(worktree.path);
  const now = (await deps.git.worktrees()).find(({ path }) => path === worktree.path);
  if (now?.checkedOut === job.branch) return undefined;
  const detail = `the worktree is on ${now?.checkedOut ?? 'no branch'}, not on ${job.branch}`;
  return { is: 'left its branch', detail };
}

/**
 * Pushes with a lease, and looks again whenever the branch is not where it was seen.
 * @param checked all that may be pushed: a verify command can commit, or check out something else. Undefined: `head` was checked by an earlier worker
 */
async function pushWork(
  context: WorkerContext,
  worktree: Worktree,
  checked: Sha | undefined,
): Promise<Result<{ head: Sha }>> {
  const { deps, perform } = context;
  const pushed = await retrying(BOUNDS.pushes, async (): Promise<Result<{ head: Sha }> | undefined> => {
    if (deps.stop.aborted) return { is: 'stopped' };
    const { head } = await deps.git.worktreeState(worktree.path);
    if (checked !== undefined && head !== checked) {
      return { is: 'failed', outcome: { is: 'interrupted', detail: movedText(checked, head) } };
    }
    const step = pushStep(await remoteSeenFrom(context, head));
    switch (step.do) {
      case 'adopt':
        return { is: 'done', head: step.head };
      case 'give up':
        return { is: 'failed', outcome: step.outcome };
      case 'push': {
        const outcome = await perform.push(worktree, step.expected);
        if (outcome.is === 'pushed') return { is: 'done', head };
        if (outcome.is === 'refused') return { is: 'failed', outcome: { is: 'push refused', detail: outcome.why } };
        await perform.fetch();
        return undefined;
      }
      default:
        return step satisfies never;
    }
  });
  return (
    pushed ?? { is: 'failed', outcome: { is: 'interrupted', detail: 'somebody else keeps pushing to this branch' } }
  );
}
