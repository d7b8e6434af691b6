import { expect, test } from "vitest";
import { TooManyRefreshesError } from "@/lib/errors";
import { createRateLimiter } from "@/lib/http/rate-limiter";
import { createRefreshGuard } from "@/lib/http/refresh-guard";

function guardWithClock() {
  let time = 0;
  const limiter = createRateLimiter({ burst: 3, perSecond: 0.5, now: () => time });
  const pass = (ms: number) => {
    time += ms;
  };
  return { guard: createRefreshGuard(limiter), pass };
}

test("an address refreshes so often and then waits, as long as it is told; others do not", () => {
  const { guard, pass } = guardWithClock();
  const refresh = () => guard.check("203.0.113.1");
  for (let count = 0; count < 3; count++) refresh();
  pass(500);
  expect(refresh).toThrow(TooManyRefreshesError);
  expect(refresh).toThrow(expect.objectContaining({ retryAfterMs: 1_500 }));
  guard.check("203.0.113.2");
  pass(1_500);
  refresh();
  expect(refresh).toThrow(expect.objectContaining({ retryAfterMs: 2_000 }));
});

test("an IPv6 network counts as one", () => {
  const { guard } = guardWithClock();
  for (let host = 1; host <= 3; host++) guard.check(`2001:db8:1:2::${host}`);
  expect(() => guard.check("2001:db8:1:2::4")).toThrow(TooManyRefreshesError);
  guard.check("2001:db8:1:3::4");
});
