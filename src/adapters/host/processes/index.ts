/** Processes by identity: pid, start time, boot and run tag. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { TransientError, UserError } from '../../../domain/errors.ts';
import { tokenHost } from '../../../domain/ids.ts';
import type { Processes, ProcessIdentity } from '../../../ports/processes.ts';
import { isCommandMissing, whyNotStarted } from '../error-code.ts';
import { endFamily } from './end.ts';
import { createLinuxTable } from './linux.ts';
import { createMacosTable } from './macos.ts';
import { type ProcessTable, ROLE_VARIABLE, SUPERVISOR_ROLE } from './table.ts';

// What a supervisor starts is not a supervisor. Taken out before anybody copies the environment; /proc still shows it of this process.
delete process.env[ROLE_VARIABLE];

/**
 * @param options.repository the repository's key, the first part of every run tag
 * @param options.host this host's name, unless it is the machine's own
 */
export function createProcesses(options: { repository: string; host?: string }): Processes {
  const table = createTable(options.repository);
  const host = tokenHost(options.host ?? hostname());
  return {
    tagged: () => table.tagged(),
    inside: (folder) => table.inside(folder),
    alive: ({ pid, start }) => table.identity(pid)?.start === start,
    self: () => identityOf(table, process.pid),
    host: () => host,
    startDetached: (command) => startDetached(table, command),
    endTagged: (task, only) =>
      endFamily(table, (found) => found.task === task && (only === undefined || found.token === only.token), {
        self: process.pid,
      }),
  };
}

function createTable(repository: string): ProcessTable {
  switch (process.platform) {
    case 'linux':
      return createLinuxTable(repository);
    case 'darwin':
      return createMacosTable(repository);
    default:
      throw new UserError(`Heddle cannot tell processes apart on ${process.platform}.`, {
        hint: 'Run it on Linux (also in WSL) or macOS.',
        exit: 'missing',
      });
  }
}

function identityOf(table: ProcessTable, pid: number): ProcessIdentity {
  const identity = table.identity(pid);
  if (identity === undefined) throw new Error(`process ${pid} has just been started and is not in the process table`);
  return identity;
}

/** Files as stdio, a group of its own, and not waited for: it lives on when this process ends. */
async function startDetached(
  table: ProcessTable,
  command: Parameters<Processes['startDetached']>[0],
): Promise<ProcessIdentity> {
  let log: number | undefined;
  try {
    mkdirSync(dirname(command.logFile), { recursive: true });
    log = openSync(command.logFile, 'a');
    const child = spawn(command.file, [...command.args], {
      cwd: command.cwd,
      env: { ...command.env, [ROLE_VARIABLE]: SUPERVISOR_ROLE },
      detached: true,
      stdio: ['ignore', log, log],
    });
    // Read before control goes back to the event loop, which reaps: even one that ends at once has an identity.
    const identity = child.pid === undefined ? undefined : table.identity(child.pid);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    return identity ?? { pid: child.pid ?? 0, start: 'ended at once' };
  } catch (cause) {
    if (isCommandMissing(cause, command.cwd)) throw cause;
    throw new TransientError(`A worker could not be started: ${whyNotStarted(cause, command.cwd)}.`, { cause });
  } finally {
    if (log !== undefined) closeSync(log);
  }
}
