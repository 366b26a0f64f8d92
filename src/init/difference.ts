/** Lines of one text that another does not have: what `init` says of a file that a user has made their own. */

/** Beyond this product of line counts nobody would read the answer. */
const MAX_CELLS = 4_000_000;

/** `- line` is in `theirs` alone, `+ line` in `ours` alone, in the order of the files. Blank lines do not count. */
export function differingLines(theirs: string, ours: string): string[] {
  const a = theirs.split(/\r?\n/);
  const b = ours.split(/\r?\n/);
  if (a.length * b.length > MAX_CELLS) return [`- (${a.length} lines)`, `+ (${b.length} lines)`];
  const common = commonLengths(a, b);
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      i += 1;
      j += 1;
    } else if (right === undefined || (left !== undefined && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))) {
      lines.push(`- ${left ?? ''}`);
      i += 1;
    } else {
      lines.push(`+ ${right}`);
      j += 1;
    }
  }
  return lines.filter((line) => line.slice(1).trim() !== '');
}

/** `table[i][j]`: length of the longest common subsequence of what begins at line i of the one and line j of the other. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const [row, below] = [table[i], table[i + 1]];
    if (row === undefined || below === undefined) continue;
    for (let j = b.length - 1; j >= 0; j -= 1) {
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}
