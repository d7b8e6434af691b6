import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type CacheOptions,
  createTieredCache,
  custom,
  defineKeys,
  defineTags,
  mediumTerm,
  type Strategy,
  type TieredCache,
} from "@/lib/cache";

const key = defineKeys("report", 1)(7);
const tag = defineTags("report")(7);
const otherTag = defineTags("report")(8);
const strategy: Strategy = custom({ ttlMs: 1_000, graceMs: 60_000 });

let time: number;
let cache: TieredCache;
let loads: number;

beforeEach(() => {
  time = 0;
  loads = 0;
  cache = create();
});

function create(options: CacheOptions = {}): TieredCache {
  return createTieredCache({ now: () => time, ...options });
}

const load = async () => ++loads;
const fail = async () => {
  loads++;
  throw new Error("no database");
};

/** Lets a background refresh end. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function look(loader: () => Promise<number> = load, tags = [tag]) {
  const { value, state, source, ageMs } = await cache.lookup(key, strategy, loader, { tags });
  return { value, state, source, ageMs };
}

describe("by age", () => {
  test("a value is loaded, fresh, refreshed early, stale, gone", async () => {
    expect(await look()).toEqual({ value: 1, state: "fresh", source: "loader", ageMs: 0 });
    time = 799;
    expect(await look()).toEqual({ value: 1, state: "fresh", source: "memory", ageMs: 799 });
    await settle();
    expect(loads).toBe(1);

    time = 800;
    expect(await look()).toEqual({ value: 1, state: "fresh", source: "memory", ageMs: 800 });
    await settle();
    expect(loads).toBe(2);
    expect(await look()).toMatchObject({ value: 2, ageMs: 0 });

    time = 1_800;
    expect(await look()).toEqual({ value: 2, state: "stale", source: "memory", ageMs: 1_000 });
    await settle();
    expect(await look()).toMatchObject({ value: 3, state: "fresh" });

    time += 61_000;
    expect(await look()).toMatchObject({ value: 4, source: "loader" });
  });

  test("many who ask for a stale value start one refresh", async () => {
    await look();
    time = 1_500;
    await Promise.all(Array.from({ length: 100 }, () => look()));
    await settle();
    expect(loads).toBe(2);
  });

  test("an absence is cached for 30 s at most, and never served stale", async () => {
    const absent = vi.fn(() => null);
    const missing = () => cache.lookup(key, mediumTerm, absent);
    await missing();
    time = 23_000;
    expect(await missing()).toMatchObject({ value: null, source: "memory" });
    expect(absent).toHaveBeenCalledTimes(1);
    time = 30_000;
    expect(await missing()).toMatchObject({ source: "loader" });
    expect(absent).toHaveBeenCalledTimes(2);
  });

  test("the age counts from the start of the load", async () => {
    const slow = async () => {
      time = 900;
      return load();
    };
    expect(await look(slow)).toMatchObject({ value: 1, ageMs: 900 });
    time = 1_000;
    expect(await look()).toMatchObject({ value: 1, state: "stale" });
  });
});

describe("when the loader fails", () => {
  test("callers who wait are told alike, and the next call tries again", async () => {
    const results = await Promise.allSettled([look(fail), look(fail), look(fail)]);
    expect(loads).toBe(1);
    expect(new Set(results.map((result) => result.status === "rejected" && result.reason)).size).toBe(1);
    expect(await look()).toMatchObject({ value: 2 });
  });

  test("a loader that throws at once is no different", async () => {
    const throwing = () => {
      throw new Error("no database");
    };
    await expect(cache.getOrLoad(key, strategy, throwing)).rejects.toThrow("no database");
  });

  test("the old value is served, marked, until grace ends, with a back-off instead of a retry a request", async () => {
    await look();
    const retries: number[] = [];
    for (time = 1_000; time < 61_000; time += 100) {
      const before = loads;
      expect(await look(fail)).toMatchObject({ value: 1, state: "stale" });
      await settle();
      if (loads > before) retries.push(time);
    }
    expect(retries).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
    time = 61_000;
    await expect(look(fail)).rejects.toThrow("no database");
  });

  test("a success ends the back-off", async () => {
    await look();
    time = 1_000;
    await look(fail);
    await settle();
    time = 2_000;
    await look();
    await settle();
    expect(await look()).toMatchObject({ value: 3, state: "fresh" });
    time = 3_000;
    await look(fail);
    await settle();
    time = 4_000;
    await look();
    await settle();
    expect(await look()).toMatchObject({ value: 5, state: "fresh" });
  });

  test("a hard invalidated value is the last resort, marked as stale, with back-off", async () => {
    await look();
    await cache.invalidateTags([tag]);
    expect(await look(fail)).toMatchObject({ value: 1, state: "stale" });
    expect(await look(fail)).toMatchObject({ value: 1, state: "stale" });
    expect(loads).toBe(2);
    time = 1_000;
    expect(await look()).toMatchObject({ value: 3, state: "fresh" });
  });

  test.each(["hard", "soft"] as const)("a %s invalidation ends the back-off, for one try", async (mode) => {
    await look();
    await cache.invalidateTags([tag], { mode });
    await look(fail);
    await settle();
    time = 999;
    await cache.invalidateTags([tag], { mode });
    await look(fail);
    await settle();
    expect(loads).toBe(3);
    // Down without an invalidation.
    await look(fail);
    await settle();
    expect(loads).toBe(3);

    await cache.invalidateTags([tag], { mode });
    await look();
    await settle();
    expect(await look()).toMatchObject({ value: 4, state: "fresh" });
  });

  test("a value of the wrong shape is a failed load", async () => {
    const validate = () => {
      throw new TypeError("no report");
    };
    await expect(cache.getOrLoad(key, strategy, load, { validate })).rejects.toThrow("no report");
    expect(await cache.get(key)).toBeUndefined();
  });
});

describe("by tags", () => {
  test("an invalidation makes the next call load", async () => {
    await look();
    await cache.invalidateTags([otherTag]);
    expect(await look()).toMatchObject({ value: 1 });
    await cache.invalidateTags([tag]);
    expect(await look()).toMatchObject({ value: 2, source: "loader" });
  });

  test("a soft one makes it stale while one refresh runs", async () => {
    await look();
    await cache.invalidateTags([tag], { mode: "soft" });
    expect(await look()).toMatchObject({ value: 1, state: "stale" });
    await settle();
    expect(await look()).toMatchObject({ value: 2, state: "fresh" });
  });

  test("load starts, tag invalidated, load ends: the old value is never fresh", async () => {
    let finish: (value: number) => void = () => {};
    const slow = new Promise<number>((resolve) => {
      finish = resolve;
    });
    const first = look(() => slow);
    await cache.invalidateTags([tag]);
    const second = look(async () => 2);
    finish(1);
    expect(await first).toMatchObject({ value: 1, state: "stale" });
    expect(await second).toMatchObject({ value: 2, state: "fresh" });
    expect(await look()).toMatchObject({ value: 2, state: "fresh" });
  });
});

describe("removal", () => {
  test.each(["delete", "clear"] as const)("%s forgets, also what is being loaded", async (how) => {
    let finish: (value: number) => void = () => {};
    const slow = new Promise<number>((resolve) => {
      finish = resolve;
    });
    const first = look(() => slow);
    await (how === "delete" ? cache.delete(key) : cache.clear());
    finish(1);
    expect(await first).toMatchObject({ value: 1, state: "stale" });
    expect(await cache.get(key)).toBeUndefined();
  });
});

test("a load that began before a value was set does not take its place", async () => {
  let finish: (value: number) => void = () => {};
  const slow = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const first = look(() => slow);
  expect(await cache.set(key, 2, strategy)).toBe("stored");
  finish(1);
  expect((await first).value).toBe(1);
  expect((await cache.get(key))?.value).toBe(2);
});

describe("claims", () => {
  const life = { ttlMs: 1_000, graceMs: 60_000, tags: [tag] };

  async function claimMiss() {
    const result = await cache.claim<number>(key);
    if (result.kind !== "miss") throw new Error("expected a miss");
    return result.claim;
  }

  test("one produces, the others wait for its value", async () => {
    const claim = await claimMiss();
    const others = [cache.claim(key), cache.claim(key)];
    await settle();
    expect(await cache.fulfil(claim, 1, life)).toBe("stored");
    for (const other of await Promise.all(others)) {
      expect(other).toMatchObject({ kind: "hit", hit: { value: 1, state: "fresh", source: "memory" } });
    }
    expect(cache.stats()).toMatchObject({ coalesced: 2 });
  });

  test("when it gives up, the next in line produces", async () => {
    const claim = await claimMiss();
    const other = cache.claim(key);
    cache.release(claim);
    expect(await other).toMatchObject({ kind: "miss" });
  });

  test("when it never comes back, it loses the claim after a while, and the next in line produces", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    cache = create({ claimMs: 1_000 });
    const claim = await claimMiss();
    const other = cache.claim(key);
    vi.advanceTimersByTime(1_000);
    expect(await cache.fulfil(claim, "too late", life)).toBe("expired");
    expect(await other).toMatchObject({ kind: "miss" });
  });

  test("exactly one refreshes a stale value, the others are served", async () => {
    await cache.fulfil(await claimMiss(), 1, life);
    time = 1_500;
    const results = await Promise.all(Array.from({ length: 10 }, () => cache.claim(key)));
    expect(results.every((result) => result.kind === "hit" && result.hit.state === "stale")).toBe(true);
    const refreshes = results.flatMap((result) =>
      result.kind === "hit" && result.refresh ? [result.refresh] : [],
    );
    expect(refreshes).toHaveLength(1);
    for (const claim of refreshes) await cache.fulfil(claim, 2, life);
    expect(await cache.claim(key)).toMatchObject({ hit: { value: 2, state: "fresh" } });
  });

  test("a refresh that is given back is tried again when its tag is invalidated once more", async () => {
    await cache.set(key, "old", mediumTerm, { tags: [tag] });
    for (let round = 0; round < 2; round++) {
      await cache.invalidateTags([tag], { mode: "soft" });
      const refused = await cache.claim(key);
      if (refused.kind !== "hit" || refused.refresh === undefined) throw new Error("nothing to refresh");
      cache.release(refused.refresh);
      expect(await cache.claim(key)).not.toHaveProperty("refresh");
    }
  });

  test("a refresh that is given back is tried again after a back-off", async () => {
    await cache.fulfil(await claimMiss(), 1, life);
    time = 1_500;
    const result = await cache.claim(key);
    if (result.kind === "hit" && result.refresh) cache.release(result.refresh);
    expect(await cache.claim(key)).not.toHaveProperty("refresh");
    time = 2_500;
    expect(await cache.claim(key)).toHaveProperty("refresh");
  });

  test("a value that an invalidation overtook is not kept", async () => {
    const claim = await claimMiss();
    await cache.invalidateTags([tag]);
    expect(await cache.fulfil(claim, 1, life)).toBe("invalidated");
    expect(await cache.get(key)).toBeUndefined();
  });

  test("nobody waits for one who produces since before a removal", async () => {
    await claimMiss();
    await cache.delete(key);
    expect(await cache.claim(key)).toMatchObject({ kind: "miss" });
    expect(cache.stats().coalesced).toBe(0);
  });

  test("a claim is good for one value", async () => {
    const claim = await claimMiss();
    await cache.fulfil(claim, 1, life);
    expect(await cache.fulfil(claim, 2, life)).toBe("expired");
    expect((await cache.get(key))?.value).toBe(1);
  });
});

describe("what is told", () => {
  test("hits, misses, loads and coalesced callers are counted and told by group", async () => {
    const told: string[] = [];
    for (const name of ["hit", "miss", "load", "coalesced", "stale"] as const) {
      cache.on(name, (event) => told.push(`${name} ${event.group}`));
    }
    await Promise.all([look(), look()]);
    await look();
    expect(told).toEqual(["coalesced report", "miss report", "load report", "hit report"]);
    expect(cache.stats()).toMatchObject({ hits: { memory: 1 }, misses: 1, loads: 1, coalesced: 1 });
  });

  test("a listener that throws breaks nothing, and is counted", async () => {
    const heard = vi.fn();
    cache.on("miss", () => {
      throw new Error("metrics are broken");
    });
    const remove = cache.on("miss", heard);
    expect(await look()).toMatchObject({ value: 1 });
    expect(heard).toHaveBeenCalledTimes(1);
    expect(cache.stats().listenerErrors).toBe(1);
    remove();
    await cache.get(defineKeys("other", 1)());
    expect(heard).toHaveBeenCalledTimes(1);
  });

  test("`explain` says why, without changing anything", async () => {
    expect(await cache.explain(key)).toEqual({ key, memory: { state: "missing" } });
    await look();
    time = 400;
    expect(await cache.explain(key)).toMatchObject({
      memory: { state: "fresh", ageMs: 400, freshForMs: 600, remainingMs: 60_600 },
    });
    await cache.invalidateTags([tag], { mode: "soft" });
    expect((await cache.explain(key)).memory).toMatchObject({
      state: "stale",
      tags: [{ tag: "report:7", verdict: "stale" }],
    });
    time = 61_000;
    expect((await cache.explain(key)).memory.state).toBe("expired");
    expect(loads).toBe(1);
  });

  test("what cannot be encoded reaches its callers, is not kept and is told", async () => {
    const refused = vi.fn();
    cache.on("refused", refused);
    const value = await cache.getOrLoad(key, strategy, () => new Set([1]));
    expect(value).toEqual(new Set([1]));
    expect(await cache.get(key)).toBeUndefined();
    expect(refused).toHaveBeenCalledWith({ group: "report", tier: "memory", reason: "codec" });
  });
});
