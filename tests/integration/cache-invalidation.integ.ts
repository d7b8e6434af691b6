import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";
import { type CacheTag, mediumTerm, type TieredCache } from "../../lib/cache";
import { encodeValue } from "../../lib/cache/codec";
import { encodeEnvelope } from "../../lib/cache/envelope";
import {
  controlledLoader,
  openCache,
  openRedis,
  reportKey,
  reportTag,
  watchCommands,
} from "../support/cache";
import { startTcpProxy } from "../support/tcp-proxy";

const KEY = reportKey(1);
const TAGS = [reportTag(1)];
const PREFIX = "web-server-report:";

async function openProxy(port: number) {
  const proxy = await startTcpProxy(port);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A cache whose two connections go different ways: commands straight, the bus through `busPort`. */
async function openCacheWithBusOn(port: number, busPort: number, options = {}): Promise<TieredCache> {
  let created = 0;
  const create = (settings: object): Redis => {
    created++;
    return new Redis({ ...settings, host: "127.0.0.1", port: created === 1 ? port : busPort });
  };
  return openCache({ redis: create, ...options });
}

for (const who of ["this process", "another process"]) {
  test(`load starts, ${who} invalidates the tag, load ends: the old value is never fresh, here or elsewhere`, async () => {
    const redis = await openRedis();
    const cache = await openCache({ redis: redis.url });
    const other = await openCache({ redis: redis.url });
    const { load, started, finish } = controlledLoader<string>();
    const first = cache.lookup(KEY, mediumTerm, load, { tags: TAGS });
    await started;

    expect(await (who === "this process" ? cache : other).invalidateTags(TAGS)).toBe("sent");
    await vi.waitFor(() => expect(cache.stats().invalidations.received).toBe(who === "this process" ? 0 : 1));
    // Nobody waits for a load that brings nothing any more.
    const during = await cache.lookup(KEY, mediumTerm, () => "new", { tags: TAGS });
    finish("old");

    expect(await first).toMatchObject({ value: "old", state: "stale" });
    expect(during).toMatchObject({ value: "new", state: "fresh" });
    for (const each of [cache, other]) {
      const lookup = await each.lookup(KEY, mediumTerm, () => "newer", { tags: TAGS });
      expect(lookup).toMatchObject({ value: "new", state: "fresh" });
    }
  });
}

test("what is made for a claim is made of nothing that was invalidated before, also when the bus is late", async () => {
  const redis = await openRedis();
  const proxy = await openProxy(redis.port);
  const other = await openCache({ redis: redis.url });
  const cache = await openCacheWithBusOn(redis.port, proxy.port, { trustLeaseMs: 600_000 });
  const ingredient = (value: string) =>
    cache.getOrLoad(reportKey(2), mediumTerm, () => value, { tags: TAGS });
  // Until Redis has it, too: a store that comes there after the invalidation is told of it.
  await cache.set(reportKey(2), "old", mediumTerm, { tags: TAGS });
  proxy.swallow();
  await other.invalidateTags(TAGS);
  // Not heard of, and the ingredient is in memory.
  expect(await ingredient("new")).toBe("old");

  const result = await cache.claim(KEY, { tags: TAGS });
  expect(result.kind).toBe("miss");
  expect(await ingredient("new")).toBe("new");
});

test("a value claimed before an invalidation and fulfilled after it is gone, also when its tags were not known before", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  const other = await openCache({ redis: redis.url });
  const result = await cache.claim(KEY);
  if (result.kind !== "miss") throw new Error("nothing was cached");
  await other.invalidateTags(TAGS);

  expect(await cache.fulfil(result.claim, "old", { ...mediumTerm, tags: TAGS })).toBe("invalidated");

  await vi.waitFor(async () => expect((await cache.get(KEY))?.value).toBeUndefined());
  expect(await other.get(KEY)).toBeUndefined();
});

