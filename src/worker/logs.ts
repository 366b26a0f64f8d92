/** `heddle logs`: what an attempt has printed, while it runs or afterwards. */
import type { IssueId } from '../domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import { attemptsIn, logFolder, workerLogPath } from './log-names.ts';

type LogDeps = {
  files: Pick<Files, 'list' | 'readFrom'>;
  clock: Pick<Clock, 'sleep'>;
  stateFolder: string;
};
type FoundLog = { path: string; round?: number; attempt?: number };

const LOOK_MS = 300;

/**
 * The newest attempt's log, else what the supervisor said that ended before it had one; undefined if the task was never
 * started here.
 */
export async function latestLog(deps: LogDeps, task: IssueId): Promise<FoundLog | undefined> {
  const folder = logFolder(deps.stateFolder, task);
  const names = await deps.files.list(folder);
  const latest = attemptsIn(names).at(-1);
  if (latest !== undefined) return { path: `${folder}/${latest.name}`, round: latest.round, attempt: latest.attempt };
  const own = workerLogPath(deps.stateFolder, task);
  return names.some((name) => own === `${folder}/${name}`) ? { path: own } : undefined;
}

/**
 * The log from its beginning, piece by piece. With `follow` it goes on for as long as `goesOn` says that more may come.
 * What comes between two pieces is not lost: the last look is after `goesOn` has said no.
 */
export async function* readLog(
  deps: LogDeps,
  path: string,
  follow?: { goesOn: () => Promise<boolean>; signal: AbortSignal },
): AsyncGenerator<string> {
  let offset = 0;
  for (let last = follow === undefined; ; ) {
    const piece = await deps.files.readFrom(path, offset);
    if (piece !== undefined && piece.text !== '') {
      yield piece.text;
      offset = piece.next;
      continue;
    }
    if (last || follow === undefined || follow.signal.aborted) return;
    if (await follow.goesOn()) await deps.clock.sleep(LOOK_MS, follow.signal);
    else last = true;
  }
}
