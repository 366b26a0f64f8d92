/** Answers of git that can never change, asked for once. */

/** Bytes of an answer that is kept. */
const MOST_REMEMBERED = 1_000_000;

export type Once = <T>(what: string, oids: readonly string[], ask: () => Promise<T>) => Promise<T>;

/** What stands under an object id, or between two, never changes, and is asked for at every event. Other names are asked anew. */
export function createOnce(): Once {
  const answers = new Map<string, Promise<unknown>>();
  function once<T>(what: string, oids: readonly string[], ask: () => Promise<T>): Promise<T>;
  function once(what: string, oids: readonly string[], ask: () => Promise<unknown>): Promise<unknown> {
    if (!oids.every(isOid)) return ask();
    const key = `${what} ${oids.join(' ')}`;
    const known = answers.get(key) ?? ask();
    answers.set(key, known);
    const forget = () => answers.delete(key);
    // A failure or an absence is not remembered: the object may arrive later. Nor is what would fill the memory.
    known.then((answer) => {
      if (answer === null || (answer instanceof Buffer && answer.length > MOST_REMEMBERED)) forget();
    }, forget);
    return known;
  }
  return once;
}

function isOid(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}
