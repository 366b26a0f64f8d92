/** Intents of which those that write alike are written in one call of `bd`: starts of workers, and why tasks wait. */
import { groupsOf } from '../domain/groups.ts';
import type { Change } from '../ports/beads.ts';
import { effects, type Writers } from './effects.ts';
import type { Intent, Performed } from './intent.ts';
import { HANDED_BACK } from './messages/waits.ts';

export type MayBegin = (intent: Intent) => boolean;
export type Start = Extract<Intent, { do: 'start worker' }>;
export type Told = Extract<Intent, { do: 'tell why' }>;

/** Starts of one kind, round and attempt are written in one call: each id is its own commit in Beads, but the command starts once. */
export async function* performStarts(
  writers: Writers,
  starts: readonly Start[],
  mayBegin: MayBegin,
): AsyncGenerator<Performed> {
  const groups = groupsOf(starts, ({ how, round, attempt, guard, handBack }) => [how, round, attempt, guard, handBack]);
  for (const group of groups) {
    const [first] = group;
    if (!mayBegin(first)) return;
    const ready: Start[] = [];
    for (const start of group) {
      // Nothing older of the task may be alive, whatever its metadata says.
      const { alive } = await effects['end older workers'](writers, start.task);
      if (alive.length === 0) ready.push(start);
      else yield { is: 'not done', intent: start, why: { is: 'earlier start not ending', pids: alive } };
    }
    const outcomes = await effects[first.how](
      writers,
      ready.map(({ task }) => task),
      first.guard,
      startChange(first, writers.processes.host(), writers.clock.now()),
    );
    for (const start of ready) {
      if (outcomes.get(start.task) !== 'done') {
        yield { is: 'moved on', intent: start };
        continue;
      }
      const { pid } = await effects['start worker'](writers, start);
      yield { is: 'done', intent: start, pid };
    }
  }
}

/**
 * A claim begins the round's count; a takeover keeps phase and reason, from which the worker sees where to go on. A claim
 * names this host, because another one that had the task before would be taken for the one that has it.
 */
function startChange(start: Start, host: string, now: Date): Change {
  if (start.how === 'take over') return { assignee: start.token, set: { attempt: start.attempt } };
  const { handBack } = start;
  // A reason with a time to retry is no person's: its worker, or whoever comes after it, goes on.
  if (handBack !== undefined) {
    const { kind: waits, counts: handed_back, reason } = handBack;
    const next = { phase: 'working', attempt: start.attempt, retry_at: now.toISOString() } as const;
    return { assignee: start.token, set: { ...next, waits, waits_for: HANDED_BACK, handed_back, reason } };
  }
  return {
    status: 'in_progress',
    assignee: start.token,
    set: { phase: 'spawned', round: start.round, attempt: start.attempt, agent_host: host },
  };
}

export async function* performTold(
  writers: Writers,
  all: readonly Told[],
  mayBegin: MayBegin,
): AsyncGenerator<Performed> {
  for (const group of groupsOf(all, ({ guard, waits, waitsFor }) => [guard, waits, waitsFor])) {
    const [{ guard, waits, waitsFor }] = group;
    if (!mayBegin(group[0])) return;
    const tasks = group.map(({ task }) => task);
    const outcomes = await effects['tell why'](writers, tasks, guard, { set: { waits, waits_for: waitsFor } });
    for (const intent of group) yield { is: outcomes.get(intent.task) === 'done' ? 'done' : 'moved on', intent };
  }
}
