import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createTieredCache, mediumTerm } from "../../lib/cache";
import { openCache, openRedis, reportKey, watchCommands } from "../support/cache";

const CALLERS = 1_000;

test("1,000 concurrent cold calls in a process are 1 load and at most 1 Redis read", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  await cache.getOrLoad(reportKey("other"), mediumTerm, () => "the scripts are known to the server");
  const watch = await watchCommands(redis);
  let loads = 0;

  const values = await Promise.all(
    Array.from({ length: CALLERS }, () =>
      cache.getOrLoad(reportKey(1), mediumTerm, async () => {
        loads++;
        await sleep(20);
        return { id: 1 };
      }),
    ),
  );
  await watch.settled();

  expect(loads).toBe(1);
  expect(new Set(values).size).toBe(1);
  expect(watch.commands.filter((command) => command === "read")).toHaveLength(1);
  expect(cache.stats()).toMatchObject({ loads: 2, coalesced: CALLERS - 1 });
});

test("1,000 concurrent cold calls with a failing loader are 1 load, reject alike, and the next call tries again", async () => {
  const redis = await openRedis();
  const cache = await openCache({ redis: redis.url });
  let loads = 0;
  const failing = async () => {
    loads++;
    await sleep(20);
    throw new Error(`load ${loads} failed`);
  };

  const outcomes = await Promise.allSettled(
    Array.from({ length: CALLERS }, () => cache.getOrLoad(reportKey(1), mediumTerm, failing)),
  );

  expect(loads).toBe(1);
  const reasons = new Set(outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason));
  expect([...reasons]).toEqual([new Error("load 1 failed")]);
  await expect(cache.getOrLoad(reportKey(1), mediumTerm, failing)).rejects.toThrow("load 2 failed");
  expect(await cache.getOrLoad(reportKey(1), mediumTerm, () => "value")).toBe("value");
});

test("what one process loaded, another reads from Redis", async () => {
  const redis = await openRedis();
  const first = await openCache({ redis: redis.url });
  const second = await openCache({ redis: redis.url });
  await first.getOrLoad(reportKey(1), mediumTerm, () => ({ id: 1 }));
  const lookup = await second.lookup(reportKey(1), mediumTerm, () => ({ id: 2 }));
  expect(lookup).toMatchObject({ value: { id: 1 }, state: "fresh", source: "redis" });
});

test("large values survive the way through Redis, where they are smaller", async () => {
  const redis = await openRedis();
  const first = await openCache({ redis: redis.url });
  const second = await openCache({ redis: redis.url });
  const html = "<p>Báo cáo thị trường</p>".repeat(10_000);
  expect(await first.set(reportKey(1), { html }, mediumTerm)).toBe("stored");
  expect((await second.get(reportKey(1)))?.value).toEqual({ html });
  const bytes = await redis.connect().strlen("web-server-report:v:report:v1:1");
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(html.length / 10);
});

test("an absence is cached too", async () => {
  const redis = await openRedis();
  const first = await openCache({ redis: redis.url });
  const second = await openCache({ redis: redis.url });
  let loads = 0;
  const missing = () => {
    loads++;
    return null;
  };
  expect(await first.getOrLoad(reportKey(404), mediumTerm, missing)).toBeNull();
  expect(await second.getOrLoad(reportKey(404), mediumTerm, missing)).toBeNull();
  expect(loads).toBe(1);
  expect((await second.explain(reportKey(404))).memory.remainingMs).toBeLessThanOrEqual(30_000);
});

test("the number of connections stays constant over 1,000 requests, and there is none before the start", async () => {
  const redis = await openRedis();
  const asker = redis.connect();
  const connections = async () =>
    String(await asker.client("LIST"))
      .trim()
      .split("\n").length;
  const idle = await connections();
  const unstarted = createTieredCache({ redis: redis.url });
  expect(await unstarted.getOrLoad(reportKey(1), mediumTerm, () => "from memory alone")).toBe(
    "from memory alone",
  );
  expect(await connections()).toBe(idle);
  await unstarted.close();

  const cache = await openCache({ redis: redis.url });
  const started = await connections();
  expect(started).toBe(idle + 2);
  for (let id = 0; id < 1_000; id++) await cache.getOrLoad(reportKey(id % 300), mediumTerm, () => id);
  expect(await connections()).toBe(started);
});
