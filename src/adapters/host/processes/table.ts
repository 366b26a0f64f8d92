/** What the rest of this folder needs of an operating system's process table. */
import type { ProcessIdentity, TaggedProcess } from '../../../ports/processes.ts';

export interface ProcessTable {
  /** Living processes with a run tag of this repository. A pid that vanishes meanwhile is left out. */
  tagged(): Promise<readonly TaggedProcess[]>;
  /** The process as it is at this moment, or undefined if it has gone, was recycled, or lost its tag. */
  again(process: TaggedProcess): TaggedProcess | undefined;
  inside(folder: string): Promise<readonly number[]>;
  /** Undefined when no such process lives. */
  identity(pid: number): ProcessIdentity | undefined;
}

/**
 * Marks the supervisor in its environment. It is taken out of what the supervisor's own children inherit,
 * so that nothing else counts as a supervisor.
 */
export const ROLE_VARIABLE = 'HEDDLE_ROLE';
export const SUPERVISOR_ROLE = 'supervisor';
