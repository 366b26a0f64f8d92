/** The process table of Linux, read from /proc. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { sep } from 'node:path';
import { TransientError } from '../../../domain/errors.ts';
import { parseRunTag, RUN_TAG_VARIABLE } from '../../../domain/ids.ts';
import type { ProcessIdentity, TaggedProcess } from '../../../ports/processes.ts';
import { errorCode } from '../error-code.ts';
import { type ProcessTable, ROLE_VARIABLE, SUPERVISOR_ROLE } from './table.ts';

/** While a process starts another program, its environment looks empty for a moment. It is looked at so often. */
const EMPTY_LOOKS = 5;
const EMPTY_LOOK_MS = 2;

export function createLinuxTable(repository: string): ProcessTable {
  const bootId = read('/proc/sys/kernel/random/boot_id')?.trim();
  if (!bootId) throw new TransientError('The boot id of this machine cannot be read.');

  const identity = (pid: number): ProcessIdentity | undefined => {
    const stat = statOf(pid);
    return stat === undefined ? undefined : { pid, start: `${stat.startTicks}@${bootId}` };
  };

  const look = (pid: number) => lookAt(pid, { repository, bootId });

  return {
    identity,
    async tagged() {
      const found: TaggedProcess[] = [];
      let empty = pids();
      for (let looks = 0; looks < EMPTY_LOOKS && empty.length > 0; looks += 1) {
        if (looks > 0) await new Promise((resolve) => setTimeout(resolve, EMPTY_LOOK_MS));
        const again: number[] = [];
        for (const pid of empty) {
          const seen = look(pid);
          if (seen === 'empty') again.push(pid);
          else if (seen !== undefined) found.push(seen);
        }
        empty = again;
      }
      return found;
    },
    again(process) {
      const seen = look(process.pid);
      if (seen === undefined || seen === 'empty') return undefined;
      return seen.start === process.start && seen.task === process.task && seen.token === process.token
        ? seen
        : undefined;
    },
    async inside(folder) {
      const found: number[] = [];
      for (const pid of pids()) {
        const cwd = attempt(() => readlinkSync(`/proc/${pid}/cwd`))?.replace(/ \(deleted\)$/, '');
        if (cwd === undefined || !(cwd === folder || cwd.startsWith(`${folder}${sep}`))) continue;
        if (statOf(pid) !== undefined) found.push(pid);
      }
      return found;
    },
  };
}

/** Start time, environment and start time again: so all three are of one process. */
function lookAt(
  pid: number,
  { repository, bootId }: { repository: string; bootId: string },
): TaggedProcess | 'empty' | undefined {
  const environment = read(`/proc/${pid}/environ`);
  if (environment === undefined) return undefined;
  if (environment === '') return hasMemory(pid) ? 'empty' : undefined;
  if (!environment.includes(`${RUN_TAG_VARIABLE}=${repository}/`)) return undefined;
  const before = statOf(pid);
  const values = environmentOf(read(`/proc/${pid}/environ`) ?? '');
  const after = statOf(pid);
  const tag = parseRunTag(values.get(RUN_TAG_VARIABLE) ?? '');
  if (before === undefined || after === undefined || before.startTicks !== after.startTicks) return undefined;
  if (tag === undefined || tag.repository !== repository) return undefined;
  return {
    pid,
    start: `${after.startTicks}@${bootId}`,
    task: tag.task,
    round: tag.round,
    token: tag.token,
    ageMs: ageOf(after),
    state: after.state === 'T' || after.state === 't' ? 'stopped' : 'running',
    // A child that has not started its own program yet still shows the supervisor's environment, but leads no session.
    supervisor: values.get(ROLE_VARIABLE) === SUPERVISOR_ROLE && after.session === pid,
  };
}

type Stat = { state: string; session: number; startTicks: string };

/** Undefined when the process has gone; a zombie (Z) and a dead one (X) have. */
function statOf(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

/** Times of /proc are told in hundredths of a second, whatever the kernel itself counts in. */
const TICK_MS = 10;

/** By the time since the boot, which no change of the clock moves. */
function ageOf({ startTicks }: Stat): number {
  const uptimeSeconds = Number(read('/proc/uptime')?.split(' ')[0] ?? Number.NaN);
  if (Number.isNaN(uptimeSeconds)) throw new TransientError('The time since the boot of this machine cannot be read.');
  return Math.max(0, uptimeSeconds * 1_000 - Number(startTicks) * TICK_MS);
}

/** The command name stands in brackets and may itself hold brackets and spaces: fields are counted after the last one. */
export function parseStat(text: string): Stat | undefined {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
  const [state, session, startTicks] = [fields[0], fields[3], fields[19]];
  if (state === undefined || session === undefined || startTicks === undefined) {
    throw new TransientError(`/proc/…/stat is not as expected: ${JSON.stringify(text.slice(0, 120))}`);
  }
  return state === 'Z' || state === 'X' || state === 'x' ? undefined : { state, session: Number(session), startTicks };
}

/** False for threads of the kernel, which have no environment at all. */
function hasMemory(pid: number): boolean {
  const text = read(`/proc/${pid}/statm`);
  return text !== undefined && !text.startsWith('0 ');
}

function environmentOf(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const entry of text.split('\0')) {
    const at = entry.indexOf('=');
    if (at > 0 && !values.has(entry.slice(0, at))) values.set(entry.slice(0, at), entry.slice(at + 1));
  }
  return values;
}

function pids(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^[0-9]+$/.test(name))
      .map(Number);
  } catch (cause) {
    throw new TransientError('The process table cannot be read.', { cause });
  }
}

function read(path: string): string | undefined {
  return attempt(() => readFileSync(path, 'latin1'));
}

/** Undefined for what has vanished and for what belongs to another user; any other failure is no observation at all. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (cause) {
    const code = errorCode(cause);
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return undefined;
    throw new TransientError(`The process table cannot be read (${String(code)}).`, { cause });
  }
}
