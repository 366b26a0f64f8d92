/** Carries out the intents of a pass, in their order. Each is repeatable, and guarded by the other side where that side has a guard. */
import { type MetadataKey, ROUND_KEYS } from '../domain/issue.ts';
import { faultNaming } from '../domain/line-faults.ts';
import { closeLine, findLine, ISSUES_PATH, idOfExportedLine, publishLine } from '../domain/lines.ts';
import type { Change } from '../ports/beads.ts';
import { effects, type Writers } from './effects.ts';
import type { Intent, LineChange, Performed } from './intent.ts';
import { exportLeavesOut, lineUnreadable, publishRefused } from './messages/errors.ts';
import { CLOSED_BY_HAND, CONTAINER_DONE, closeText, gaveUpText, publishMessage } from './messages/intents.ts';
import { type MayBegin, performStarts, performTold, type Start, type Told } from './perform-many.ts';

export type { Writers } from './effects.ts';
export type { MayBegin } from './perform-many.ts';

export type Progress = { tell(performed: Performed): void; mayBegin?: MayBegin };

/**
 * Yields each outcome as it comes, so that progress can be told at once; `mayBegin` is asked before each step, and false ends it.
 * Stops early, too, when the publish has lost its race.
 */
export async function* perform(
  writers: Writers,
  intents: readonly Intent[],
  mayBegin: MayBegin = () => true,
): AsyncGenerator<Performed> {
  const starts: Start[] = [];
  const told: Told[] = [];
  for (const intent of intents) {
    if (intent.do === 'start worker' || intent.do === 'tell why') {
      if (intent.do === 'start worker') starts.push(intent);
      else told.push(intent);
      continue;
    }
    if (!mayBegin(intent)) return;
    const performed = await performOne(writers, intent);
    yield performed;
    // No claim without a published line.
    if (intent.do === 'publish' && performed.is !== 'done') return;
  }
  yield* performStarts(writers, starts, mayBegin);
  yield* performTold(writers, told, mayBegin);
}

/** Performs all of them. True when something has changed, by us or by somebody faster, so that what was read is out of date. */
export async function carryOut(
  writers: Writers,
  intents: readonly Intent[],
  { tell, mayBegin }: Progress,
): Promise<boolean> {
  let changed = false;
  for await (const performed of perform(writers, intents, mayBegin)) {
    changed ||= performed.is !== 'not done';
    tell(performed);
  }
  return changed;
}

async function performOne(writers: Writers, intent: Exclude<Intent, Start | Told>): Promise<Performed> {
  switch (intent.do) {
    case 'publish':
      return await performPublish(writers, intent);
    case 'end workers':
      return await performEnd(writers, intent);
    case 'record close': {
      const set = { phase: 'merged', pr_number: intent.pullRequest } as const;
      // Nobody has the task from now on, so that a worker on another host, or a retry, cannot write over the close. Open, it
      // would look reopened until it is closed.
      const change: Change = { status: 'in_progress', assignee: '', set, unset: ['waits', 'waits_for'] };
      const written = await effects['record close'](writers, intent.task, intent.guard, change);
      if (!written) return { is: 'moved on', intent };
      await effects['close task'](writers, intent.task, closeText(intent));
      return { is: 'done', intent };
    }
    case 'finish close':
      await effects['close task'](writers, intent.task, closeText(intent));
      return { is: 'done', intent };
    case 'close container':
      await effects['close container'](writers, intent.task, CONTAINER_DONE);
      return { is: 'done', intent };
    case 'reopen container':
      await effects['reopen container'](writers, intent.task);
      return { is: 'done', intent };
    case 'open round': {
      // Old pull requests are closed first, so that none of them outlives its round.
      for (const number of intent.abandon) await effects['close old pull request'](writers, number);
      // `head_sha` is where a worker begins a branch that is not there yet; without it, at the base.
      const unset: MetadataKey[] = intent.from === 'base' ? [...ROUND_KEYS, 'head_sha'] : [...ROUND_KEYS];
      const change: Change = { status: 'open', assignee: '', set: { round: intent.round }, unset };
      const written = await effects['open round'](writers, intent.task, intent.guard, change);
      return { is: written ? 'done' : 'moved on', intent };
    }
    case 'close old pull requests':
      for (const number of intent.numbers) await effects['close old pull request'](writers, number);
      return { is: 'done', intent };
    case 'give up': {
      const change = { set: { reason: gaveUpText(intent.why) }, unset: ['retry_at'] } as const;
      const written = await effects['give up'](writers, intent.task, intent.guard, change);
      return { is: written ? 'done' : 'moved on', intent };
    }
    case 're-run checks':
      for (const run of intent.workflowRuns) {
        const outcome = await effects['re-run checks'](writers, run);
        if (outcome.is === 'refused') writers.reviews.notRunAgain(run);
      }
      return { is: 'done', intent };
    case 'clean up':
      return await performCleanup(writers, intent);
    default:
      return intent satisfies never;
  }
}

