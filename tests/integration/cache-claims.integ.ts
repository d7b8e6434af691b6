import { expect, test, vi } from "vitest";
import {
  type CacheOptions,
  type Claim,
  type ClaimResult,
  mediumTerm,
  type TieredCache,
} from "../../lib/cache";
import { openCache, openRedis, reportKey, reportTag } from "../support/cache";

const KEY = reportKey("page");
const TAGS = [reportTag(1)];
const LIFE = { ...mediumTerm, tags: TAGS };

async function openThree(options: CacheOptions = {}): Promise<TieredCache[]> {
  const redis = await openRedis();
  return Promise.all(Array.from({ length: 3 }, () => openCache({ redis: redis.url, ...options })));
}

function claimAll(caches: TieredCache[], each: number): Promise<ClaimResult<string>[]> {
  const claims = caches.flatMap((cache) => Array.from({ length: each }, () => cache.claim<string>(KEY)));
  return Promise.all(claims);
}

/** What was given to produce, and the cache that it was given by. */
function refreshesOf(results: ClaimResult<string>[]): Claim[] {
  return results.flatMap((result) => (result.kind === "hit" && result.refresh ? [result.refresh] : []));
}

test("of 60 cold claims over three processes one produces, and all get its value", async () => {
  const caches = await openThree();
  let produced = 0;
  const values = await Promise.all(
    caches.flatMap((cache) =>
      Array.from({ length: 20 }, async () => {
        const result = await cache.claim<string>(KEY);
        if (result.kind === "hit") return result.hit.value;
        produced++;
        // Its tags are known only now.
        expect(await cache.fulfil(result.claim, `value ${produced}`, LIFE)).toBe("stored");
        return `value ${produced}`;
      }),
    ),
  );
  expect(produced).toBe(1);
  expect(new Set(values)).toEqual(new Set(["value 1"]));
});

test("after a soft invalidation exactly one claimer in three processes refreshes, the others are served", async () => {
  const caches = await openThree();
  const [first] = caches;
  if (first === undefined) throw new Error("three were opened");
  const cold = await first.claim(KEY);
  if (cold.kind !== "miss") throw new Error("nothing was cached");
  await first.fulfil(cold.claim, "old", LIFE);
  await claimAll(caches, 1);
  await first.invalidateTags(TAGS, { mode: "soft" });
  await vi.waitFor(async () => {
    for (const cache of caches) expect((await cache.explain(KEY)).memory.state).toBe("stale");
  });

  const results = await claimAll(caches, 10);

  expect(results.every((result) => result.kind === "hit" && result.hit.value === "old")).toBe(true);
  expect(refreshesOf(results)).toHaveLength(1);
  const [refresh] = refreshesOf(results);
  const owner = results.findIndex((result) => result.kind === "hit" && result.refresh === refresh);
  const producer = caches[Math.floor(owner / 10)];
  if (refresh) expect(await producer?.fulfil(refresh, "new", LIFE)).toBe("stored");
  await vi.waitFor(async () => {
    const after = await claimAll(caches, 1);
    expect(after.map((result) => result.kind === "hit" && result.hit.value)).toEqual(["new", "new", "new"]);
    expect(refreshesOf(after)).toEqual([]);
  }, 5_000);
});

test("after a hard invalidation no claimer anywhere is given the old value", async () => {
  const caches = await openThree({ waitMs: 50 });
  const [first] = caches;
  const cold = await first?.claim(KEY);
  if (cold?.kind !== "miss") throw new Error("nothing was cached");
  await first?.fulfil(cold.claim, "old", LIFE);
  await claimAll(caches, 1);
  await first?.invalidateTags(TAGS);
  await vi.waitFor(async () => {
    for (const cache of caches) expect((await cache.explain(KEY)).memory.state).not.toBe("fresh");
  });
  const results = await Promise.all(caches.map((cache) => cache.claim<string>(KEY)));
  expect(results.map((result) => result.kind)).toEqual(["miss", "miss", "miss"]);
});
