import { existsSync } from 'node:fs';

/** The `code` of an error of the operating system, such as `ENOENT`. (`instanceof Error` fails between two realms.) */
export function errorCode(cause: unknown): string | undefined {
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : undefined;
}

/**
 * Whether a failed start means that there is no such command, or one that may not be run. A folder that has gone says
 * ENOENT as well, and a machine that is short of processes, memory or files has the command all the same.
 */
export function isCommandMissing(cause: unknown, cwd: string | undefined): boolean {
  const code = errorCode(cause);
  return (code === 'ENOENT' || code === 'EACCES') && (cwd === undefined || existsSync(cwd));
}

/** Why a start failed that may succeed later. */
export function whyNotStarted(cause: unknown, cwd: string | undefined): string {
  if (cwd !== undefined && !existsSync(cwd)) return `its folder ${cwd} is not there any more`;
  return cause instanceof Error ? cause.message : String(cause);
}
