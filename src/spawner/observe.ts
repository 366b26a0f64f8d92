/** Reads everything that a pass decides on. A read that fails throws; nothing is ever taken as absent because it could not be read. */
import { epicOf, indexIssues, tasksOf } from '../domain/epic.ts';
import { TransientError, WorktreeLost } from '../domain/errors.ts';
import { type Branch, branchOf, type IssueId, isNameable, type Sha, taskOfBranch } from '../domain/ids.ts';
import { type Issue, roundOf } from '../domain/issue.ts';
import { allLines, ISSUES_PATH, type Line } from '../domain/lines.ts';
import type { BeadsReader } from '../ports/beads.ts';
import type { Clock } from '../ports/clock.ts';
import type { GitReader, GitRefresher, Worktree } from '../ports/git.ts';
import type { PullRequest, PullRequestReader } from '../ports/github.ts';
import type { ProcessReader } from '../ports/processes.ts';
import { isBeingUpdated, type Reviews, wantedOf } from '../review/reviews.ts';
import { branchesToAsk, safeCommits } from './cleanup.ts';
import { noBase } from './messages/errors.ts';
import type { KnownWorktree, View } from './view.ts';

/** What observing needs: readers, and the fetch that brings the readers up to date. */
export type Readers = {
  beads: BeadsReader;
  git: GitReader & GitRefresher;
  pullRequests: PullRequestReader;
  processes: ProcessReader;
  clock: Clock;
  reviews: Reviews;
};
export type Names = { base: string; state: string; remote: string };

/** What Beads and the process table say at one time. */
export type BeadsLook = Pick<View, 'processes' | 'host'> & { issues: readonly Issue[] };
/** A view without its epic: one look is enough for the views of several epics. */
type Look = Omit<View, 'epic'>;

export async function observe(readers: Readers, names: Names, epicId: string): Promise<View> {
  const beads = await lookAtBeads(readers);
  const epic = epicOf(beads.issues, epicId);
  return viewOf(await lookAround(readers, names, beads, issuesOf(epic)), epic);
}

/** The view of an epic that the look was about, or of all tasks as if they were of one epic. */
export function viewOf(look: Look, epic: View['epic']): View {
  return { ...look, epic: { ...epic, tasks: inTheirRounds(epic.tasks, look.lines) } };
}

export function issuesOf({ containers, tasks }: View['epic']): readonly Issue[] {
  return [...containers, ...tasks];
}

export function everyTask(issues: readonly Issue[]): View['epic'] {
  return { tasks: tasksOf(issues), containers: [], children: new Map() };
}

/** Every issue of the repository, whatever its epic. */
export async function observeAll(readers: Readers, names: Names): Promise<Look & { issues: readonly Issue[] }> {
  const beads = await lookAtBeads(readers);
  const look = await lookAround(readers, names, beads, beads.issues);
  return { ...look, issues: inTheirRounds(beads.issues, look.lines) };
}

/**
 * An import by hand can take a task's metadata away, and its round with it; the published line still has it.
 * Without it the task would go on in its first round, for which it may have landed long ago.
 */
export function inTheirRounds(tasks: readonly Issue[], lines: View['lines']): readonly Issue[] {
  return tasks.map((task) => {
    const round = task.metadata.round ?? lines.get(task.id)?.round;
    return round === task.metadata.round ? task : { ...task, metadata: { ...task.metadata, round } };
  });
}

/**
 * The process table is read before Beads: the snapshot has all that a worker wrote before it was seen gone, so a worker that
 * has just finished is never taken for one that died. Beads is read before git: the base that is fetched afterwards has the
 * merges of all blockers that the snapshot calls closed.
 */
export async function lookAtBeads(readers: Pick<Readers, 'beads' | 'processes'>): Promise<BeadsLook> {
  const processes = await readers.processes.tagged();
  return { processes, host: readers.processes.host(), issues: await readers.beads.snapshot() };
}

type Seen = Pick<View, 'localBranches' | 'remoteBranches'> & { worktrees: readonly Worktree[] };

