/** Resolves after `ms` milliseconds, or as soon as `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

/**
 * What `work` resolves to, if it does so within `ms` milliseconds and before `signal` aborts.
 *
 * @throws the reason of `signal`, or an Error that says how long was waited
 */
export function within<T>(ms: number, signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    // In a process that was busy for longer the answer may be here already: it is read first.
    const late = () => setImmediate(() => reject(new Error(`no answer within ${ms / 1000} s`)));
    const timer = setTimeout(late, ms);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    });
  });
}
