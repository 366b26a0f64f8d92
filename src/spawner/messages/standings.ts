/** What the spawner says of where a task stands, and what a person can type to move it. */
import { BOUNDS } from '../../domain/bounds.ts';
import type { IssueId } from '../../domain/ids.ts';
import type { Waits } from '../../domain/issue.ts';
import { HOLD_LABEL } from '../../domain/marker.ts';
import { list } from '../../domain/text.ts';
import type { Standing, TaskStanding, WhyNoRoom, WhyPerson } from '../intent.ts';
import { gaveUpText } from './intents.ts';

/** Who moves next, and why it waits. */
export const SENTENCES: Readonly<Record<Waits, string>> = {
  checks: 'Its checks have not all reported.',
  review: 'Somebody has to approve its pull request.',
  merge: 'The merger lands it with its next sweep.',
  close: 'It is merged; the merger closes it with its next sweep.',
  red: 'A check failed; its worker is to repair that.',
  conflict: 'It conflicts with the base; its worker is to merge that.',
  changes: 'A reviewer asks for changes; its worker is to make them.',
  policy: 'It changes what no task may change; its worker is to take that back.',
  behind: 'It is behind the base; its worker is to merge that.',
  draft: 'Its pull request is a draft: whoever made it one marks it as ready.',
  hold: 'Its pull request is on hold: whoever held it takes the label off.',
  limit: 'The usage limit of the agent’s account has to end.',
  retry: 'Its next attempt comes by itself.',
  person: 'A person has to look.',
};

/** Where a task stands, and why. */
export function describeStanding(standing: Standing): string {
  switch (standing.is) {
    case 'closed':
    case 'closing':
    case 'ready':
      return standing.is;
    case 'running':
      return standing.stopped ? `stopped by a signal (process ${standing.pid})` : `working (process ${standing.pid})`;
    case 'running elsewhere':
      return `working on ${standing.host}; if that host is gone, stop it`;
    case 'in review':
      return `${SENTENCES[standing.waits]} ${standing.url}`;
    case 'merged, close owed':
      return `merged, waits for the merger to close it: ${standing.url}`;
    case 'retry later':
      return `tried again at ${standing.at}: ${standing.reason}`;
    case 'blocked':
      return `waits for ${list(standing.by)}`;
    case 'waiting for a slot':
      return 'waits for a worker to end';
    case 'no room':
      return `cannot start: ${whyNoRoom(standing.why)}`;
    case 'needs a person':
      return `needs a person: ${whyPerson(standing.why)}`;
    default:
      return standing satisfies never;
  }
}

export function whyNoRoom(why: WhyNoRoom): string {
  switch (why.is) {
    case 'disk full':
      return `only ${why.freeMb} MiB of disk are free, ${why.minFreeMb} are asked for`;
    case 'too many worktrees':
      return `there are ${why.worktrees} worktrees, ${why.maxWorktrees} are allowed`;
    default:
      return why satisfies never;
  }
}

export function whyPerson(why: WhyPerson): string {
  switch (why.is) {
    case 'not nameable':
      return 'its id cannot be part of a branch name';
    case 'owned by a person':
      return `${why.name} has it`;
    case 'in progress without an owner':
      return 'it is in progress, but nobody has it';
    case 'in another status':
      return `its status is ${why.status}`;
    case 'left to a person':
      return why.reason;
    case 'gave up':
      return gaveUpText(why);
    case 'pull request gone':
      return 'its pull request is not there any more';
    case 'pull request closed':
      return `its pull request #${why.number} was closed without a merge`;
    case 'merged into another base':
      return `its pull request #${why.number} was merged into ${why.into}, not ${why.base}`;
    case 'draft':
      return `its pull request #${why.number} is a draft`;
    case 'on hold':
      return `its pull request #${why.number} is on hold`;
    case 'not mergeable as it is':
      return `pull request #${why.number} cannot be merged as it is${why.after.length === 0 ? '' : `, and its worker had it back ${BOUNDS.handBacks.value} times`}: ${why.why}: ${why.url}`;
    default:
      return why satisfies never;
  }
}

/** What to type next, where a person can do something. */
export function nextCommand({ task, standing }: Pick<TaskStanding, 'task' | 'standing'>): string | undefined {
  if (standing.is === 'needs a person') return commandOfPerson(task, standing.why);
  // For where that host is gone, which cannot be seen from here.
  if (standing.is === 'running elsewhere') return `heddle stop ${task}`;
  if (standing.is === 'no room') return 'heddle cleanup';
  if (standing.is === 'running' && standing.stopped) return `kill -CONT ${standing.pid}`;
  return undefined;
}

function commandOfPerson(task: IssueId, why: WhyPerson): string {
  switch (why.is) {
    case 'not nameable':
      return `bd rename ${JSON.stringify(task)} NEW-ID`;
    case 'owned by a person':
      return giveBack(task, why);
    case 'in progress without an owner':
    case 'in another status':
      return `bd update ${task} --status open`;
    case 'draft':
      return `gh pr ready ${why.number}`;
    case 'on hold':
      return `gh pr edit ${why.number} --remove-label ${HOLD_LABEL}`;
    case 'left to a person':
    case 'gave up':
    case 'pull request gone':
    case 'pull request closed':
    case 'merged into another base':
    case 'not mergeable as it is':
      return `heddle retry ${task}`;
    default:
      return why satisfies never;
  }
}

/**
 * What a person types who has a task and gives it back. A close that has arrived half is finished once nobody has the task;
 * opening that task would begin its next round.
 */
export function giveBack(task: IssueId, { halfClosed }: { halfClosed: boolean }): string {
  return `bd update ${task} ${halfClosed ? '' : '--status open '}--assignee ''`;
}

/** One line of where an epic stands. */
export function summaryLine(standings: readonly { standing: Standing }[]): string {
  const counts = new Map<string, number>();
  for (const { standing } of standings) counts.set(standing.is, (counts.get(standing.is) ?? 0) + 1);
  return [...counts].map(([is, count]) => `${count} ${is}`).join(', ');
}
