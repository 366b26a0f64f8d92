/**
 * What is to be looked at, by key. Asking is cheap and says nothing but "look": whoever asks while a pass of that key runs
 * is owed one more pass, and so are a thousand who ask.
 */
import { type Bell, passesOf, type Work } from './passes.ts';

type Queue<Key, Result> = {
  /** Gives what the passes of this key end with: the result of their last one, or undefined when the signal ended them. */
  look(key: Key): Promise<Result | undefined>;
};

export function createQueue<Key, Result>(work: Work<Key, Result>): Queue<Key, Result> {
  const running = new Map<Key, { bell: Bell; ended: Promise<Result | undefined> }>();

  async function run(key: Key, bell: Bell): Promise<Result | undefined> {
    // All who ask in the same moment are served by the first pass.
    await undefined;
    return await passesOf(work, key, bell);
  }

  return {
    look(key) {
      const known = running.get(key);
      if (known !== undefined) {
        known.bell.owed = true;
        known.bell.ring();
        return known.ended;
      }
      const bell: Bell = { owed: false, ring: () => undefined, end: () => running.delete(key) };
      const ended = run(key, bell);
      running.set(key, { bell, ended });
      return ended;
    },
  };
}

/** One thing alone, looked at until its passes end. */
export function reconcile<Result>(work: Work<'it', Result>): Promise<Result | undefined> {
  return createQueue(work).look('it');
}
