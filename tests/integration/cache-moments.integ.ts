import { expect, test, vi } from "vitest";
import { openCache, openRedis, reportTag } from "../support/cache";

const tags = [reportTag(7)];

test("an invalidation of another process outdates what was made before it", async () => {
  const redis = await openRedis();
  const here = await openCache({ redis: redis.url });
  const there = await openCache({ redis: redis.url });
  const before = here.moment();
  await there.invalidateTags(tags);
  await vi.waitFor(() => expect(here.since(before, tags)).toBe("invalid"));
  expect(here.since(here.moment(), tags)).toBe("valid");
});

test("without contact with the bus it is trusted for the trust lease alone", async () => {
  let ahead = 0;
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url, now: () => performance.now() + ahead });
  const before = cache.moment();
  expect(cache.since(before, tags)).toBe("valid");
  redis.pause();
  ahead = 60_000;
  expect(cache.since(before, tags)).toBe("untrusted");
  expect(cache.since(before, [])).toBe("valid");
  expect(cache.since(cache.moment(), tags)).toBe("valid");
  redis.resume();
});

test("after messages were lost it is not trusted, and what is made from then on is", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  const before = cache.moment();
  await redis.connect().flushall();
  await vi.waitFor(() => expect(cache.since(before, tags)).toBe("untrusted"), 5_000);
  expect(cache.since(cache.moment(), tags)).toBe("valid");
});
