import { expect, test } from "vitest";
import { createRateLimiter } from "@/lib/http/rate-limiter";

function limiterWithClock(options: { perSecond: number; burst: number; maxSources?: number }) {
  let time = 1_000;
  const limiter = createRateLimiter({ ...options, now: () => time });
  const pass = (ms: number) => {
    time += ms;
  };
  const takeMany = (count: number, source = "a") => Array.from({ length: count }, () => limiter.take(source));
  return { take: limiter.take, takeMany, pass };
}

test("a burst passes, and what goes beyond it is told when there is a token again", () => {
  const { takeMany, pass } = limiterWithClock({ perSecond: 2, burst: 3 });
  expect(takeMany(5)).toEqual([0, 0, 0, 500, 500]);
  pass(499);
  expect(takeMany(1)).toEqual([1]);
  pass(1);
  expect(takeMany(2)).toEqual([0, 500]);
});

test("asking in vain costs nothing: who asks at the rate always passes", () => {
  const { take, takeMany, pass } = limiterWithClock({ perSecond: 10, burst: 1 });
  takeMany(50);
  for (let request = 0; request < 100; request++) {
    pass(100);
    expect(take("a")).toBe(0);
    takeMany(5);
  }
});

test("quiet fills the bucket, and not more than that", () => {
  const { takeMany, pass } = limiterWithClock({ perSecond: 2, burst: 3 });
  takeMany(3);
  pass(3_600_000);
  expect(takeMany(4)).toEqual([0, 0, 0, 500]);
});

test("each source has its own", () => {
  const { takeMany } = limiterWithClock({ perSecond: 1, burst: 1 });
  expect([...takeMany(2, "a"), ...takeMany(2, "b")]).toEqual([0, 1_000, 0, 1_000]);
});

test("memory is bounded: the source that was quiet longest is forgotten", () => {
  const { take } = limiterWithClock({ perSecond: 1, burst: 1, maxSources: 2 });
  expect(["a", "b", "a", "c", "b", "c"].map(take)).toEqual([0, 0, 1_000, 0, 0, 1_000]);
});