test("an unrelated invalidation does not cost a claim its value when its tag is known", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  const first = await cache.claim(KEY, { tags: TAGS });
  if (first.kind !== "miss") throw new Error("nothing was cached");
  await cache.invalidateTags([reportTag(2)]);
  expect(await cache.fulfil(first.claim, "value", { ...mediumTerm, tags: TAGS })).toBe("stored");
});

test("a softly invalidated value is served as stale, and is gone when its time is over", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  const other = await openCache({ redis: redis.url });
  await cache.set(KEY, "old", mediumTerm, { tags: TAGS });
  await other.get(KEY);
  await cache.invalidateTags(TAGS, { mode: "soft", hardAfterMs: 1_500 });

  for (const each of [cache, other]) {
    await vi.waitFor(async () => expect(await each.get(KEY)).toMatchObject({ value: "old", state: "stale" }));
  }
  const third = await openCache({ redis: redis.url });
  expect(await third.get(KEY)).toMatchObject({ value: "old", state: "stale" });
  for (const each of [cache, other, third]) {
    await vi.waitFor(async () => expect(await each.get(KEY)).toBeUndefined(), 5_000);
  }
});

test("an evicted tag record makes misses, not matches", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  await cache.set(KEY, "old", mediumTerm, { tags: TAGS });
  await redis.connect().del(`${PREFIX}t:${TAGS[0]}`);
  const other = await openCache({ redis: redis.url });
  expect(await other.getOrLoad(KEY, mediumTerm, () => "new", { tags: TAGS })).toBe("new");
});

test("tag records expire, after the values that carry them", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  const asker = redis.connect();
  await cache.set(KEY, "value", mediumTerm, { tags: TAGS });
  const life = async (name: string) => asker.pttl(PREFIX + name);
  expect(await life(`t:${TAGS[0]}`)).toBeGreaterThan(await life(`v:${KEY}`));
  await cache.invalidateTags([reportTag("nobody carries it")]);
  expect(await life("t:report:nobody%20carries%20it")).toBeGreaterThan(0);
});

test("when Redis has lost everything, what it lost and what memory holds are loaded anew", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  const asker = redis.connect();
  const load = () => "new";
  await cache.set(KEY, "old", mediumTerm, { tags: TAGS });
  await asker.flushall();
  await vi.waitFor(() => expect(cache.stats().flushes).toBe(2), 5_000);
  expect(await cache.getOrLoad(KEY, mediumTerm, load, { tags: TAGS })).toBe("new");
});

test("messages trimmed while away empty the memory tier", async () => {
  const redis = await openRedis();
  const proxy = await openProxy(redis.port);
  const cache = await openCacheWithBusOn(redis.port, proxy.port, { trustLeaseMs: 60_000 });
  const other = await openCache({ redis: redis.url });
  await cache.set(KEY, "old", mediumTerm, { tags: TAGS });
  expect((await cache.get(KEY))?.source).toBe("memory");
  proxy.cut();
  await other.invalidateTags(TAGS);
  await other.invalidateTags([reportTag(2)]);
  await redis.connect().xtrim(`${PREFIX}bus`, "MAXLEN", 0);

  proxy.restore();

  await vi.waitFor(() => expect(cache.stats().flushes).toBe(2), 5_000);
  expect(await cache.get(KEY)).toBeUndefined();
});

for (const cut of ["cut", "swallow"] as const) {
  test(`subscriber ${cut === "cut" ? "cut" : "black-holed"}, invalidate, restored: no stale read 1 s after`, async () => {
    const redis = await openRedis();
    const proxy = await openProxy(redis.port);
    const cache = await openCacheWithBusOn(redis.port, proxy.port, { trustLeaseMs: 60_000 });
    const other = await openCache({ redis: redis.url });
    await cache.set(KEY, "old", mediumTerm, { tags: TAGS });
    proxy[cut]();
    await other.invalidateTags(TAGS);
    // Longer than the bus takes to notice.
    await sleep(1_000);
    expect((await cache.get(KEY))?.value).toBe("old");

    proxy.restore();
    await sleep(1_000);

    expect(await cache.get(KEY)).toBeUndefined();
    expect(cache.stats().invalidations.replayed).toBe(1);
    // Nothing else was lost with it.
    expect(cache.stats().flushes).toBe(1);
  });
}

