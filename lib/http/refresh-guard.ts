import { TooManyRefreshesError } from "../errors";
import { networkOf } from "./client-address";
import { createRateLimiter, type RateLimiter } from "./rate-limiter";

export interface RefreshGuard {
  /**
   * Counts a refresh.
   *
   * @param address who asks
   * @throws TooManyRefreshesError
   */
  check(address: string): void;
}

/** Thirty at once, and thirty a minute: more than anybody has a use for. */
const REFRESHES = { burst: 30, perSecond: 0.5 };

/** Keeps one visitor from having things read anew all the time. */
export function createRefreshGuard(limiter: RateLimiter = createRateLimiter(REFRESHES)): RefreshGuard {
  return {
    check(address) {
      const waitMs = limiter.take(networkOf(address));
      if (waitMs > 0) throw new TooManyRefreshesError(waitMs);
    },
  };
}
