/** Something took longer than it may. */
export class DeadlineError extends Error {
  readonly code = "E_DEADLINE";
}

/**
 * What `work` resolves to. Its signal aborts when the time is over or `closing` aborts, so that it can give
 * up too. Afterwards nothing of it hangs on `closing`, which may last as long as the process: `AbortSignal.any`
 * would keep each signal that it makes, a few kilobytes a call.
 *
 * @throws DeadlineError when it takes longer than `limitMs`; the reason of `closing` when that aborts
 */
export async function settleWithin<T>(
  limitMs: number,
  closing: AbortSignal,
  work: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  closing.throwIfAborted();
  const over = new AbortController();
  const close = () => over.abort(closing.reason);
  closing.addEventListener("abort", close);
  const expire = () => over.abort(new DeadlineError(`no answer within ${limitMs / 1_000} s`));
  // When this process was busy itself, the answer may lie in the socket: it is read before `expire`.
  const timer = setTimeout(() => setImmediate(expire), limitMs);
  try {
    return await new Promise<T>((resolve, reject) => {
      over.signal.addEventListener("abort", () => reject(over.signal.reason));
      Promise.resolve()
        .then(() => work(over.signal))
        .then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    closing.removeEventListener("abort", close);
  }
}
