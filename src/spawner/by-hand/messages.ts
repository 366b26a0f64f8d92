/** What the commands that do a part of a pass by hand say to people. */
import { countOf } from '../../domain/text.ts';
import type { Rescue } from '../../ports/git.ts';
import { describeIntent, describeKept, describePerformed } from '../messages/intents.ts';
import type { CleanupOutcome } from './cleanup.ts';
import type { Explanation } from './explain.ts';
import type { PublishOutcome } from './publish.ts';
import type { RecoverEvent } from './recover.ts';
import type { RetryOutcome } from './retry.ts';
import type { Salvaged } from './salvage.ts';
import type { SyncOutcome } from './sync.ts';

export function describeRetry(task: string, outcome: RetryOutcome): string {
  const how = outcome.is === 'goes on' ? 'goes on' : `begins round ${outcome.round} from where its pull request ended,`;
  return `${task} ${how} with the next pass of: heddle spawn --epic ${outcome.epic ?? 'ID'}`;
}

export function describePublish(epic: string, outcome: PublishOutcome): string {
  if (outcome.is === 'up to date') return `${epic} is published already.`;
  return `Published ${countOf(outcome.tasks.length, 'line')} of ${epic} to ${outcome.branch}.`;
}

export function describeSync(base: string, { checkout, closed }: SyncOutcome): string {
  const where = checkout.is === 'moved' ? `is now at ${checkout.to.slice(0, 10)}` : 'was up to date';
  return `${base} ${where}; ${countOf(closed.length, 'task')} closed.`;
}

/** One line each; in a dry run what would be removed. */
export function describeCleanup({ intents, performed, kept }: CleanupOutcome, dryRun: boolean): string[] {
  if (intents.length + kept.length === 0) return ['Nothing to clean up.'];
  const done = dryRun ? intents.map(describeIntent) : performed.map(describePerformed);
  return [...done, ...kept.map(describeKept)];
}

export function describeRecovery(event: RecoverEvent): string {
  switch (event.event) {
    case 'repaired':
      return event.what;
    case 'intended':
      return describeIntent(event.intent);
    case 'performed':
      return describePerformed(event.performed);
    case 'kept':
      return describeKept(event.kept);
    case 'hidden':
      return `What else there is to repair can be told once this is repaired (${event.error.message})`;
    default:
      return event satisfies never;
  }
}

/** One line each. What stands in Beads and on GitHub must not steer the terminal. */
export function describeExplanation(explained: Explanation): string[] {
  const { task, title, not, why, against, handedBack, chain, needs, mover, next } = explained;
  const back = Object.entries(handedBack).map(([kind, count]) => `${kind} ${count}`);
  const lines = [
    `${task}  ${title}`,
    not === undefined ? `Done: ${why}` : `Not ${not}: ${why}`,
    ...(against.length === 0 ? [] : ['Against it:']),
    ...against.map(({ problem, hint }) => `  ${problem}. ${hint}`),
    ...(back.length === 0 ? [] : [`Was handed back in this round: ${back.join(', ')}`]),
    ...(chain.length === 0 ? [] : ['It waits for:']),
    ...chain.map((one) => `  ${one.task} (${one.title}): ${one.why}; moves next: ${one.mover}${typed(one.next)}`),
    `Has to happen: ${needs}`,
    `Moves next: ${mover}`,
    ...(next === '' ? [] : [`Type: ${next}`]),
  ];
  return lines.map((line) => line.replace(/\p{Cc}+/gu, ' '));
}

function typed(next: string): string {
  return next === '' ? '' : `; type: ${next}`;
}

export const RESCUES_HEADING = ['task', 'round', 'when', 'rescued', 'bring it back with'];

export function rescueRows(rescues: readonly Rescue[]): string[][] {
  return rescues.map((rescue) => {
    const only = rescues.filter(({ task }) => task === rescue.task).length === 1;
    const back = `heddle salvage ${rescue.task}${only ? '' : ` --rescue ${rescue.name}`} --branch NAME`;
    return [rescue.task, String(rescue.round), rescue.at, describeRescue(rescue), back];
  });
}

function describeRescue({ files, commits }: Rescue): string {
  const parts = [
    ...(files > 0 ? [countOf(files, 'uncommitted file')] : []),
    ...(commits > 0 ? [countOf(commits, 'commit')] : []),
  ];
  return parts.length === 0 ? 'commits that have been pushed since' : parts.join(', ');
}

/** One line for each place. */
export function describeSalvage({ rescue, places }: Extract<Salvaged, { is: 'brought back' }>): string[] {
  return places.map(({ at, is }) => {
    const what = `What was rescued of ${rescue.task} ${is === 'restored' ? 'is now' : 'was already'}`;
    return 'branch' in at
      ? `${what} the branch ${at.branch}. Look at it with: git log ${at.branch}`
      : `${what} in ${at.folder}. Look at it with: git -C ${at.folder} show`;
  });
}
