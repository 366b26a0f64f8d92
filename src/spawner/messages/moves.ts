/** What one task waits for, in full: what has to happen, who moves next, and what a person can type. */
import { UserError } from '../../domain/errors.ts';
import type { IssueId } from '../../domain/ids.ts';
import type { Issue, Waits } from '../../domain/issue.ts';
import type { Standing } from '../intent.ts';
import { describeStanding, nextCommand } from './standings.ts';
import { HANDED_BACK, waitsOf } from './waits.ts';

/** `why`: as `heddle status` says it. `next`: empty where there is nothing to type. */
export type Told = { why: string; needs: string; mover: string; next: string };

type Of = {
  task: Issue;
  standing: Standing;
  /** Whose spawner has it; undefined for a task that is below no epic. */
  epic: IssueId | undefined;
  /** What its worker has its pull request back for, while it has. */
  handedBack: Waits | undefined;
};
type Move = Pick<Told, 'needs' | 'mover' | 'next'>;

export function tellStanding(of: Of): Told {
  const { task, standing, handedBack } = of;
  const reason = standing.is === 'running' ? ` ${task.metadata.reason ?? ''}` : '';
  const back = handedBack === undefined ? '' : `. ${HANDED_BACK}${reason}`.trimEnd();
  const closed = standing.is === 'closed' && task.closeReason !== '' ? `: ${task.closeReason}` : '';
  const typed = nextCommand({ task: task.id, standing });
  const move = moveOf(of);
  return { why: `${describeStanding(standing)}${closed}${back}`, ...move, next: typed ?? move.next };
}

/** Of what is no task, or is not in Beads any more. */
export function tellContainer(id: IssueId, found: Issue | undefined): Told {
  if (found === undefined)
    return {
      why: 'Beads has no such issue',
      needs: 'The dependency has to go.',
      mover: 'you',
      next: `bd show ${id}`,
    };
  return {
    why: `it is ${found.status} until all below it is closed`,
    needs: 'All below it has to be closed.',
    mover: 'whoever has what is below it',
    next: `heddle status --epic ${id}`,
  };
}

export function noPullRequest(number: number): UserError {
  return new UserError(`No task in Beads has pull request #${number}.`, {
    hint: 'See which pull request each task has with: heddle status',
    exit: 'beads',
  });
}

export function oneIsNeeded(): UserError {
  return new UserError('Which task is to be explained?', {
    hint: 'Name either a task or its pull request: heddle explain TASK, or: heddle explain --pr N',
    exit: 'usage',
  });
}

const SPAWNER = 'the spawner, with its next pass';

function moveOf(of: Of): Move {
  const { task, standing, epic } = of;
  const told = waitsOf({ task: task.id, standing })?.waits;
  if (told !== undefined) return moveOfWaiting(told, of);
  const spawn = { mover: SPAWNER, next: spawnText(epic) };
  switch (standing.is) {
    case 'closed':
      return { needs: 'Nothing.', mover: 'nobody', next: '' };
    case 'closing':
      return { needs: 'What is recorded of its end has to be carried out.', ...spawn };
    case 'running':
      return standing.stopped
        ? { needs: 'Its process has to be continued.', mover: 'whoever stopped it', next: '' }
        : { needs: 'Its worker has to end.', mover: 'its worker', next: `heddle logs ${task.id} -f` };
    case 'running elsewhere':
      return { needs: 'Its worker there has to end.', mover: `its worker on ${standing.host}`, next: '' };
    case 'blocked':
      return { needs: 'All that it waits for has to be closed.', mover: 'whoever has what it waits for', next: '' };
    case 'waiting for a slot':
      return { needs: 'One of the workers has to end, or `max_parallel` to be raised.', ...spawn };
    case 'no room':
      return { needs: 'There has to be room for one more worktree.', mover: 'you', next: '' };
    default:
      return epic === undefined
        ? { needs: 'It is below no epic: it needs a parent.', mover: 'you', next: `bd update ${task.id} --parent EPIC` }
        : { needs: 'A worker has to be started.', ...spawn };
  }
}

function moveOfWaiting(waits: Waits, { task, standing, epic }: Of): Move {
  const number = 'pullRequest' in standing ? standing.pullRequest : (task.metadata.pr_number ?? 'N');
  const spawn = { mover: 'the spawner, which starts its worker again', next: spawnText(epic) };
  switch (waits) {
    case 'red':
    case 'conflict':
    case 'changes':
    case 'policy':
    case 'behind':
      return { needs: 'Its worker has to push what is asked for.', ...spawn };
    case 'checks':
      return { needs: 'Its checks have to end.', mover: 'the CI', next: `gh pr checks ${number}` };
    case 'review':
      return {
        needs: 'Its pull request has to be approved.',
        mover: 'a reviewer',
        next: `gh pr review ${number} --approve`,
      };
    case 'merge':
    case 'close':
      return { needs: 'The merger has to look.', mover: 'the merger, with its next sweep', next: 'heddle merge' };
    case 'draft':
    case 'hold':
      return { needs: 'That has to be taken back.', mover: 'whoever stopped it', next: '' };
    case 'limit':
    case 'retry':
      return { needs: 'That time has to come.', mover: 'the spawner, when it has come', next: spawnText(epic) };
    case 'person':
      if (standing.is === 'needs a person' && standing.why.is === 'owned by a person')
        return { needs: 'It has to be closed, or given back.', mover: standing.why.name, next: '' };
      return {
        needs: 'A person has to put that right, or to leave it to the worker once more.',
        mover: 'you',
        next: '',
      };
    default:
      return waits satisfies never;
  }
}

function spawnText(epic: IssueId | undefined): string {
  return epic === undefined ? '' : `heddle spawn --epic ${epic} (where none is running)`;
}
