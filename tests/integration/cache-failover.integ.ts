import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";
import { mediumTerm } from "../../lib/cache";
import { type RedisRead, RedisTier } from "../../lib/cache/redis-tier";
import { openCache, openRedis, reportKey, reportTag } from "../support/cache";
import type { TestRedis } from "../support/redis";

const KEY = reportKey(1);
const OPTIONS = { tags: [reportTag(1)] };
const SEEN = { timeout: 30_000, interval: 20 };

test("a Redis that starts from an older snapshot brings back nothing that was invalidated since", async () => {
  const redis = await openRedis();
  const caches = [await openCache({ redis: redis.url }), await openCache({ redis: redis.url })] as const;
  const [first] = caches;
  await first.set(KEY, "old", mediumTerm, OPTIONS);
  await redis.connect().save();
  expect(await first.invalidateTags(OPTIONS.tags)).toBe("sent");
  for (const cache of caches) {
    await vi.waitFor(async () => {
      expect((await cache.lookup(KEY, mediumTerm, () => "new", OPTIONS)).value).toBe("new");
    }, SEEN);
  }
  await redis.kill();
  await redis.restart();
  const restartedAt = performance.now();
  for (const cache of caches) {
    // What is in memory counts until then.
    await vi.waitFor(() => {
      const { connected, busContactAgeMs = Number.NaN } = cache.stats().redis ?? {};
      expect(connected).toBe(true);
      expect(busContactAgeMs).toBeLessThan(performance.now() - restartedAt);
    }, SEEN);
    expect((await cache.lookup(KEY, mediumTerm, () => "newer", OPTIONS)).value).not.toBe("old");
  }
});

/** As a cache asks, over a connection of its own. */
function tierOf(client: Redis) {
  return new RedisTier({
    client,
    prefix: "web-server-report:",
    leaseMs: 2_000,
    deadlineMs: 2_000,
    maxInFlight: 10,
    breakerThreshold: 5,
    probeIntervalMs: 1_000,
    now: () => performance.now(),
    onBreaker: () => {},
    onFailure: () => {},
  });
}

test.each<[string, (tier: RedisTier, load: RedisRead) => Promise<unknown>, unknown]>([
  ["a look", (tier) => tier.read({ key: KEY }), { state: "missing" }],
  [
    "a claim",
    (tier) => tier.read({ key: KEY, claim: { tags: OPTIONS.tags, recordLifeMs: 60_000 } }),
    { state: "missing", leased: true },
  ],
  [
    "the value of a load that began before",
    (tier, { fence, redisNow }) =>
      tier.store({
        key: KEY,
        fence,
        claimedAt: redisNow,
        lifeMs: 600_000,
        tags: OPTIONS.tags,
        bytes: Buffer.from("old"),
      }),
    { outcome: "cleared" },
  ],
])("%s may be the first that a server from an older snapshot is asked", async (_what, ask, answer) => {
  const redis = await openRedis();
  const writer = await openCache({ redis: redis.url });
  const load = await tierOf(await connected(redis)).read({
    key: KEY,
    claim: { tags: OPTIONS.tags, recordLifeMs: 60_000 },
  });
  await writer.set(KEY, "old", mediumTerm, OPTIONS);
  await redis.connect().save();
  await writer.close();
  await redis.kill();
  await redis.restart();
  expect(await ask(tierOf(await connected(redis)), load)).toMatchObject(answer as object);
});

/** Ready, which a tier does not wait for. */
async function connected(redis: TestRedis): Promise<Redis> {
  const client = redis.connect();
  await client.ping();
  return client;
}

test("what was stored stays while the server is the same, also for who connects anew", async () => {
  const redis = await openRedis();
  const first = await openCache({ redis: redis.url });
  await first.set(KEY, "stored", mediumTerm, OPTIONS);
  const second = await openCache({ redis: redis.url });
  expect(await second.lookup(KEY, mediumTerm, () => "loaded", OPTIONS)).toMatchObject({ value: "stored" });
});

test("a role that may not ask who the server is goes on as before", async () => {
  const redis = await openRedis();
  await redis.connect().call("ACL", "SETUSER", "default", "-info");
  const cache = await openCache({ redis: redis.url });
  expect(await cache.set(KEY, "stored", mediumTerm, OPTIONS)).toBe("stored");
  const other = await openCache({ redis: redis.url });
  expect(await other.lookup(KEY, mediumTerm, () => "loaded", OPTIONS)).toMatchObject({ value: "stored" });
  expect(await other.invalidateTags(OPTIONS.tags)).toBe("sent");
});

/** An address that leads to one server after another. Connections stay where they are. */
async function openAddress(port: number): Promise<{ readonly url: string; leadTo(port: number): void }> {
  let target = port;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const backend = connect(target, "127.0.0.1");
    client.pipe(backend).pipe(client);
    for (const socket of [client, backend]) sockets.add(socket.on("error", () => {}));
    client.on("close", () => backend.destroy());
    backend.on("close", () => client.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo(next) {
      target = next;
    },
  };
}

test("a master that was demoted, and keeps its connections, is left for the one in its place", async () => {
  const [one, two] = [await openRedis(), await openRedis()];
  const address = await openAddress(one.port);
  const cache = await openCache({ redis: address.url });
  expect(await cache.set(KEY, "stored", mediumTerm, OPTIONS)).toBe("stored");
  const [oldMaster, newMaster] = [one.connect(), two.connect()];
  await newMaster.call("REPLICAOF", "127.0.0.1", one.port);
  await vi.waitFor(
    async () => expect(await newMaster.info("replication")).toContain("master_link_status:up"),
    SEEN,
  );
  await newMaster.call("REPLICAOF", "NO", "ONE");
  await oldMaster.call("REPLICAOF", "127.0.0.1", two.port);
  // As long as the address leads there, it is passed by.
  await vi.waitFor(async () => {
    expect(await cache.set(reportKey(2), "stored", mediumTerm, OPTIONS)).toBe("redis");
    expect(cache.stats().redis?.breaker).toBe("open");
  }, SEEN);
  address.leadTo(two.port);
  await vi.waitFor(async () => {
    expect(await cache.set(reportKey(2), "stored", mediumTerm, OPTIONS)).toBe("stored");
    expect(await cache.invalidateTags(OPTIONS.tags)).toBe("sent");
  }, SEEN);
});
