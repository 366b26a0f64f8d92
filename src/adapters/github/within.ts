/** One try of a request, which ends with its time whatever the other side does. */

type Options = { request?: { signal?: AbortSignal } | undefined };
/** What calls a try off, and the error that it ends with then. */
type CalledOff = { by: AbortSignal | undefined; as: () => unknown };

/**
 * Gives the answer, or throws what `late` makes when its body was not whole in time.
 *
 * The signal is set on the options that were given, because a hook's own copy of them gets lost where several hooks are
 * around a request, and `fetch` sees the original. It is taken off afterwards: a caller may use its options once more.
 * The try is not left to `fetch` alone: it forgets the signal when the request is collected as garbage while its body comes.
 */
export async function within<Answer>(
  options: Options,
  timeoutMs: number,
  late: () => unknown,
  calledOff: CalledOff,
  send: () => Promise<Answer>,
): Promise<Answer> {
  const given = options.request;
  const control = new AbortController();
  const { signal } = control;
  const timer = setTimeout(() => control.abort(late()), timeoutMs);
  const letGo = [
    follow(calledOff.by, () => control.abort(calledOff.as())),
    follow(given?.signal, () => control.abort(given?.signal?.reason)),
  ];
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    options.request = { ...given, signal };
    return await Promise.race([send(), ended]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
    for (const stop of letGo) stop();
    options.request = given;
  }
}

function follow(signal: AbortSignal | undefined, then: () => void): () => void {
  if (signal?.aborted) then();
  signal?.addEventListener('abort', then, { once: true });
  return () => signal?.removeEventListener('abort', then);
}
