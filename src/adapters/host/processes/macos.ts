/**
 * The process table of macOS, as `ps` prints it. `ps` shows arguments and environment in one line, and leaves the
 * environment out for programs that the system protects; such a child is known by its living, tagged parent.
 */
import { execFileSync } from 'node:child_process';
import { sep } from 'node:path';
import { TransientError } from '../../../domain/errors.ts';
import { parseRunTag, RUN_TAG_VARIABLE } from '../../../domain/ids.ts';
import type { ProcessIdentity, TaggedProcess } from '../../../ports/processes.ts';
import { type ProcessTable, ROLE_VARIABLE, SUPERVISOR_ROLE } from './table.ts';

const PS_TIMEOUT_MS = 10_000;
const PS_MAX_BYTES = 64 * 1024 * 1024;
const PS_COLUMNS = 'pid=,ppid=,pgid=,state=,lstart=,command=';

type PsRow = { pid: number; parent: number; group: number; state: string; started: string; command: string };
type Ps = (args: readonly string[]) => string;

export function createMacosTable(repository: string, ps: Ps = runPs): ProcessTable {
  const boot = bootSession();
  const rows = (): readonly PsRow[] => parsePs(ps(['-A', '-E', '-ww', '-o', PS_COLUMNS]));
  const identityOf = (row: PsRow): ProcessIdentity => ({
    pid: row.pid,
    start: `${row.started.replaceAll(' ', '_')}@${boot}`,
  });
  const tagged = (): readonly TaggedProcess[] =>
    taggedRows(rows(), repository).map(({ row, tag, supervisor }) => ({
      ...identityOf(row),
      task: tag.task,
      round: tag.round,
      token: tag.token,
      ageMs: Math.max(0, Date.now() - Date.parse(row.started)),
      state: row.state.startsWith('T') ? 'stopped' : 'running',
      supervisor,
    }));
  return {
    async tagged() {
      return tagged();
    },
    again(process) {
      return tagged().find(
        (seen) =>
          seen.pid === process.pid &&
          seen.start === process.start &&
          seen.task === process.task &&
          seen.token === process.token,
      );
    },
    async inside(folder) {
      return parseLsof(runLsof(), folder);
    },
    identity(pid) {
      const row = rows().find((candidate) => candidate.pid === pid);
      return row === undefined ? undefined : identityOf(row);
    },
  };
}

/** One row per line; zombies are left out. `lstart` is five words, such as `Mon Nov 23 10:11:12 2026`. */
export function parsePs(text: string): readonly PsRow[] {
  const rows: PsRow[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s(.*)$/.exec(line);
    const [, pid, parent, group, state, started, command] = match ?? [];
    if (pid === undefined || state === undefined || started === undefined || state.startsWith('Z')) continue;
    rows.push({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      state,
      started: started.replace(/\s+/g, ' '),
      command: command ?? '',
    });
  }
  return rows;
}

type TaggedRow = { row: PsRow; tag: NonNullable<ReturnType<typeof parseRunTag>>; supervisor: boolean };

/** The rows that carry a tag of this repository, and all that descends from them. */
export function taggedRows(rows: readonly PsRow[], repository: string): readonly TaggedRow[] {
  const found = new Map<number, TaggedRow>();
  for (const row of rows) {
    const words = row.command.split(' ');
    const word = words.findLast((candidate) => candidate.startsWith(`${RUN_TAG_VARIABLE}=${repository}/`));
    const tag = parseRunTag(word?.slice(RUN_TAG_VARIABLE.length + 1) ?? '');
    if (tag === undefined) continue;
    const supervisor = words.includes(`${ROLE_VARIABLE}=${SUPERVISOR_ROLE}`) && row.group === row.pid;
    found.set(row.pid, { row, tag, supervisor });
  }
  for (let grew = true; grew; ) {
    grew = false;
    for (const row of rows) {
      const parent = found.get(row.parent);
      if (parent === undefined || found.has(row.pid)) continue;
      found.set(row.pid, { row, tag: parent.tag, supervisor: false });
      grew = true;
    }
  }
  return [...found.values()];
}

/** `lsof -F pn` prints `p<pid>` and then `n<folder>` of each process. */
export function parseLsof(text: string, folder: string): readonly number[] {
  const found: number[] = [];
  let pid = 0;
  for (const line of text.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    const path = line.startsWith('n') ? line.slice(1) : undefined;
    if (path !== undefined && (path === folder || path.startsWith(`${folder}${sep}`))) found.push(pid);
  }
  return found;
}

function bootSession(): string {
  return output('sysctl', ['-n', 'kern.bootsessionuuid']).trim();
}

function runPs(args: readonly string[]): string {
  return output('ps', args);
}

/** `lsof` exits with 1 when it could not read some process; what it printed still counts. */
function runLsof(): string {
  return output('lsof', ['-w', '-a', '-d', 'cwd', '-F', 'pn'], 1);
}

function output(file: string, args: readonly string[], alsoFine?: number): string {
  try {
    return execFileSync(file, [...args], {
      encoding: 'utf8',
      timeout: PS_TIMEOUT_MS,
      maxBuffer: PS_MAX_BYTES,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (cause) {
    const failure = cause as { status?: unknown; stdout?: unknown };
    if (alsoFine !== undefined && failure.status === alsoFine && typeof failure.stdout === 'string')
      return failure.stdout;
    throw new TransientError(`The process table cannot be read: ${file} failed.`, { cause });
  }
}
