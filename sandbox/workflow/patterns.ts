/**
 * The filter patterns of `branches`, `tags`, `paths` and their `-ignore` twins.
 * Source: GitHub docs, "Workflow syntax", filter pattern cheat sheet.
 */

/** A later pattern overrules an earlier one; a name that no pattern mentions does not pass. */
export function passesPatterns(name: string, patterns: readonly string[]): boolean {
  let passes = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (matchesPattern(name, negated ? pattern.slice(1) : pattern)) passes = !negated;
  }
  return passes;
}

function matchesPattern(name: string, pattern: string): boolean {
  return new RegExp(`^${sourceOf(pattern)}$`).test(name);
}

function sourceOf(pattern: string): string {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const sign = pattern.charAt(at);
    if (pattern.startsWith('**/', at)) {
      source += '(?:.*/)?';
      at += 2;
    } else if (pattern.startsWith('**', at)) {
      source += '.*';
      at += 1;
    } else if (sign === '*') source += '[^/]*';
    // These two speak of the character before them, as in a regular expression.
    else if (sign === '?' || sign === '+' || sign === '[' || sign === ']') source += sign;
    else if (sign === '\\') {
      at += 1;
      source += quoted(pattern.charAt(at));
    } else source += sign === '-' ? sign : quoted(sign);
  }
  return source;
}

function quoted(sign: string): string {
  return sign.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
