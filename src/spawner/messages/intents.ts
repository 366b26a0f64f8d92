/** What the spawner says of what it does, before and after, and of what it leaves alone. */
import { countOf, list } from '../../domain/text.ts';
import type { GaveUp, Intent, Kept, LineChange, Performed, WhyEnd, WhyKept, WhyNotDone } from '../intent.ts';

/** Subject of the commit that a publish makes. It changes no code, so no CI has to run for it. */
export function publishMessage(lines: readonly LineChange[]): string {
  const closed = lines.filter(({ say }) => say === 'closed').length;
  const closes = closed === 0 ? '' : `, ${closed} of them closed`;
  const list = lines.map(({ task, round, say }) => `${task} round ${round}: ${say}`).join('\n');
  return `beads: publish ${countOf(lines.length, 'issue')}${closes} [skip ci]\n\n${list}\n`;
}

/** What an intent is for: the same words before it is done, in a dry run, and after. */
export function describeIntent(intent: Intent): string {
  switch (intent.do) {
    case 'publish':
      return `publish ${list(intent.lines.map(({ task }) => task))} to ${intent.branch}`;
    case 'end workers':
      return `end the worker of ${intent.task}: ${whyEnd(intent.why)}`;
    case 'record close':
    case 'finish close':
      return `close ${intent.task}: ${closeText(intent)}`;
    case 'open round':
      return `open round ${intent.round} of ${intent.task}`;
    case 'close old pull requests':
      return `close ${list(intent.numbers.map((number) => `#${number}`))}: of an earlier round of ${intent.task}`;
    case 'give up':
      return `leave ${intent.task} to a person: ${gaveUpText(intent.why)}`;
    case 'start worker':
      if (intent.handBack !== undefined) return `hand ${intent.task} back to its worker: ${intent.handBack.reason}`;
      return intent.how === 'claim' ? `start ${intent.task}` : `start ${intent.task} again (attempt ${intent.attempt})`;
    case 're-run checks':
      return `run the failed checks of ${intent.task} once more`;
    case 'tell why':
      return `tell Beads why ${intent.task} waits: ${intent.waits}`;
    case 'clean up':
      return `clean up after ${intent.task}: ${cleanupParts(intent).join(', ')}${rescueText(intent)}`;
    case 'close container':
      return `close ${intent.task}: all of its tasks are closed`;
    case 'reopen container':
      return `reopen ${intent.task}: one of its tasks is open again`;
    default:
      return intent satisfies never;
  }
}

function cleanupParts(intent: Extract<Intent, { do: 'clean up' }>): string[] {
  return [
    ...(intent.worktrees.length > 0 ? ['worktree'] : []),
    ...(intent.worktrees.length + intent.localBranches.length > 0 ? ['branch'] : []),
    ...(intent.remoteBranches.length > 0 ? ['remote branch'] : []),
  ];
}

/** Said before anything is removed, so that nobody has to look for it afterwards. */
function rescueText({ task, rescue }: Extract<Intent, { do: 'clean up' }>): string {
  const parts = [
    ...(rescue.files > 0 ? [countOf(rescue.files, 'uncommitted file')] : []),
    ...(rescue.heads > 0
      ? [rescue.heads === 1 ? 'commits that never landed' : `${rescue.heads} lines of commits`]
      : []),
  ];
  return parts.length === 0 ? '' : `; rescued: ${parts.join(', ')}, see: heddle salvage ${task}`;
}

export function describePerformed(performed: Performed): string {
  const what = describeIntent(performed.intent);
  switch (performed.is) {
    case 'done':
      return performed.pid === undefined ? what : `${what} (process ${performed.pid})`;
    case 'moved on':
      return `${what}: somebody else was faster, looking again`;
    case 'not done':
      return `${what}: not done, ${whyNotDone(performed.why)}`;
    default:
      return performed satisfies never;
  }
}

/** After the first signal, while something is being written. */
export function stillWaitsFor(intent: Intent): string {
  return `Ending after this step: ${describeIntent(intent)}. The same signal once more ends it at once; workers go on by themselves.`;
}

export function workersGoOn(count: number): string {
  if (count === 0) return 'The spawner has ended; no worker is running.';
  const goOn = count === 1 ? 'One worker goes on; stop it' : `${count} workers go on; stop them`;
  return `The spawner has ended. ${goOn} with: heddle stop`;
}

/** Why a task was closed, for Beads. */
export function closeText({ reason, pullRequest }: { reason: string; pullRequest: number | undefined }): string {
  return reason || `Merged as pull request #${pullRequest ?? '?'}`;
}

export const CONTAINER_DONE = 'All of its tasks are closed';
/** In a published line, where whoever closed the task gave no reason. */
export const CLOSED_BY_HAND = 'Closed by hand';

/** The reason that stays in Beads when the attempts of a task are used up. */
export function gaveUpText({ last, attempts }: GaveUp): string {
  return `${last || 'died'} (after ${attempts} attempts)`;
}

/** What stays, and why. */
export function describeKept({ task, path, why }: Kept): string {
  return `kept ${path} (${task}): ${whyKept(why)}`;
}

function whyEnd(why: WhyEnd): string {
  switch (why.is) {
    case 'taken over':
      return 'the task was taken over';
    case 'not in progress':
      return `the task is ${why.status}`;
    case 'stopped for too long':
      return 'it was stopped (SIGSTOP), and is past its limits';
    case 'orphaned':
      return 'its supervisor has ended';
    default:
      return why satisfies never;
  }
}

function whyKept(why: WhyKept): string {
  switch (why.is) {
    case 'locked':
      return 'git holds it locked (git worktree lock)';
    case 'visited':
      return visited(why.pid);
    case 'unreadable':
      return 'git cannot read its state';
    case 'lost':
      return why.says;
    case 'task unknown':
      return 'Beads has no such task';
    case 'task not closed':
      return `its task is ${why.status}`;
    case 'worker alive':
      return `process ${why.pid} of its worker lives`;
    default:
      return why satisfies never;
  }
}

function whyNotDone(why: WhyNotDone): string {
  switch (why.is) {
    case 'visited':
      return visited(why.pid);
    case 'not ending':
      return `processes ${why.pids.join(', ')} do not end`;
    case 'earlier start not ending':
      return `processes ${why.pids.join(', ')} of an earlier start do not end`;
    case 'kept by git':
      return why.says;
    case 'kept by the remote':
      return `the remote keeps ${why.branch}: ${why.says}`;
    default:
      return why satisfies never;
  }
}

function visited(pid: number): string {
  return `process ${pid} is working in it`;
}
