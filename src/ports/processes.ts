import type { IssueId, Token } from '../domain/ids.ts';
import type { WorkerProcess } from '../domain/owner.ts';

/** A pid alone is recycled; with its start time and the boot it names one process for ever. */
export type ProcessIdentity = {
  pid: number;
  /** `<start time>@<boot id>`; see the adapters for the units. */
  start: string;
};

/** A living process that carries a run tag of this repository. */
export type TaggedProcess = ProcessIdentity & WorkerProcess;

export interface ProcessReader {
  /** Everything alive with a run tag of this repository, by tag. Throws TransientError when the table cannot be read. */
  tagged(): Promise<readonly TaggedProcess[]>;
  /** Pids of living processes whose working directory is inside the folder. */
  inside(folder: string): Promise<readonly number[]>;
  /** Whether exactly this process lives. */
  alive(process: ProcessIdentity): boolean;
  self(): ProcessIdentity;
  host(): string;
}

export interface ProcessWriter {
  /**
   * Starts a detached process with its own process group that outlives this one; its output goes to the log file.
   * Resolves once it has been started.
   */
  startDetached(command: {
    file: string;
    args: readonly string[];
    cwd: string;
    env: Readonly<Record<string, string>>;
    logFile: string;
  }): Promise<ProcessIdentity>;
  /**
   * Ends every living process with the task's run tag (all rounds and tokens, or only the one given) and waits until each is seen gone.
   * Each signal follows a fresh match of pid, start time, boot and tag. `alive` lists what would not go.
   */
  endTagged(task: IssueId, only?: { token: Token }): Promise<{ ended: number; alive: readonly number[] }>;
}

export type Processes = ProcessReader & ProcessWriter;

/** A lock that dies with its holder; `undefined` when somebody else holds it. */
export interface Locks {
  tryAcquire(name: string): Promise<Lock | undefined>;
  /** Waits for its turn, at the most `timeoutMs`; then throws TransientError that names the lock. */
  acquire(name: string, timeoutMs: number): Promise<Lock>;
}
export type Lock = { release(): Promise<void> };
