/** Ends a worker's whole family, each process only after it was recognised once more. */

import type { TaggedProcess } from '../../../ports/processes.ts';
import { errorCode } from '../error-code.ts';
import type { ProcessTable } from './table.ts';

/** How long each signal is given before the next, stronger one. */
const ESCALATION: readonly { signal: NodeJS.Signals; waitMs: number }[] = [
  { signal: 'SIGINT', waitMs: 1_000 },
  { signal: 'SIGTERM', waitMs: 4_000 },
  { signal: 'SIGKILL', waitMs: 10_000 },
];
const LOOK_MS = 25;
/** One look can miss a child that was born while its parent died; two in a row that see nothing cannot. */
const EMPTY_LOOKS = 2;

export async function endFamily(
  table: ProcessTable,
  belongs: (process: TaggedProcess) => boolean,
  options: { self: number; escalation?: typeof ESCALATION },
): Promise<{ ended: number; alive: readonly number[] }> {
  const seen = new Set<string>();
  const find = async () => {
    const family = (await table.tagged()).filter((process) => process.pid !== options.self && belongs(process));
    for (const { pid, start } of family) seen.add(`${pid} ${start}`);
    return family;
  };
  let family = await find();
  for (const { signal, waitMs } of options.escalation ?? ESCALATION) {
    if (family.length > 0) family = await find();
    const signalled = new Set<string>();
    let empty = 0;
    for (let waitedMs = 0; waitedMs < waitMs && empty < EMPTY_LOOKS; waitedMs += LOOK_MS) {
      for (const process of family) {
        const name = `${process.pid} ${process.start}`;
        if (signalled.has(name)) continue;
        signalled.add(name);
        signalOne(table, process, signal);
      }
      if (family.length > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      // Those that are known are looked at by pid; the whole table only once they are gone.
      family = family.filter((process) => table.again(process) !== undefined);
      if (family.length === 0) family = await find();
      empty = family.length === 0 ? empty + 1 : 0;
    }
    if (family.length === 0) break;
  }
  return { ended: seen.size - family.length, alive: family.map(({ pid }) => pid) };
}

/**
 * A stopped process is killed at once: any other signal would wait until somebody wakes it,
 * and waking it would let it go on with what it was doing.
 */
function signalOne(table: ProcessTable, process: TaggedProcess, signal: NodeJS.Signals): void {
  const now = table.again(process);
  if (now === undefined) return;
  try {
    globalThis.process.kill(now.pid, now.state === 'stopped' ? 'SIGKILL' : signal);
  } catch (cause) {
    if (errorCode(cause) !== 'ESRCH') throw cause;
  }
}
