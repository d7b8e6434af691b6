/** Something took longer than it may. */
export class DeadlineError extends Error {
  readonly code = "E_DEADLINE";
}

/**
 * What `work` resolves to. Its signal aborts when the time is over, so that it can give up too.
 *
 * @throws DeadlineError when it takes longer than `limitMs`; the reason of `closing` when that aborts
 */
export async function settleWithin<T>(
  limitMs: number,
  closing: AbortSignal,
  work: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, closing]);
  const expire = () => over.abort(new DeadlineError(`no answer within ${limitMs} ms`));
  // When this process was busy itself, the answer may lie in the socket: it is read before `expire`.
  const timer = setTimeout(() => setImmediate(expire), limitMs);
  try {
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      Promise.resolve()
        .then(() => work(signal))
        .then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
  }
}