/** Reads git and GitHub, as far as they concern the issues that the look is about. */
export async function lookAround(
  readers: Readers,
  names: Names,
  { processes, host, issues }: BeadsLook,
  about: readonly Issue[],
): Promise<Look> {
  const { git } = readers;
  await git.fetch([names.base, names.state]);
  const [baseHead, stateHead, localBranches, remoteBranches, worktrees, room] = await Promise.all([
    git.remoteBranch(names.base),
    git.remoteBranch(names.state),
    git.localTaskBranches(),
    git.remoteTaskBranches(),
    git.worktrees(),
    git.room(),
  ]);
  if (baseHead === undefined) throw noBase(names);
  const base = { branch: names.base, head: baseHead };
  const lines = await readLines(git, stateHead, about);
  const seen = { worktrees, localBranches, remoteBranches };
  const tasks = inTheirRounds(about, lines);
  const pullRequests = byBranch(await readers.pullRequests.pullRequestsOf(branchesToRead(tasks, seen)));
  const now = readers.clock.now();
  const closed = new Set(about.filter(({ status }) => status === 'closed').map(({ id }) => id));
  return {
    known: indexIssues(issues),
    base,
    state: { branch: names.state, head: stateHead },
    lines,
    processes,
    localBranches,
    remoteBranches,
    pullRequests,
    reviews: await readers.reviews.of(
      wantedOf(tasks, pullRequests, names.base),
      now,
      isBeingUpdated(tasks, new Set(processes.filter(({ supervisor }) => supervisor).map(({ task }) => task))),
    ),
    stranded: await findStranded(git, closed, { ...seen, base, pullRequests }),
    worktrees: await Promise.all(worktrees.map((one) => inspect(readers, one, closed.has(one.task)))),
    room,
    now,
    host,
  };
}

async function readLines(
  git: GitReader,
  head: Sha | undefined,
  about: readonly Issue[],
): Promise<ReadonlyMap<IssueId, Line>> {
  const file = head === undefined ? undefined : await git.fileAt(head, ISSUES_PATH);
  const wanted = new Set(about.map(({ id }) => id));
  return new Map([...allLines(file ?? '')].filter(([id]) => wanted.has(id)));
}

/** The branches whose pull requests this pass needs: every task that was ever begun and is not closed, and leftovers of closed ones. */
function branchesToRead(tasks: readonly Issue[], seen: Seen): Branch[] {
  const wanted = new Set<Branch>();
  for (const task of tasks) {
    if (!isNameable(task.id)) continue;
    for (const name of branchesToAsk(seen, task)) wanted.add(name);
    const begun =
      task.status === 'in_progress' || task.metadata.phase !== undefined || task.metadata.pr_number !== undefined;
    if (task.status !== 'closed' && begun) wanted.add(branchOf(task.id, roundOf(task)));
  }
  return [...wanted];
}

function byBranch(requests: readonly PullRequest[]): ReadonlyMap<Branch, readonly PullRequest[]> {
  const found = new Map<Branch, PullRequest[]>();
  for (const request of requests) found.set(request.branch, [...(found.get(request.branch) ?? []), request]);
  return found;
}

async function findStranded(
  git: GitReader,
  closed: ReadonlySet<IssueId>,
  view: Pick<View, 'base' | 'pullRequests'> & Seen,
): Promise<ReadonlySet<Sha>> {
  const stranded = new Set<Sha>();
  for (const id of closed) {
    const heads = [
      ...view.worktrees.filter((one) => one.task === id).flatMap(({ head }) => head ?? []),
      ...[...view.localBranches].filter(([name]) => taskOfBranch(name)?.task === id).map(([, head]) => head),
    ];
    const safe = safeCommits(view, { id });
    for (const head of new Set(heads)) if (!(await containedIn(git, head, safe))) stranded.add(head);
  }
  return stranded;
}

async function containedIn(git: GitReader, head: Sha, safe: readonly Sha[]): Promise<boolean> {
  if (safe.includes(head)) return true;
  for (const commit of safe) if (await git.isAncestor(head, commit)) return true;
  return false;
}

/** Reading a worktree's state costs a `git status`, so it is done only where a removal may be decided. */
async function inspect(readers: Readers, worktree: Worktree, closed: boolean): Promise<KnownWorktree> {
  if (!closed || worktree.missing || worktree.head === undefined)
    return { ...worktree, state: undefined, visitors: [] };
  // One after the other, because the git that reads the state runs in the worktree, and would be a visitor.
  const visitors = await readers.processes.inside(worktree.path);
  return { ...worktree, state: await stateOf(readers.git, worktree), visitors };
}

/** Undefined where git cannot read it: such a worktree is kept, and the pass goes on. */
async function stateOf(git: GitReader, worktree: Worktree): Promise<KnownWorktree['state']> {
  try {
    return await git.worktreeState(worktree.path);
  } catch (cause) {
    if (cause instanceof WorktreeLost) return { lost: cause.message };
    if (cause instanceof TransientError) return undefined;
    throw cause;
  }
}
