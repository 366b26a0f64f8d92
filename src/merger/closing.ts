/** The close: one edited line per task, all of a sweep in one commit, by compare-and-swap on the state branch. */
import { BOUNDS } from '../domain/bounds.ts';
import { TransientError } from '../domain/errors.ts';
import { closeLine, ISSUES_PATH } from '../domain/lines.ts';
import { closeReason } from '../domain/marker.ts';
import { retrying } from '../domain/retrying.ts';
import type { Clock } from '../ports/clock.ts';
import type { MergerGitHub } from '../ports/merger-github.ts';
import { effects } from './effects.ts';
import { closeMessage } from './messages.ts';
import type { OwedClose, StateFile } from './view.ts';

type Closed = { is: 'closed'; closes: readonly OwedClose[] } | { is: 'refused'; why: string };

/**
 * `seen`: the file as the last look saw it; if it has moved on since, the first try loses the race.
 * After each lost race or lost answer the branch is read again: what is closed there already is not closed twice.
 */
export async function closeLines(
  github: MergerGitHub,
  clock: Clock,
  { stateBranch, seen }: { stateBranch: string; seen: StateFile | undefined },
  owed: readonly OwedClose[],
): Promise<Closed> {
  let known = seen;
  let unanswered: readonly OwedClose[] = [];
  const close = async (): Promise<Closed | undefined> => {
    const file = known ?? (await github.stateFile(stateBranch, ISSUES_PATH));
    known = undefined;
    const edited = file === undefined ? undefined : applyCloses(file, owed, clock.now());
    // No line is open any more: a try whose answer was lost has closed them, or somebody else has.
    if (file === undefined || edited === undefined) return { is: 'closed', closes: unanswered };
    const outcome = await effects['close lines'](github, {
      branch: stateBranch,
      expectedHead: file.commit,
      path: ISSUES_PATH,
      content: edited.content,
      ...closeMessage(edited.closes),
    });
    switch (outcome.is) {
      case 'committed':
        return { is: 'closed', closes: edited.closes };
      case 'refused':
        return outcome;
      case 'unclear':
        unanswered = edited.closes;
        return undefined;
      case 'lost the race':
        return undefined;
      default:
        return outcome satisfies never;
    }
  };
  const closed = await retrying(BOUNDS.closes, close, (tries) => clock.sleep(BOUNDS.closeWait.value * tries));
  if (closed !== undefined) return closed;
  const { value: tries } = BOUNDS.closes;
  throw new TransientError(`The branch ${stateBranch} moved under each of ${tries} tries to close tasks on it.`);
}

/** Undefined when none of the lines is open any more. */
function applyCloses(
  file: StateFile,
  owed: readonly OwedClose[],
  now: Date,
): { content: string; closes: OwedClose[] } | undefined {
  let content = file.content ?? '';
  const closes: OwedClose[] = [];
  for (const close of owed) {
    const { task, round, pullRequest, commit } = close;
    const next = closeLine(content, task, round, { reason: closeReason({ pullRequest, commit }), pullRequest, now });
    if (next === undefined) continue;
    content = next;
    closes.push(close);
  }
  return closes.length === 0 ? undefined : { content, closes };
}
