import { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";
import { mediumTerm } from "../../lib/cache";
import { openCache, openRedis, reportKey, reportTag } from "../support/cache";
import { startTcpProxy } from "../support/tcp-proxy";

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

test("an invalidation that the bus brings late outdates what was made of an older value", async () => {
  const redis = await openRedis();
  const proxy = await startTcpProxy(redis.port);
  onTestFinished(() => proxy.close());
  const there = await openCache({ redis: redis.url });
  const ports = [redis.port, proxy.port];
  // Commands go straight, the bus through the proxy.
  const create = (settings: object) =>
    new Redis({ ...settings, host: "127.0.0.1", port: ports.shift() ?? 0 });
  const here = await openCache({ redis: create, trustLeaseMs: 600_000 });
  const ingredient = () => here.getOrLoad(reportKey(7), mediumTerm, () => "new", { tags });
  await here.set(reportKey(7), "old", mediumTerm, { tags });
  proxy.cut();
  await there.invalidateTags(tags);
  // Takes a number after that of the invalidation.
  await here.set(reportKey(8), "unrelated", mediumTerm);

  const moment = here.moment();
  expect(await ingredient()).toBe("old");
  proxy.restore();
  await vi.waitFor(() => expect(here.stats().invalidations.replayed).toBe(1), 5_000);

  expect(await ingredient()).toBe("new");
  expect(here.since(moment, tags)).toBe("invalid");
});

test("neither a first load nor the news of an own invalidation outdates what is made meanwhile", async () => {
  const redis = await openRedis();
  const here = await openCache({ redis: redis.url });
  const before = here.moment();
  await here.getOrLoad(reportKey(7), mediumTerm, () => "value", { tags });
  expect(here.since(before, tags)).toBe("valid");

  const sent = here.invalidateTags(tags);
  const after = here.moment();
  await sent;
  const there = await openCache({ redis: redis.url });
  await there.invalidateTags([reportTag(8)]);
  await vi.waitFor(() => expect(here.stats().invalidations.received).toBe(1));
  expect(here.since(after, tags)).toBe("valid");
  expect(here.since(before, tags)).toBe("invalid");
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
