/** `heddle stop`: fences the worker off first, then ends it, so that nothing it does meanwhile counts. */
import { BOUNDS } from '../domain/bounds.ts';
import { type IssueId, tokenOf } from '../domain/ids.ts';
import { ownerOf } from '../domain/owner.ts';
import { retrying } from '../domain/retrying.ts';
import type { Beads } from '../ports/beads.ts';
import type { Clock } from '../ports/clock.ts';
import type { Processes } from '../ports/processes.ts';
import { stoppedReason } from './messages.ts';

type StopDeps = {
  beads: Pick<Beads, 'snapshot' | 'update'>;
  processes: Pick<Processes, 'tagged' | 'endTagged' | 'host'>;
  clock: Pick<Clock, 'nonce'>;
};

export type StopOutcome =
  /** `elsewhere`: the host where the worker lives; it stops by itself, at its next write. */
  | { is: 'stopped'; ended: number; elsewhere: string | undefined }
  | { is: 'not running' }
  | { is: 'no such task' }
  /** Processes that no signal could end. */
  | { is: 'alive'; pids: readonly number[] }
  /** Somebody else keeps writing to the issue. */
  | { is: 'busy' };

/** Nobody works on it any more: whoever goes on does so on the host whose token this is, not where the worker was. */
const AGENT_KEYS = ['retry_at', 'agent_pid', 'agent_host', 'agent_start'] as const;

/** Afterwards the task needs a person; its worktree and all work in it stay. `heddle retry` goes on. */
export async function stopTask(deps: StopDeps, task: IssueId): Promise<StopOutcome> {
  const stopped = await retrying(BOUNDS.stops, async (): Promise<StopOutcome | undefined> => {
    const issue = (await deps.beads.snapshot()).find(({ id }) => id === task);
    if (issue === undefined) return { is: 'no such task' };
    const [processes, host] = [await deps.processes.tagged(), deps.processes.host()];
    const owner = ownerOf(issue, { processes, host });
    const underWay = 'token' in owner;
    const { phase } = issue.metadata;
    const handedOver = phase === 'pr_created' || phase === 'merged';
    const living = processes.some((one) => one.task === task);
    if (!living && (!underWay || handedOver)) return { is: 'not running' };
    if (underWay) {
      const token = tokenOf(host, deps.clock.nonce());
      const change = { assignee: token, set: { reason: stoppedReason() }, unset: AGENT_KEYS } as const;
      const outcome = (await deps.beads.update([task], owner.guard, change)).get(task);
      if (outcome !== 'done') return undefined;
    }
    const { ended, alive } = await deps.processes.endTagged(task);
    if (alive.length > 0) return { is: 'alive', pids: alive };
    return { is: 'stopped', ended, elsewhere: owner.is === 'elsewhere' ? owner.host : undefined };
  });
  return stopped ?? { is: 'busy' };
}

/** The tasks of this repository that have something alive on this host. */
export async function runningTasks(deps: Pick<StopDeps, 'processes'>): Promise<readonly IssueId[]> {
  return [...new Set((await deps.processes.tagged()).map(({ task }) => task))].sort();
}
