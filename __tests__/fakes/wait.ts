/** Tests never sleep: they wait for a condition, with a bound. */
import { setTimeout as pause } from 'node:timers/promises';

/** Seconds on a machine that has nothing else to do, and this much on one that has: a bound costs only where a test fails. */
export const PATIENCE_MS = 120_000;
/** How long a server of a test keeps an idle connection: ended while a busy client takes it up again, it loses an answer. */
export const IDLE_MS = 600_000;
const LOOK_MS = 10;

/**
 * Waits until the look finds something; also where a test has stopped the time.
 * @param withinMs only where it is tested that something else, which takes longer, is not what brings it about
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = PATIENCE_MS,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > end) throw new Error(`waited ${withinMs / 1000} s for: ${what}`);
    await pause(LOOK_MS);
  }
}
