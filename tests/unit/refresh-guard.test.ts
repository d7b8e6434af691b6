import { expect, test } from "vitest";
import { TooManyRefreshesError } from "@/lib/errors";
import { createAttemptLimiter } from "@/lib/http/attempt-limiter";
import { createRefreshGuard } from "@/lib/http/refresh-guard";

test("an address refreshes so often in a while and then waits; others do not", () => {
  let time = 0;
  const limiter = createAttemptLimiter({ limit: 3, windowMs: 60_000, maxSources: 10, now: () => time });
  const guard = createRefreshGuard(limiter);
  for (let count = 0; count < 3; count++) guard.check("203.0.113.1");
  time += 20_000;
  const refused = (() => {
    try {
      guard.check("203.0.113.1");
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toBeInstanceOf(TooManyRefreshesError);
  expect(refused).toMatchObject({ retryAfterMs: 40_000 });
  guard.check("203.0.113.2");
  time += 40_000;
  guard.check("203.0.113.1");
});
