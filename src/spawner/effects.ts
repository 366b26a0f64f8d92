/**
 * Every effect of the spawner, by name: the one gate through which a pass writes to Beads, git, GitHub or the process table.
 * The crash sweep kills the spawner before, after and in the middle of each of them, so one that is not here cannot be made.
 */
import type { Branch, IssueId, Sha, Token } from '../domain/ids.ts';
import type { Beads, Change, Guard, WriteOutcome } from '../ports/beads.ts';
import type { Clock } from '../ports/clock.ts';
import type { Git, Worktree } from '../ports/git.ts';
import type { PullRequestWriter } from '../ports/github.ts';
import type { ProcessReader, ProcessWriter } from '../ports/processes.ts';
import type { CheckWriter } from '../ports/review.ts';
import type { Reviews } from '../review/reviews.ts';

export type Writers = {
  beads: Beads;
  git: Git;
  pullRequests: PullRequestWriter;
  processes: ProcessReader & ProcessWriter;
  clock: Clock;
  checks: CheckWriter;
  reviews: Pick<Reviews, 'notRunAgain'>;
  /** Starts the detached supervisor of a task that has just been claimed or taken over. */
  startWorker(start: WorkerStart): Promise<{ pid: number }>;
};
export type WorkerStart = { task: IssueId; round: number; attempt: number; token: Token };

type Write = (writers: Writers, task: IssueId, guard: Guard, change: Change) => Promise<boolean>;
type WriteAll = (
  writers: Writers,
  tasks: readonly IssueId[],
  guard: Guard,
  change: Change,
) => Promise<ReadonlyMap<IssueId, WriteOutcome>>;
type Close = (writers: Writers, task: IssueId, reason: string) => Promise<void>;

/** False when the guard did not hold: somebody else was faster. */
const write: Write = async ({ beads }, task, guard, change) =>
  (await beads.update([task], guard, change)).get(task) === 'done';
const writeAll: WriteAll = ({ beads }, tasks, guard, change) => beads.update(tasks, guard, change);
const close: Close = ({ beads }, task, reason) => beads.close([task], reason);

export const effects = {
  'publish lines': ({ git }: Writers, file: Parameters<Git['publishFile']>[0]) => git.publishFile(file),
  'end workers': ({ processes }: Writers, task: IssueId, token: Token) => processes.endTagged(task, { token }),
  'record close': write,
  'close task': close,
  'close old pull request': ({ pullRequests }: Writers, number: number) => pullRequests.close(number),
  'open round': write,
  'give up': write,
  'close container': close,
  'reopen container': ({ beads }: Writers, task: IssueId) => beads.reopen(task),
  'remove worktree': ({ git }: Writers, worktree: Worktree, safe: readonly Sha[]) => git.removeWorktree(worktree, safe),
  'delete local branch': ({ git }: Writers, name: Branch, head: Sha, safe: readonly Sha[]) =>
    git.deleteLocalBranch(name, head, safe),
  'delete remote branch': ({ git }: Writers, name: Branch, head: Sha) => git.deleteRemoteBranch(name, head),
  /** Everything older of the task, whatever its metadata says. */
  'end older workers': ({ processes }: Writers, task: IssueId) => processes.endTagged(task),
  claim: writeAll,
  'take over': writeAll,
  'hand back': writeAll,
  'tell why': writeAll,
  're-run checks': ({ checks }: Writers, workflowRun: number) => checks.rerunFailed(workflowRun),
  'start worker': (writers: Writers, start: WorkerStart) => writers.startWorker(start),
} as const;

export type EffectName = keyof typeof effects;
