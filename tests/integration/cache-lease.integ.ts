import { expect, test, vi } from "vitest";
import { type CacheKey, mediumTerm } from "../../lib/cache";
import { LOADER, LOADS } from "../fixtures/cache-process";
import { controlledLoader, openCache, openRedis, reportKey, reportTag } from "../support/cache";
import { startCacheProcess } from "../support/cache-process";

const LEASE = "web-server-report:l:report:v1:1";

function startProcesses(url: string, count: number) {
  return Promise.all(Array.from({ length: count }, () => startCacheProcess(url)));
}

test("five processes of 100 calls each on one Redis are 1 load", async () => {
  const redis = await openRedis();
  const processes = await startProcesses(redis.url, 5);

  const answers = await Promise.all(
    processes.map((each, index) =>
      each.load({ calls: 100, part: "1", loadMs: 300, value: `value ${index}` }),
    ),
  );

  expect(await redis.connect().get(LOADS)).toBe("1");
  expect(answers.flat()).toHaveLength(500);
  expect(new Set(answers.flat()).size).toBe(1);
});

test("when the process that holds the lease is killed, there are at most 2 loads", async () => {
  const redis = await openRedis();
  const [holder, ...others] = await startProcesses(redis.url, 5);
  const asker = redis.connect();
  holder?.load({ calls: 100, part: "1", loadMs: 60_000, value: "never" }).catch(() => {});
  await vi.waitFor(async () => expect(await asker.get(LOADER)).toBe(String(holder?.pid)), 10_000);
  const waiting = others.map((each) => each.load({ calls: 100, part: "1", loadMs: 200, value: "second" }));

  holder?.kill();

  const values = (await Promise.all(waiting)).flat();
  expect(new Set(values)).toEqual(new Set(["second"]));
  expect(await asker.get(LOADS)).toBe("2");
});

test("a loader that outlives its lease never overwrites a newer value", async () => {
  const redis = await openRedis();
  const [slow] = await startProcesses(redis.url, 1);
  const asker = redis.connect();
  const late = slow?.load({ calls: 1, part: "1", loadMs: 500, value: "old" });
  await vi.waitFor(async () => expect(await asker.get(LOADS)).toBe("1"), 10_000);
  // A process that stands still does not renew its lease.
  slow?.pause();
  await vi.waitFor(async () => expect(await asker.exists(LEASE)).toBe(0), 10_000);
  const cache = await openCache({ redis: redis.url });
  const load = () => "new";
  expect(await cache.getOrLoad(reportKey(1), mediumTerm, load, { tags: [reportTag(1)] })).toBe("new");
  await vi.waitFor(async () => expect((await cache.explain(reportKey(1))).redis?.state).toBe("fresh"));

  slow?.resume();

  expect(await late).toEqual(["old"]);
  const reader = await openCache({ redis: redis.url });
  expect((await reader.get(reportKey(1)))?.value).toBe("new");
  // Neither does its own memory keep what Redis refused.
  await vi.waitFor(async () => {
    expect(await slow?.load({ calls: 1, part: "1", loadMs: 0, value: "third" })).toEqual(["new"]);
  }, 5_000);
});

test("a lease is renewed for as long as the loader runs", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url, leaseMs: 600 });
  const other = await openCache({ redis: redis.url, leaseMs: 600 });
  const { load, started, finish } = controlledLoader<string>();
  const value = cache.getOrLoad(reportKey(1), mediumTerm, load);
  await started;
  const second = vi.fn(() => "second");
  const waiting = other.getOrLoad(reportKey(1), mediumTerm, second);
  // More than three times its life.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(second).not.toHaveBeenCalled();

  finish("first");

  expect(await value).toBe("first");
  expect(await waiting).toBe("first");
});

test("who waits longer than the wait budget loads for itself", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  const impatient = await openCache({ redis: redis.url, waitMs: 50 });
  const { load, started, finish } = controlledLoader<string>();
  const slow = cache.getOrLoad(reportKey(1), mediumTerm, load);
  await started;
  expect(await impatient.getOrLoad(reportKey(1), mediumTerm, () => "own")).toBe("own");
  finish("slow");
  expect(await slow).toBe("slow");
});

test("who fails gives the lease back: the next one loads at once", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  const other = await openCache({ redis: redis.url });
  const { load, started, fail } = controlledLoader<string>();
  const failing = cache.getOrLoad(reportKey(1), mediumTerm, load);
  await started;
  const next = other.getOrLoad(reportKey(1), mediumTerm, () => "value");
  fail(new Error("no database"));
  await expect(failing).rejects.toThrow("no database");
  expect(await next).toBe("value");
});

test("a stale value is refreshed by one process, and served by all meanwhile", async () => {
  const redis = await openRedis();
  const caches = await Promise.all(Array.from({ length: 3 }, () => openCache({ redis: redis.url })));
  const [first] = caches;
  const tags = [reportTag(1)];
  const key: CacheKey = reportKey(1);
  for (const cache of caches) await cache.getOrLoad(key, mediumTerm, () => "old", { tags });
  await first?.invalidateTags(tags, { mode: "soft" });
  await vi.waitFor(async () => {
    for (const cache of caches) expect((await cache.explain(key)).memory.state).toBe("stale");
  });
  const { load, started, finish } = controlledLoader<string>();
  const loads = vi.fn(load);

  const lookups = await Promise.all(
    caches.flatMap((cache) => [1, 2, 3].map(() => cache.lookup(key, mediumTerm, loads, { tags }))),
  );
  await started;

  expect(lookups.map(({ value, state }) => `${value} ${state}`)).toEqual(Array(9).fill("old stale"));
  finish("new");
  for (const cache of caches) {
    await vi.waitFor(
      async () => {
        const lookup = await cache.lookup(key, mediumTerm, loads, { tags });
        expect(lookup).toMatchObject({ value: "new", state: "fresh" });
      },
      { timeout: 5_000, interval: 20 },
    );
  }
  expect(loads).toHaveBeenCalledTimes(1);
});
