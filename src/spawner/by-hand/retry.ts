/** `heddle retry <task>`: a person says go on, where a person was needed. */
import { outermost } from '../../domain/epic.ts';
import { UserError } from '../../domain/errors.ts';
import { branchOf, type IssueId, isNameable, tokenOf } from '../../domain/ids.ts';
import { type Issue, isHalfClosed, MAX_REASON, needsPerson, roundOf } from '../../domain/issue.ts';
import { NEEDS_PERSON_LABEL } from '../../domain/marker.ts';
import { type Owner, ownerOf } from '../../domain/owner.ts';
import { noSuchTask } from '../../domain/task.ts';
import { cut } from '../../domain/text.ts';
import type { Beads, Change, Guard } from '../../ports/beads.ts';
import type { PullRequest, PullRequests } from '../../ports/github.ts';
import { giveBack } from '../messages/standings.ts';
import { inTheirRounds, lookAround, lookAtBeads, type Names, type Readers } from '../observe.ts';
import { ROUND_KEYS } from '../perform.ts';

const AGENT_KEYS = ['agent_pid', 'agent_host', 'agent_start'] as const;

/**
 * `goes on`: the same round, its attempts counted anew. `new round`: its pull request has ended, so it begins from that one's head.
 * `epic`: whose next pass does it; undefined for a task that is below none.
 */
export type RetryOutcome = { is: 'goes on' | 'new round'; round: number; epic: IssueId | undefined };

type RetryDeps = {
  readers: Readers;
  names: Names;
  writers: { beads: Pick<Beads, 'update'>; pullRequests: Pick<PullRequests, 'removeLabel'> };
  /** What the merger has said of exactly this head; undefined where it has said nothing. */
  verdictOn(pullRequest: Pick<PullRequest, 'number' | 'head'>): Promise<string | undefined>;
};

export async function retry(deps: RetryDeps, id: string): Promise<RetryOutcome> {
  const { readers, names, writers } = deps;
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
  const adopt = adopted(deps, task, owner);
  // The verdict is read before the label is removed: without the label, none is read.
  const reason = open === undefined ? undefined : await verdictAsReason(deps, open);
  if (open?.labels.includes(NEEDS_PERSON_LABEL))
    await writers.pullRequests.removeLabel(open.number, NEEDS_PERSON_LABEL);
  await write(
    deps,
    task,
    guard,
    goOn(task, look.now, { ...adopt, ...(reason === undefined ? {} : { set: { reason } }) }),
  );
  return { is: 'goes on', round: roundOf(task), epic };
}

/** The reason, old or from the merger, is told in the next prompt. With a `retry_at` of now, the next pass starts the task. */
function goOn(task: Issue, now: Date, change: Change): Change {
  const phase = task.metadata.phase === 'pr_created' ? ({ phase: 'working' } as const) : {};
  return { ...change, set: { ...change.set, ...phase, attempt: 0, retry_at: now.toISOString() } };
}

/** What the merger has said: the agent cannot see GitHub, and would not know what to fix. */
async function verdictAsReason(
  deps: Pick<RetryDeps, 'verdictOn'>,
  pullRequest: PullRequest,
): Promise<string | undefined> {
  if (!pullRequest.labels.includes(NEEDS_PERSON_LABEL)) return undefined;
  const why = await deps.verdictOn(pullRequest);
  return why === undefined ? undefined : cut(`its pull request cannot be merged as it is: ${why}`, MAX_REASON);
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
