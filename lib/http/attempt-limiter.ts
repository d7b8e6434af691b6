import { LRUCache } from "lru-cache";

export interface LimiterOptions {
  /** Failures within a window; then nothing more is tried until it ends. */
  readonly limit: number;
  readonly windowMs: number;
  /** Sources remembered at once; above that the one longest without an attempt is forgotten. */
  readonly maxSources: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export interface AttemptLimiter {
  /** @returns milliseconds until the source may try again; 0 when it may now */
  blockedFor(source: string): number;
  /** Counts a failure. A success counts nothing, and forgives nothing. */
  fail(source: string): void;
}

/** Counts failures by source, in bounded memory. Of this process alone. */
export function createAttemptLimiter({ limit, windowMs, maxSources, now }: LimiterOptions): AttemptLimiter {
  const windows = new LRUCache<string, { failures: number; readonly endsAt: number }>({ max: maxSources });

  function currentWindow(source: string) {
    const window = windows.get(source);
    return window !== undefined && window.endsAt > now() ? window : undefined;
  }

  return {
    blockedFor(source) {
      const window = currentWindow(source);
      return window !== undefined && window.failures >= limit ? window.endsAt - now() : 0;
    },
    fail(source) {
      const window = currentWindow(source);
      if (window) window.failures++;
      else windows.set(source, { failures: 1, endsAt: now() + windowMs });
    },
  };
}
