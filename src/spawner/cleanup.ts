/** What may be removed once a task is closed, and what has to stay. Pure; the adapter rescues what nothing else holds, or refuses. */
import { type Branch, branchOf, type Sha, taskOfBranch } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import type { Intent, Kept, WhyKept } from './intent.ts';
import type { KnownWorktree, View } from './view.ts';

type Cleanup = {
  intent: Intent | undefined;
  kept: readonly Kept[];
};
/** The parts of a view that a cleanup is decided on. */
type CleanupView = Pick<View, 'base' | 'worktrees' | 'localBranches' | 'remoteBranches' | 'pullRequests' | 'stranded'>;

export function decideCleanup(view: CleanupView, task: Pick<Issue, 'id'>): Cleanup {
  const worktrees = view.worktrees.filter((worktree) => worktree.task === task.id);
  const landed = landedHeads(view, task);
  const judged = worktrees.map((worktree) => ({ worktree, why: whyKept(worktree) }));
  const going = judged.filter(({ why }) => why === undefined).map(({ worktree }) => worktree);
  const standing = new Set(worktrees.map(({ branch }) => branch));
  const localBranches = branchesOf(view.localBranches, task).filter(({ name }) => !standing.has(name));
  // Only what has landed goes from the remote: of anything else the remote branch is the copy that stays.
  const remoteBranches = branchesOf(view.remoteBranches, task).filter(({ name, head }) => landed.get(name) === head);
  const kept = judged.flatMap(({ worktree, why }) =>
    why === undefined ? [] : [{ task: task.id, path: worktree.path, why }],
  );
  if (going.length + localBranches.length + remoteBranches.length === 0) return { intent: undefined, kept };
  const rescue = whatToRescue(view, going, localBranches);
  const safe = safeCommits(view, task);
  return {
    intent: { do: 'clean up', task: task.id, worktrees: going, localBranches, remoteBranches, safe, rescue },
    kept,
  };
}

/** What a closed task has left behind is removed, and nothing of it is lost. */
function whatToRescue(
  view: CleanupView,
  worktrees: readonly KnownWorktree[],
  branches: readonly { head: Sha }[],
): { files: number; heads: number } {
  const heads = [
    ...worktrees.flatMap((worktree) => [worktree.head, view.localBranches.get(worktree.branch)]),
    ...branches.map(({ head }) => head),
  ];
  return {
    files: worktrees.reduce(
      (files, { state }) => files + (state !== undefined && 'changes' in state ? state.changes.length : 0),
      0,
    ),
    heads: new Set(heads.filter((head) => head !== undefined && view.stranded.has(head))).size,
  };
}

/** Commits that stay reachable whatever is cleaned up: what they contain is not lost. */
export function safeCommits(
  view: Pick<CleanupView, 'base' | 'remoteBranches' | 'pullRequests'>,
  task: Pick<Issue, 'id'>,
): readonly Sha[] {
  const pushed = branchesOf(view.remoteBranches, task).map(({ head }) => head);
  return [...new Set([view.base.head, ...landedHeads(view, task).values(), ...pushed])];
}

/** Why a worktree has to stay, or undefined when it may go. */
function whyKept(worktree: KnownWorktree): WhyKept | undefined {
  if (worktree.missing) return undefined;
  if (worktree.locked) return { is: 'locked' };
  const [visitor] = worktree.visitors;
  if (visitor !== undefined) return { is: 'visited', pid: visitor };
  if (worktree.state === undefined) return { is: 'unreadable' };
  return 'lost' in worktree.state ? { is: 'lost', says: worktree.state.lost } : undefined;
}

/** Heads of the task's merged pull requests, by branch. */
function landedHeads(view: Pick<CleanupView, 'pullRequests'>, task: Pick<Issue, 'id'>): ReadonlyMap<Branch, Sha> {
  const landed = new Map<Branch, Sha>();
  for (const [name, requests] of view.pullRequests) {
    if (taskOfBranch(name)?.task !== task.id) continue;
    for (const request of requests) if (request.state === 'merged') landed.set(name, request.head);
  }
  return landed;
}

function branchesOf(branches: ReadonlyMap<Branch, Sha>, task: Pick<Issue, 'id'>): { name: Branch; head: Sha }[] {
  return [...branches].filter(([name]) => taskOfBranch(name)?.task === task.id).map(([name, head]) => ({ name, head }));
}

/** The branches whose pull requests tell what a clean-up may remove. */
export function branchesToAsk(
  view: Pick<View, 'localBranches' | 'remoteBranches'> & {
    worktrees: readonly Pick<KnownWorktree, 'task' | 'round'>[];
  },
  task: Pick<Issue, 'id'>,
): Branch[] {
  const rounds = new Set(view.worktrees.filter((worktree) => worktree.task === task.id).map(({ round }) => round));
  for (const name of [...view.localBranches.keys(), ...view.remoteBranches.keys()]) {
    const named = taskOfBranch(name);
    if (named?.task === task.id) rounds.add(named.round);
  }
  return [...rounds].map((round) => branchOf(task.id, round));
}
