/** What people write to say that a task needs no more work. */

const DONE =
  /^(done|complete|completed|closed|finished|merged|shipped|resolved|cancell?ed|won['’]?t[ -]?(?:fix|do)|obsolete|abandoned|superseded|dropped|yes|x|100 ?%)\b/i;
const MARKS = /^(?:✅|☑|✔|✓|🟢|\[[xX]\])/u;

/** True for `Done`, `✅ Completed`, `closed (2 May)`, `[x]`, `cancelled`; false for all else, `not done` among it. */
export function saysDone(status: string): boolean {
  const text = status.replace(/[`*~]|__/g, '').trim();
  return MARKS.test(text) || DONE.test(text);
}

type Checkboxes = { checked: number; open: number };

const CHECKBOX = /^\s*(?:>\s*)?(?:[-*+]|\d+[.)])\s+\[([ xX])\](?:\s|$)/;

/** A line's checkbox, if it has one. */
export function checkbox(line: string): 'checked' | 'open' | undefined {
  const mark = CHECKBOX.exec(line)?.[1];
  return mark === undefined ? undefined : mark === ' ' ? 'open' : 'checked';
}

/** What stands behind a line's checkbox. */
export function behindCheckbox(line: string): string {
  return line.replace(CHECKBOX, '').trim();
}

export function countCheckboxes(lines: readonly string[]): Checkboxes {
  const marks = lines.map(checkbox);
  return {
    checked: marks.filter((mark) => mark === 'checked').length,
    open: marks.filter((mark) => mark === 'open').length,
  };
}
