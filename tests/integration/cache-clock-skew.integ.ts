import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { custom } from "../../lib/cache";
import { openCache, openRedis, reportKey, reportTag } from "../support/cache";

const SKEWS_MS = [-5_000, 0, 5_000];

afterEach(() => void vi.useRealTimers());

test("promotion never lengthens a life, under ±5 s of clock skew", async () => {
  const redis = await openRedis();
  const asker = redis.connect();
  const strategy = custom({ ttlMs: 2_000, graceMs: 1_000 });
  const caches = await Promise.all(
    SKEWS_MS.map((skew) => openCache({ redis: redis.url, now: () => performance.now() + skew })),
  );
  vi.useFakeTimers({ toFake: ["Date"] });

  for (const [writer, cache] of caches.entries()) {
    const key = reportKey(writer);
    await cache.set(key, "value", strategy, { tags: [reportTag(1)] });
    for (const [reader, other] of caches.entries()) {
      // Wall clocks differ too; nobody should look at them.
      vi.setSystemTime(Date.now() + (SKEWS_MS[reader] ?? 0));
      await sleep(50);
      const left = await asker.pttl(`web-server-report:v:${key}`);
      await other.get(key);
      const { memory } = await other.explain(key);
      // Redis counts whole milliseconds, and rounds to the nearest.
      expect(memory.remainingMs).toBeLessThanOrEqual(left + 1);
      expect(memory.freshForMs).toBeLessThanOrEqual(left + 1 - strategy.graceMs);
      expect(memory.remainingMs).toBeGreaterThan(left - 1_000);
    }
  }
});

test("what is promoted over and over dies when it should, under ±5 s of clock skew", async () => {
  const redis = await openRedis();
  const strategy = custom({ ttlMs: 600 });
  const key = reportKey("short");
  const storedAt = performance.now();
  let last = 0;
  const writer = await openCache({ redis: redis.url, now: () => performance.now() + 5_000 });
  await writer.set(key, "value", strategy);
  for (let round = 0; last === 0; round++) {
    const skew = SKEWS_MS[round % SKEWS_MS.length] ?? 0;
    const reader = await openCache({ redis: redis.url, now: () => performance.now() + skew });
    const askedAt = performance.now();
    if ((await reader.get(key)) === undefined) last = askedAt - storedAt;
    // A promoted value in memory knows its age as well.
    else expect(askedAt - storedAt).toBeLessThan(strategy.ttlMs + 100);
  }
  expect(last).toBeGreaterThan(0);
});

test("a value that was stuck on its way to Redis has lost that time", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url, deadlineMs: 10_000 });
  const result = await cache.claim(reportKey(1));
  if (result.kind !== "miss") throw new Error("nothing was cached");
  redis.pause();
  const stored = cache.fulfil(result.claim, "value", custom({ ttlMs: 60_000 }));
  await sleep(200);
  redis.resume();
  expect(await stored).toBe("stored");
  const left = await redis.connect().pttl(`web-server-report:v:${reportKey(1)}`);
  expect(left).toBeLessThanOrEqual(60_000 - 200);
  expect(left).toBeGreaterThan(30_000);
});
