/** What the merger has said on a pull request, for whoever goes on with it. */
import type { Sha } from '../domain/ids.ts';
import type { MergerReader } from '../ports/merger-github.ts';
import { COMMENT_MARKER, verdictIn } from './messages.ts';

/** Undefined where it has said nothing, or has said it of another head. */
export async function readVerdict(
  github: Pick<MergerReader, 'details'>,
  { number, head }: { number: number; head: Sha },
): Promise<string | undefined> {
  const comment = (await github.details([{ number, head }], COMMENT_MARKER)).get(number)?.comment;
  return comment === undefined ? undefined : verdictIn(comment.body, head);
}
