/** GitHub computes whether a pull request merges once somebody reads it by itself, and after each landing anew. */
import type { HandBackReader } from '../../ports/review.ts';
import type { OpenPullRequest } from '../view.ts';

export async function withConflictKnown(
  github: Pick<HandBackReader, 'mergeable'>,
  listed: OpenPullRequest,
): Promise<OpenPullRequest> {
  return listed.mergeable === 'unknown' ? { ...listed, mergeable: await github.mergeable(listed.number) } : listed;
}