async function performPublish(writers: Writers, intent: Extract<Intent, { do: 'publish' }>): Promise<Performed> {
  const old = (await writers.git.fileAt(intent.parent, ISSUES_PATH)) ?? '';
  requireReadable(old, intent);
  const text = applyLines(old, intent.lines, await writers.beads.exportedLines(), writers.clock.now());
  const left = intent.lines.filter(({ task, say }) => say === 'open' && findLine(text, task)?.open !== true);
  if (text === old) {
    if (left.length === 0) return { is: 'moved on', intent };
    throw exportLeavesOut(left.map(({ task }) => task));
  }
  const message = publishMessage(intent.lines);
  const outcome = await effects['publish lines'](writers, {
    branch: intent.branch,
    parent: intent.parent,
    path: ISSUES_PATH,
    text,
    message,
  });
  switch (outcome.is) {
    case 'published':
      // As long as a line is missing, the rest of this pass may not be done.
      return left.length === 0 ? { is: 'done', intent } : { is: 'moved on', intent };
    case 'lost the race':
      return { is: 'moved on', intent };
    case 'refused':
      throw publishRefused(intent.branch, outcome.why);
    default:
      return outcome satisfies never;
  }
}

/** A line that cannot be read is not a line that is missing: it may say that the task is closed. */
function requireReadable(file: string, intent: Extract<Intent, { do: 'publish' }>): void {
  const fault = faultNaming(
    file,
    intent.lines.map(({ task }) => task),
  );
  if (fault !== undefined) throw lineUnreadable(fault, intent);
}

/** The file with every change applied; an issue that Beads no longer exports is left for the next look. */
function applyLines(file: string, changes: readonly LineChange[], exported: readonly string[], now: Date): string {
  const byId = new Map(exported.map((line) => [idOfExportedLine(line), line]));
  let text = file;
  for (const change of changes) {
    if (change.say === 'closed') {
      const reason = change.reason || CLOSED_BY_HAND;
      text = closeLine(text, change.task, change.round, { reason, pullRequest: undefined, now }) ?? text;
      continue;
    }
    const line = byId.get(change.task);
    if (line !== undefined) text = publishLine(text, line, change.task, change.round, now);
  }
  return text;
}

async function performEnd(writers: Writers, intent: Extract<Intent, { do: 'end workers' }>): Promise<Performed> {
  const alive: number[] = [];
  for (const token of intent.tokens) alive.push(...(await effects['end workers'](writers, intent.task, token)).alive);
  if (alive.length > 0) return { is: 'not done', intent, why: { is: 'not ending', pids: alive } };
  return { is: 'done', intent };
}

async function performCleanup(writers: Writers, intent: Extract<Intent, { do: 'clean up' }>): Promise<Performed> {
  for (const worktree of intent.worktrees) {
    const [visitor] = worktree.missing ? [] : await writers.processes.inside(worktree.path);
    if (visitor !== undefined) return { is: 'not done', intent, why: { is: 'visited', pid: visitor } };
    const removed = await effects['remove worktree'](writers, worktree, intent.safe);
    if (removed.is === 'kept') return { is: 'not done', intent, why: { is: 'kept by git', says: removed.why } };
  }
  for (const { name, head } of intent.localBranches) {
    const removed = await effects['delete local branch'](writers, name, head, intent.safe);
    if (removed.is === 'kept') return { is: 'not done', intent, why: { is: 'kept by git', says: removed.why } };
  }
  for (const { name, head } of intent.remoteBranches) {
    const outcome = await effects['delete remote branch'](writers, name, head);
    if (outcome.is === 'refused')
      return { is: 'not done', intent, why: { is: 'kept by the remote', branch: name, says: outcome.why } };
  }
  return { is: 'done', intent };
}
