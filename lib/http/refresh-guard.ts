import { TooManyRefreshesError } from "../errors";
import { type AttemptLimiter, createAttemptLimiter } from "./attempt-limiter";
import { networkOf } from "./client-address";

export interface RefreshGuard {
  /**
   * Counts a refresh.
   *
   * @param address who asks
   * @throws TooManyRefreshesError
   */
  check(address: string): void;
}

/** Thirty a minute: more than anybody has a use for. */
const DEFAULT_LIMIT = { limit: 30, windowMs: 60_000, maxSources: 10_000, now: () => performance.now() };

/** Keeps one visitor from having things read anew all the time. */
export function createRefreshGuard(
  limiter: AttemptLimiter = createAttemptLimiter(DEFAULT_LIMIT),
): RefreshGuard {
  return {
    check(address) {
      const source = networkOf(address);
      const blockedMs = limiter.blockedFor(source);
      if (blockedMs > 0) throw new TooManyRefreshesError(blockedMs);
      limiter.fail(source);
    },
  };
}
