/** Tells whether a pull request is Heddle's. Heddle writes to a pull request only when that is certain. */

import { isTrustedAssociation } from '../domain/association.ts';
import type { IssueId } from '../domain/ids.ts';
import { isSha } from '../domain/ids.ts';
import type { Line } from '../domain/lines.ts';
import { type Marker, markerMatchesBranch, parseMarker } from '../domain/marker.ts';
import type { OpenPullRequest, Unfit } from './view.ts';

type Classified =
  | { is: 'candidate'; task: IssueId; round: number }
  | { is: 'bystander'; task: IssueId; round: number; because: Unfit }
  /** Not Heddle's; the summary does not name it. */
  | { is: 'foreign' };

export function classify(
  pullRequest: OpenPullRequest,
  lines: ReadonlyMap<IssueId, Line>,
  trusted: readonly string[],
): Classified {
  const marker = parseMarker(pullRequest.body);
  if (marker === undefined || !isSha(pullRequest.head)) return { is: 'foreign' };
  const because = unfit(pullRequest, marker, lines.get(marker.task), trusted);
  if (because === undefined) return { is: 'candidate', ...marker };
  return { is: 'bystander', ...marker, because };
}

function unfit(
  pullRequest: OpenPullRequest,
  marker: Marker,
  line: Line | undefined,
  trusted: readonly string[],
): Unfit | undefined {
  if (pullRequest.fromFork) return 'from a fork';
  if (!markerMatchesBranch(marker, pullRequest.branch)) return 'branch and marker differ';
  if (!isTrusted(pullRequest, trusted)) return 'author is not trusted';
  if (line?.round === undefined || line.round < marker.round) return 'line is missing';
  if (line.round > marker.round) return 'round is over';
  return line.open ? undefined : 'line is closed';
}

function isTrusted({ author }: OpenPullRequest, trusted: readonly string[]): boolean {
  if (isTrustedAssociation(author.association)) return true;
  return trusted.some((login) => login.toLowerCase() === author.login.toLowerCase());
}