test("while the subscriber is cut, a tagged value is stale for no longer than the trust lease", async () => {
  const trustLeaseMs = 1_000;
  const redis = await openRedis();
  const proxy = await openProxy(redis.port);
  const cache = await openCacheWithBusOn(redis.port, proxy.port, { trustLeaseMs });
  const other = await openCache({ redis: redis.url });
  const untagged = reportKey("untagged");
  await cache.set(KEY, "old", mediumTerm, { tags: TAGS });
  await cache.set(untagged, "as before", mediumTerm);
  proxy.cut();
  await other.invalidateTags(TAGS);
  const invalidatedAt = performance.now();
  const load = () => "new";

  let lastOld = 0;
  let value = "";
  while (value !== "new") {
    const askedAt = performance.now();
    value = await cache.getOrLoad(KEY, mediumTerm, load, { tags: TAGS });
    if (value === "old") lastOld = askedAt - invalidatedAt;
    await sleep(5);
  }

  expect(lastOld).toBeLessThanOrEqual(trustLeaseMs);
  expect((await cache.get(untagged))?.source).toBe("memory");
  // Redis answers: what it says is current needs no load, however long the bus is away.
  await sleep(trustLeaseMs + 100);
  expect(await cache.lookup(KEY, mediumTerm, load, { tags: TAGS })).toMatchObject({ source: "redis" });
});

test("an outage costs at most one load a key in each trust lease", async () => {
  const redis = await openRedis();
  const trustLeaseMs = 400;
  const cache = await openCache({ redis: redis.url, trustLeaseMs, deadlineMs: 50 });
  await redis.kill();
  const load = vi.fn(() => "value");
  const startedAt = performance.now();
  while (performance.now() - startedAt < 1_500) {
    expect(await cache.getOrLoad(KEY, mediumTerm, load, { tags: TAGS })).toBe("value");
    await sleep(5);
  }
  const elapsed = performance.now() - startedAt;
  expect(load.mock.calls.length).toBeGreaterThan(1);
  expect(load.mock.calls.length).toBeLessThanOrEqual(Math.floor(elapsed / trustLeaseMs) + 1);
});

test("invalidations made while Redis is away hold here at once, and reach the others when it is back", async () => {
  const redis = await openRedis();
  const proxy = await openProxy(redis.port);
  const cache = await openCache({ redis: `redis://127.0.0.1:${proxy.port}` });
  const other = await openCache({ redis: redis.url });
  await cache.set(KEY, "old", mediumTerm, { tags: TAGS });
  await cache.set(reportKey(2), "old", mediumTerm);
  await other.get(KEY);
  proxy.cut();

  expect(await cache.invalidateTags(TAGS)).toBe("queued");
  expect(await cache.delete(reportKey(2))).toBe("queued");
  expect(cache.stats().invalidations.pending).toBe(2);
  expect(await cache.getOrLoad(KEY, mediumTerm, () => "new", { tags: TAGS })).toBe("new");

  proxy.restore();
  await vi.waitFor(() => expect(cache.stats().invalidations.pending).toBe(0), 10_000);
  await vi.waitFor(async () => {
    expect(await other.get(KEY)).toBeUndefined();
    expect(await other.get(reportKey(2))).toBeUndefined();
  }, 5_000);
});

test("more invalidations than can be kept become one that clears everything", async () => {
  const redis = await openRedis();
  const proxy = await openProxy(redis.port);
  const cache = await openCache({ redis: `redis://127.0.0.1:${proxy.port}` });
  const other = await openCache({ redis: redis.url });
  await other.set(reportKey("bystander"), "old", mediumTerm);
  proxy.cut();
  const many: CacheTag[] = Array.from({ length: 1_500 }, (_, id) => reportTag("many", id));
  expect(await cache.invalidateTags(many)).toBe("queued");
  expect(cache.stats().invalidations.pending).toBe(1);
  proxy.restore();
  await vi.waitFor(async () => expect(await other.get(reportKey("bystander"))).toBeUndefined(), 10_000);
});

