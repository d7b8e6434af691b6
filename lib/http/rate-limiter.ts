import { LRUCache } from "lru-cache";

export interface RateLimiterOptions {
  /** What a source may use in the long run. */
  readonly perSecond: number;
  /** What it may use at once, after it was quiet for a while. */
  readonly burst: number;
  /** Sources remembered at once; above that the one that was quiet longest is forgotten. */
  readonly maxSources?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

export interface RateLimiter {
  /**
   * Takes one of the source's tokens.
   *
   * @param source see `networkOf`
   * @returns 0, or milliseconds until there is a token again; then none is taken
   */
  take(source: string): number;
}

const MAX_SOURCES = 10_000;

/**
 * A token bucket a source, in bounded memory, of this process alone. Unlike `attempt-limiter.ts`, which counts
 * failures and then waits for a window to end, it lets a steady visitor through at a steady rate.
 *
 * A bucket is kept as the time at which it will be full again (the "generic cell rate algorithm"): one number,
 * and whoever comes back when he was told to is let in, since no fractions of tokens are summed up.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { perSecond, burst, maxSources = MAX_SOURCES, now = () => performance.now() } = options;
  const msPerToken = 1_000 / perSecond;
  const fullAt = new LRUCache<string, number>({ max: maxSources });

  return {
    take(source) {
      const at = now();
      const full = Math.max(fullAt.get(source) ?? at, at);
      const hasTokenAt = full - (burst - 1) * msPerToken;
      if (at < hasTokenAt) return Math.ceil(hasTokenAt - at);
      fullAt.set(source, full + msPerToken);
      return 0;
    },
  };
}
