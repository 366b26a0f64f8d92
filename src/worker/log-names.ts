/** Where the output of a task's attempts is stored, below the state folder of the repository. */
import type { IssueId } from '../domain/ids.ts';

export function logFolder(stateFolder: string, task: IssueId): string {
  return `${stateFolder}/logs/${task}`;
}

export function logPath(stateFolder: string, task: IssueId, at: { round: number; attempt: number }): string {
  return `${logFolder(stateFolder, task)}/${at.round}-${at.attempt}.log`;
}

/** The supervisor's own output, of all attempts. */
export function workerLogPath(stateFolder: string, task: IssueId): string {
  return `${logFolder(stateFolder, task)}/worker.log`;
}

export function promptPath(stateFolder: string, task: IssueId, at: { round: number; attempt: number }): string {
  return `${logFolder(stateFolder, task)}/${at.round}-${at.attempt}.prompt.md`;
}

type LogName = { name: string; round: number; attempt: number };

/** The attempts that have a log, oldest first. */
export function attemptsIn(names: readonly string[]): readonly LogName[] {
  return names
    .flatMap((name) => {
      const [, round, attempt] = /^(\d+)-(\d+)\.log$/.exec(name) ?? [];
      return round === undefined || attempt === undefined
        ? []
        : [{ name, round: Number(round), attempt: Number(attempt) }];
    })
    .sort((a, b) => a.round - b.round || a.attempt - b.attempt);
}
