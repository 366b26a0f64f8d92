import { branchOf, type IssueId, isNameable, type Sha } from './ids.ts';

/** The machine-readable part of a pull request's body: which task and round it speaks for. */
export type Marker = { task: IssueId; round: number };

/** The only label that means anything. People set it and take it off: do not merge. */
export const HOLD_LABEL = 'heddle:hold';

/** The check run, or commit status, in which the merger says its verdict on a head; and what tells that run from a job so named. */
export const CHECK_NAME = 'heddle';
export const CHECK_ID = 'heddle verdict';

const MARKER = /<!-- heddle (\{[^\n]*\}) -->/g;

/** An HTML comment, so that people do not see it; JSON, so that any text survives. `-->` cannot occur in an id that is nameable. */
export function markerText(marker: Marker): string {
  return `<!-- heddle ${JSON.stringify({ task: marker.task, round: marker.round })} -->`;
}

/** The marker of a body, or undefined if it has none, more than one, or one that is malformed. */
export function parseMarker(body: string): Marker | undefined {
  const found = [...body.matchAll(MARKER)];
  const [first] = found;
  if (found.length !== 1 || first?.[1] === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(first[1]);
    if (typeof value !== 'object' || value === null) return undefined;
    const { task, round } = value as Record<string, unknown>;
    if (typeof task !== 'string' || !isNameable(task)) return undefined;
    if (typeof round !== 'number' || !Number.isSafeInteger(round) || round < 1) return undefined;
    return { task, round };
  } catch {
    return undefined;
  }
}

/** True if the head branch is the one derived from the marker. */
export function markerMatchesBranch(marker: Marker, headBranch: string): boolean {
  return headBranch === branchOf(marker.task, marker.round);
}

/** How a close names its pull request, in `close_reason`; read back by `parseCloseReason`. */
export function closeReason(landed: { pullRequest: number; commit: Sha }): string {
  return `Merged as pull request #${landed.pullRequest} in ${landed.commit}`;
}

export function parseCloseReason(reason: string): { pullRequest: number; commit: string } | undefined {
  const match = /^Merged as pull request #([1-9][0-9]*) in ([0-9a-f]{40,64})$/.exec(reason);
  const [, number, commit] = match ?? [];
  return number === undefined || commit === undefined ? undefined : { pullRequest: Number(number), commit };
}
