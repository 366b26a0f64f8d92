/** What people write to say that a task needs no more work. */

const DONE =
  /^(done|complete|completed|closed|finished|merged|shipped|resolved|cancell?ed|won['’]?t[ -]?(?:fix|do)|obsolete|abandoned|superseded|dropped|yes|x|100 ?%)\b/i;
const MARKS = /^(?:✅|☑|✔|✓|🟢|\[[xX]\])/u;

/** True for `Done`, `✅ Completed`, `closed (2 May)`, `[x]`, `cancelled`; false for all else, `not done` among it. */
export function saysDone(status: string): boolean {
  const text = status.replace(/[`*~]|__/g, '').trim();
  return MARKS.test(text) || DONE.test(text);
}
