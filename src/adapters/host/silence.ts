/** One clock for all that a command asks of GitHub, so that tries, back-offs and loops around them share one limit. */
import type { Silence } from '../../ports/silence.ts';

export function createSilence(options: {
  limitMs: number;
  /** Whoever sits out outages of its own accord: the limit holds for each request with its retries, not for all together. */
  sitsOut?: boolean;
  /** Milliseconds of a clock that nobody sets. */
  now?: () => number;
}): Silence {
  const { limitMs, sitsOut = false, now = () => performance.now() } = options;
  let since: number | undefined;
  return {
    limitMs,
    begin() {
      if (since === undefined || sitsOut) since = now();
    },
    answered() {
      since = undefined;
    },
    leftMs: () => (since === undefined ? Number.POSITIVE_INFINITY : since + limitMs - now()),
  };
}
