export interface RereadingOptions {
  readonly reread: () => Promise<void>;
  /** Between the begins of two of them, milliseconds. Default 1,000. */
  readonly everyMs?: number;
  /** Milliseconds on a clock that nobody sets. */
  readonly elapsed: () => number;
}

/** Rereads at most once in a while, whoever asks; those who ask meanwhile share it. */
export function createRereading({ reread, everyMs = 1_000, elapsed }: RereadingOptions): () => Promise<void> {
  let last: { readonly begunAt: number; readonly result: Promise<void> } | undefined;
  let isRunning = false;
  return () => {
    if (last && (isRunning || elapsed() - last.begunAt < everyMs)) return last.result;
    isRunning = true;
    const result = reread().finally(() => {
      isRunning = false;
    });
    last = { begunAt: elapsed(), result };
    return result;
  };
}
