/** Lines of one text that another does not have: what `init` says of a file that a user has made their own. */
import { diffArrays } from 'diff';

/** Texts with more differing lines than this are only counted: finding the lines would take long, and nobody would read them. */
const MAX_DIFFERING_LINES = 2_000;

/** `- line` is in `theirs` alone, `+ line` in `ours` alone, in the order of the files. Blank lines do not count. */
export function differingLines(theirs: string, ours: string): string[] {
  const [a, b] = [theirs.split(/\r?\n/), ours.split(/\r?\n/)];
  const changes = diffArrays(a, b, { maxEditLength: MAX_DIFFERING_LINES });
  if (changes === undefined) return [`- (${a.length} lines)`, `+ (${b.length} lines)`];
  return changes
    .filter(({ added, removed }) => added || removed)
    .flatMap(({ removed, value }) =>
      value.filter((line) => line.trim() !== '').map((line) => `${removed ? '-' : '+'} ${line}`),
    );
}
