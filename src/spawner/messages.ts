/** All that the spawner says to people, in one place so that it can be improved as one. */
import { countOf, list } from '../domain/text.ts';
import type { Intent, LineChange, Performed, Standing } from './intent.ts';

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
      return `end the worker of ${intent.task}: ${intent.why}`;
    case 'record close':
      return `close ${intent.task}: ${intent.reason}`;
    case 'finish close':
      return `close ${intent.task}: ${intent.reason}`;
    case 'open round':
      return `open round ${intent.round} of ${intent.task}`;
    case 'close old pull requests':
      return `close ${list(intent.numbers.map((number) => `#${number}`))}: of an earlier round of ${intent.task}`;
    case 'give up':
      return `leave ${intent.task} to a person: ${intent.reason}`;
    case 'start worker':
      return intent.how === 'claim' ? `start ${intent.task}` : `start ${intent.task} again (attempt ${intent.attempt})`;
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
  return parts.length === 0 ? '' : `; kept: ${parts.join(', ')}, see: heddle salvage ${task}`;
}

export function describePerformed(performed: Performed): string {
  const what = describeIntent(performed.intent);
  switch (performed.is) {
    case 'done':
      return performed.pid === undefined ? what : `${what} (process ${performed.pid})`;
    case 'moved on':
      return `${what}: somebody else was faster, looking again`;
    case 'kept':
      return `${what}: not done, ${performed.why}`;
    default:
      return performed satisfies never;
  }
}

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
      return `waits for ${standing.awaitsReview ? 'a review' : 'the merger'}: ${standing.url}`;
    case 'merged, close owed':
      return `merged, waits for the merger to close it: ${standing.url}`;
    case 'retry later':
      return `tried again at ${standing.at}: ${standing.reason}`;
    case 'blocked':
      return `waits for ${list(standing.by)}`;
    case 'waiting for a slot':
      return 'waits for a worker to end';
    case 'no room':
      return `cannot start: ${standing.why}`;
    case 'needs a person':
      return `needs a person: ${standing.why}`;
    default:
      return standing satisfies never;
  }
}

/** What to type next, where a person can do something. */
export function nextCommand(standing: Standing): string | undefined {
  if (standing.is === 'needs a person' || standing.is === 'running elsewhere') return standing.type;
  if (standing.is === 'no room') return 'heddle cleanup';
  if (standing.is === 'running' && standing.stopped) return `kill -CONT ${standing.pid}`;
  return undefined;
}

/** After the first signal, while something is being written. */
export function stillWaitsFor(intent: Intent): string {
  return `Ending after this step: ${describeIntent(intent)}. The same signal once more ends it at once; workers go on by themselves.`;
}

export function workersGoOn(count: number): string {
  if (count === 0) return 'The spawner has ended; no worker is running.';
  const who = count === 1 ? 'One worker goes' : `${count} workers go`;
  return `The spawner has ended. ${who} on; stop them with: heddle stop`;
}

/** One line of where an epic stands. */
export function summaryLine(standings: readonly { standing: Standing }[]): string {
  const counts = new Map<string, number>();
  for (const { standing } of standings) counts.set(standing.is, (counts.get(standing.is) ?? 0) + 1);
  return [...counts].map(([is, count]) => `${count} ${is}`).join(', ');
}
