/** From the claim to a worktree that is this worker's alone, and what is found in it. */
import { relative } from 'node:path';
import { CONFIG_PATH } from '../domain/config-path.ts';
import { UserError } from '../domain/errors.ts';
import { isSha, type Sha, worktreeName } from '../domain/ids.ts';
import type { Worktree } from '../ports/git.ts';
import type { WorkerContext } from './context.ts';
import type { Result } from './job.ts';
import { patiently } from './perform.ts';
import type { Evidence, Remote } from './resume-point.ts';

export async function prepare(context: WorkerContext): Promise<Result<{ worktree: Worktree }>> {
  const { deps, job, perform } = context;
  if (deps.stop.aborted) return { is: 'stopped' };
  await perform.fetch();
  const there = await branchExists(context);
  const origin = await originOf(context);
  // A worker that has work to go on with keeps its phase, so that a later one knows as much as this one.
  const phase = job.issue.metadata.phase;
  const { pid, start } = deps.processes.self();
  const ours = await perform.write('working', {
    phase: phase === 'committed' || phase === 'pr_created' ? phase : 'working',
    agent_pid: pid,
    agent_host: deps.processes.host(),
    agent_start: start,
    worktree: relative(deps.git.mainWorktree, `${deps.git.worktreeRoot}/${worktreeName(job.task, job.round)}`),
    branch: job.branch,
    base_sha: there ? (job.issue.metadata.base_sha ?? origin) : origin,
  });
  if (!ours) return { is: 'replaced' };
  // Only now: whoever has lost the task must not end the one that has it.
  const { alive } = await perform.endOlder();
  if (alive.length > 0) {
    const detail = `processes of an earlier start would not end: ${alive.join(', ')}`;
    return { is: 'failed', outcome: { is: 'not ended', detail } };
  }
  if (deps.stop.aborted) return { is: 'stopped' };
  return { is: 'done', worktree: await perform.ensureWorktree(origin) };
}

/** A branch that is there already started from the base as it was then. */
async function branchExists({ deps, job }: WorkerContext): Promise<boolean> {
  if ((await deps.git.localTaskBranches()).has(job.branch)) return true;
  return (await deps.git.remoteBranch(job.branch)) !== undefined;
}

/** A new branch starts at the base, or at the head of an earlier round that this one goes on from. */
async function originOf(context: WorkerContext): Promise<Sha> {
  const { head_sha: earlier } = context.job.issue.metadata;
  if (earlier === undefined || !isSha(earlier)) return await baseHead(context);
  // A commit is its own ancestor, if this repository has it at all.
  return (await context.deps.git.isAncestor(earlier, earlier)) ? earlier : await baseHead(context);
}

export async function observe(context: WorkerContext, worktree: Worktree): Promise<Evidence> {
  const { deps, job } = context;
  const { git } = deps;
  const { head, changes } = await git.worktreeState(worktree.path);
  const pullRequests = await patiently(deps, context.log.line, () => deps.pullRequests.pullRequestsOf([job.branch]));
  return {
    metadata: job.issue.metadata,
    head,
    dirty: changes.length > 0,
    ahead: await git.countCommits(await baseHead(context), head),
    remote: await remoteSeenFrom(context, head),
    pullRequests,
  };
}

/** Throws a UserError if the remote does not have the base. */
export async function baseHead({ deps }: WorkerContext): Promise<Sha> {
  const head = await deps.git.remoteBranch(deps.base);
  if (head !== undefined) return head;
  throw new UserError(`The remote has no branch ${JSON.stringify(deps.base)}.`, {
    hint: `Push it, or name another as \`base\` in ${CONFIG_PATH}.`,
    exit: 'repository',
  });
}

/** Where the branch leaves the base. */
export async function forkPoint(context: WorkerContext, head: Sha): Promise<Sha> {
  const found = await context.deps.git.mergeBase(await baseHead(context), head);
  if (found !== undefined) return found;
  throw new UserError(`${context.job.branch} has no commit in common with ${context.deps.base}.`, {
    hint: 'Look at its worktree: the history was replaced.',
    exit: 'repository',
  });
}

/** The remote branch as of the last fetch, compared with our head. */
export async function remoteSeenFrom({ deps, job }: WorkerContext, head: Sha): Promise<Remote> {
  const { git } = deps;
  const theirs = await git.remoteBranch(job.branch);
  if (theirs === undefined) return { is: 'absent' };
  if (theirs === head) return { is: 'same', head: theirs };
  if (await git.isAncestor(theirs, head)) return { is: 'behind', head: theirs };
  return { is: (await git.isAncestor(head, theirs)) ? 'ahead' : 'diverged', head: theirs };
}
