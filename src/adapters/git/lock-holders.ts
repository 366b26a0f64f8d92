/**
 * Whether anybody alive may hold a lock file of git's. The file itself does not say who made it, so it counts as held
 * while a process has it open, or while a git of anybody's runs in the repository; what cannot be read counts as held.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { sep } from 'node:path';
import { errorCode } from '../host/error-code.ts';
import { CommandMissing, run } from '../host/run.ts';

const PGREP_TIMEOUT_MS = 10_000;

/** Of `paths` those that may be held. `folders` are where a git of this repository stands: checkout, git folder, worktrees. */
export async function heldLocks(paths: readonly string[], folders: readonly string[]): Promise<ReadonlySet<string>> {
  if (process.platform === 'linux') return heldOnLinux(paths, folders);
  return (await gitRuns()) ? new Set(paths) : new Set();
}

function heldOnLinux(paths: readonly string[], folders: readonly string[]): ReadonlySet<string> {
  const held = new Set<string>();
  for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    const name = attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
    if (name === undefined || name === 'denied') continue;
    if (/^git(-|$)/.test(name) && standsIn(pid, folders)) return new Set(paths);
    const open = attempt(() => readdirSync(`/proc/${pid}/fd`));
    if (open === undefined || open === 'denied') continue;
    for (const fd of open) {
      const path = attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
      if (path !== undefined && paths.includes(path)) held.add(path);
    }
  }
  return held;
}

/** A zombie holds nothing. */
function standsIn(pid: string, folders: readonly string[]): boolean {
  const state = attempt(() =>
    readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .slice(0, 1),
  );
  if (state === undefined || state === 'Z' || state === 'X') return false;
  const cwd = attempt(() => readlinkSync(`/proc/${pid}/cwd`));
  if (cwd === undefined) return false;
  if (cwd === 'denied') return true;
  // A git that was told its repository by option or environment may run in any folder.
  const told = ['cmdline', 'environ'].map(
    (file) => attempt(() => readFileSync(`/proc/${pid}/${file}`, 'latin1')) ?? '',
  );
  return folders.some(
    (folder) => cwd === folder || cwd.startsWith(`${folder}${sep}`) || told.some((text) => text.includes(folder)),
  );
}

function attempt<T>(look: () => T): T | 'denied' | undefined {
  try {
    return look();
  } catch (cause) {
    return errorCode(cause) === 'EACCES' || errorCode(cause) === 'EPERM' ? 'denied' : undefined;
  }
}

/** Elsewhere than on Linux any git that runs counts. */
async function gitRuns(): Promise<boolean> {
  try {
    const found = await run('pgrep', ['-x', 'git'], { timeoutMs: PGREP_TIMEOUT_MS });
    return found.exitCode !== 1;
  } catch (error) {
    if (error instanceof CommandMissing) return true;
    throw error;
  }
}
