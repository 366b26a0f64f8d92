/** `heddle retry <task>`: a person says go on, where a person was needed. */
import { outermost } from '../../domain/epic.ts';
import { UserError } from '../../domain/errors.ts';
import { branchOf, type IssueId, isNameable, tokenOf } from '../../domain/ids.ts';
import { type Issue, isHalfClosed, needsPerson, ROUND_KEYS, roundOf } from '../../domain/issue.ts';
import { type Owner, ownerOf } from '../../domain/owner.ts';
import { noSuchTask } from '../../domain/task.ts';
import type { Beads, Change, Guard } from '../../ports/beads.ts';
import type { PullRequest } from '../../ports/github.ts';
import { giveBack } from '../messages/standings.ts';
import { inTheirRounds, lookAround, lookAtBeads, type Names, type Readers } from '../observe.ts';

const AGENT_KEYS = ['agent_pid', 'agent_host', 'agent_start'] as const;
/** What was handed back is counted anew. */
const HAND_BACK_KEYS = ['waits', 'waits_for', 'handed_back'] as const;

/**
 * `goes on`: the same round, its attempts counted anew. `new round`: its pull request has ended, so it begins from that one's head.
 * `epic`: whose next pass does it; undefined for a task that is below none.
 */
export type RetryOutcome = { is: 'goes on' | 'new round'; round: number; epic: IssueId | undefined };

type RetryDeps = {
  readers: Readers;
  names: Names;
  writers: { beads: Pick<Beads, 'update'> };
};

export async function retry(deps: RetryDeps, id: string): Promise<RetryOutcome> {
  const { readers, names } = deps;
  const beads = await lookAtBeads(readers);
  const found = findTask(beads.issues, id);
  const owner = ownerOf(found, beads);
  const guard = retriable(found, owner);
  // The same look as a pass has, so that both see one round and one pull request.
  const look = await lookAround(readers, names, beads, [found]);
  const [task = found] = inTheirRounds([found], look.lines);
  const epic = outermost(found, look.known);
  const requests = look.pullRequests.get(branchOf(found.id, roundOf(task))) ?? [];
  const open = requests.find(({ state }) => state === 'open');
  // A pull request that was merged into another base is over as well, and has not landed.
  const ended = requests.find(({ state, base }) => state === 'closed' || (state === 'merged' && base !== names.base));
  // One that has landed here is what the round came to, whatever was closed beside it: another round would land it again.
  const landed = requests.some(({ state, base }) => state === 'merged' && base === names.base);
  if (open === undefined && !landed && ended !== undefined) {
    return { ...(await openNewRound(deps, task, guard, ended)), epic };
  }
  await write(deps, task, guard, goOn(task, look.now, adopted(deps, task, owner)));
  return { is: 'goes on', round: roundOf(task), epic };
}

/** The reason stays: the next prompt tells it, and what GitHub shows of its pull request. A time to retry that has come makes it one that is tried again. */
function goOn(task: Issue, now: Date, change: Change): Change {
  const phase = task.metadata.phase === 'pr_created' ? ({ phase: 'working' } as const) : {};
  const unset = [...(change.unset ?? []), ...HAND_BACK_KEYS];
  return { ...change, set: { ...change.set, ...phase, attempt: 0, retry_at: now.toISOString() }, unset };
}

/** A task whose worker has ended on another host goes on here: its host may be gone, or have another name now. */
function adopted({ readers }: RetryDeps, task: Issue, owner: Owner): Change {
  if (owner.is !== 'elsewhere') return {};
  if (needsPerson(task) === undefined && task.metadata.phase !== 'pr_created') {
    throw new UserError(`${task.id} is under way on ${owner.host}.`, {
      hint: `If that host is gone, or has another name now: heddle stop ${task.id}, then this again`,
      exit: 'busy',
    });
  }
  return { assignee: tokenOf(readers.processes.host(), readers.clock.nonce()), unset: AGENT_KEYS };
}

async function openNewRound(
  deps: RetryDeps,
  task: Issue,
  guard: Guard,
  ended: PullRequest,
): Promise<Omit<RetryOutcome, 'epic'>> {
  const round = roundOf(task) + 1;
  await write(deps, task, guard, {
    status: 'open',
    assignee: '',
    set: { round, head_sha: ended.head },
    unset: ROUND_KEYS,
  });
  return { is: 'new round', round };
}

async function write(deps: RetryDeps, task: Issue, guard: Guard, change: Change): Promise<void> {
  const outcome = (await deps.writers.beads.update([task.id], guard, change)).get(task.id);
  if (outcome === 'done') return;
  throw new UserError(`${task.id} has just been changed by somebody else.`, {
    hint: `Look at it with: bd show ${task.id}, then run the same command again`,
    exit: 'busy',
  });
}

function findTask(issues: readonly Issue[], id: string): Issue {
  const task = issues.find((issue) => issue.id === id);
  if (task !== undefined && isNameable(task.id)) return task;
  throw noSuchTask(id);
}

function retriable(task: Issue, owner: Owner): Guard {
  const { status } = task;
  if (owner.is === 'person') {
    throw new UserError(`${owner.name} has ${task.id}.`, {
      hint: `Take it back with: ${giveBack(task.id, { halfClosed: isHalfClosed(task) })}`,
      exit: 'beads',
    });
  }
  // If it were opened, it would begin its next round, and its work would land again.
  if (isHalfClosed(task)) {
    throw new UserError(`${task.id} has landed, and is being closed.`, {
      hint: 'Finish that with: heddle sync',
      exit: 'beads',
    });
  }
  if (owner.is === 'running') {
    throw new UserError(`${task.id} is being worked on by process ${owner.pid}.`, {
      hint: `Stop it first with: heddle stop ${task.id}`,
      exit: 'busy',
    });
  }
  if (status === 'in_progress' && owner.is === 'nobody') {
    throw new UserError(`${task.id} is in progress, but nobody has it.`, {
      hint: `Open it with: bd update ${task.id} --status open`,
      exit: 'beads',
    });
  }
  if (owner.guard !== undefined) return owner.guard;
  throw new UserError(`${task.id} is ${status}.`, {
    hint:
      status === 'closed'
        ? `Open it again with: bd reopen ${task.id}`
        : `Open it with: bd update ${task.id} --status open`,
    exit: 'beads',
  });
}