test("`invalidateTags` issues the same number of commands at 1,000 and 100,000 keys", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  const asker = redis.connect();
  // From here on the server knows the script.
  await cache.invalidateTags(TAGS);
  await cache.set(KEY, "value", mediumTerm, { tags: TAGS });
  const { version = 0 } = (await cache.explain(KEY)).memory;
  const { ttlMs, graceMs } = mediumTerm;
  const bytes = await encodeEnvelope({ fence: version, ttlMs, graceMs, tags: TAGS }, encodeValue("value"));

  async function addKeys(from: number, to: number): Promise<void> {
    for (let start = from; start < to; start += 5_000) {
      const pipeline = asker.pipeline();
      for (let id = start; id < Math.min(start + 5_000, to); id++) {
        pipeline.set(`${PREFIX}v:${reportKey("many", id)}`, bytes, "PX", ttlMs + graceMs);
      }
      await pipeline.exec();
    }
  }

  /** What one invalidation makes Redis do; the bus, which wakes up by it, is not part of it. */
  async function commandsOfAnInvalidation(): Promise<string[]> {
    const watch = await watchCommands(redis);
    await cache.invalidateTags(TAGS);
    await watch.settled();
    watch.stop();
    const start = watch.commands.indexOf("invalidate");
    const inside = watch.commands.slice(start + 1);
    const end = inside.findIndex((command) => !command.startsWith("lua:"));
    return ["invalidate", ...inside.slice(0, end === -1 ? undefined : end)];
  }

  await addKeys(0, 1_000);
  expect((await cache.get(reportKey("many", 999)))?.value).toBe("value");
  const few = await commandsOfAnInvalidation();
  expect(await cache.get(reportKey("many", 999))).toBeUndefined();
  await addKeys(1_000, 100_000);
  const many = await commandsOfAnInvalidation();

  expect(many).toEqual(few);
  expect(many.filter((command) => command === "lua:xadd")).toHaveLength(1);
});

test("`clear` empties both tiers of every instance, and touches nothing beyond its prefix", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  const other = await openCache({ redis: redis.url });
  const stranger = await openCache({ redis: redis.url, prefix: "web-server-report-2:" });
  const asker = redis.connect();
  await asker.xadd("market_data_stream", "*", "data", "{}");
  await stranger.set(KEY, "another deployment's", mediumTerm);
  for (let id = 0; id < 700; id++) await cache.set(reportKey(id), id, mediumTerm);
  await other.get(KEY);
  const { load, started, finish } = controlledLoader<string>();
  const loading = other.getOrLoad(reportKey("slow"), mediumTerm, load);
  await started;

  expect(await cache.clear()).toBe("sent");

  expect(await cache.get(KEY)).toBeUndefined();
  await vi.waitFor(async () => expect(await other.get(KEY)).toBeUndefined());
  await vi.waitFor(async () => expect(await asker.keys(`${PREFIX}v:*`)).toEqual([]));
  // What was being loaded meanwhile reaches its callers, and is not kept.
  finish("old");
  expect(await loading).toBe("old");
  expect(await other.get(reportKey("slow"))).toBeUndefined();
  expect(await asker.xlen("market_data_stream")).toBe(1);
  expect((await stranger.get(KEY))?.value).toBe("another deployment's");
});

test("a deleted value does not come back with a load that was under way", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  const other = await openCache({ redis: redis.url });
  const { load, started, finish } = controlledLoader<string>();
  const loading = cache.getOrLoad(KEY, mediumTerm, load);
  await started;
  await other.delete(KEY);
  finish("old");
  await loading;
  await vi.waitFor(async () => expect(await cache.get(KEY)).toBeUndefined());
  expect(await other.get(KEY)).toBeUndefined();
});
