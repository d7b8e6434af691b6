import { createHash, timingSafeEqual } from "node:crypto";
import { AdminDisabledError, TooManyAttemptsError, UnauthorizedError } from "../errors";
import { type AttemptLimiter, createAttemptLimiter } from "./attempt-limiter";
import { networkOf } from "./client-address";

export interface AdminGuard {
  /**
   * Returns when the request carries the secret as a bearer token (RFC 6750).
   *
   * @param authorization the header of that name
   * @param address who asks
   * @throws AdminDisabledError, UnauthorizedError, TooManyAttemptsError
   */
  check(authorization: string | null, address: string): void;
}

/** Ten attempts a minute: enough for a person who mistypes, nothing for one who guesses. */
const DEFAULT_LIMIT = { limit: 10, windowMs: 60_000, maxSources: 10_000, now: () => performance.now() };

/** Guards the admin endpoints. A source that failed too often is not told whether its next guess is right. */
export function createAdminGuard(
  secret: string | undefined,
  limiter: AttemptLimiter = createAttemptLimiter(DEFAULT_LIMIT),
): AdminGuard {
  const expected = secret === undefined ? undefined : digest(Buffer.from(secret));
  return {
    check(authorization, address) {
      if (expected === undefined) throw new AdminDisabledError();
      const source = networkOf(address);
      const blockedMs = limiter.blockedFor(source);
      if (blockedMs > 0) throw new TooManyAttemptsError(blockedMs);
      const token = /^Bearer +(.+)$/i.exec(authorization?.trim() ?? "")?.[1];
      // Headers come as one character a byte. Hashes have one length, so that the comparison takes the
      // same time for every token.
      if (token !== undefined && timingSafeEqual(digest(Buffer.from(token, "latin1")), expected)) return;
      limiter.fail(source);
      throw new UnauthorizedError();
    },
  };
}

function digest(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
