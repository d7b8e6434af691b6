import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createTieredCache } from "@/lib/cache";
import { createLastGood } from "@/lib/market/last-good";
import { type MarketOptions, openMarket } from "@/lib/market/market";
import { createRereading } from "@/lib/market/rereading";
import type { EntryListener, MarketSource, SourceCounts, SourceState } from "@/lib/market/source";
import { entry, VALUES } from "../support/market";

const NO_COUNTS: SourceCounts = {
  entries: 0,
  lost: 0,
  gaps: 0,
  replaced: 0,
  deleted: 0,
  clockJumps: 0,
  disconnects: 0,
  errors: 0,
};

/** A source that gives what the test says. */
function source(state: SourceState = "reading") {
  let listener: EntryListener = { restarted() {}, added() {}, interrupted() {} };
  const fake = {
    start: async (to: EntryListener) => {
      listener = to;
    },
    status: () => ({ state, contactAgeMs: 0, counts: NO_COUNTS }),
    reread: vi.fn(async () => {}),
    close: vi.fn(async () => {}),
    add: (id: string, price: number, ageMs = 0) => listener.added([entry(id, price, ageMs)]),
    interrupt: (isInterrupted: boolean) => listener.interrupted(isInterrupted),
  } satisfies MarketSource & Record<string, unknown>;
  return fake;
}

const cacheOf = () => {
  const cache = createTieredCache();
  onTestFinished(() => cache.close());
  return cache;
};

async function open(options: Partial<MarketOptions> = {}) {
  const market = await openMarket({
    redisUrl: undefined,
    cache: cacheOf(),
    staleMs: 60_000,
    ...options,
  });
  onTestFinished(() => market.close());
  return market;
}

describe("the summary", () => {
  test("of nothing is nulls under every name, stale, with no source", async () => {
    const { body, tag } = (await open({ source: source() })).summary();
    const nothing = Object.fromEntries(Object.keys(VALUES).map((name) => [name, null]));
    expect(JSON.parse(body)).toEqual({
      ...nothing,
      us_stock_indices: { DIA: null, SPY: null, QQQM: null },
      age_seconds: null,
      stale: true,
      interrupted: false,
      source: null,
      observed_at: null,
    });
    expect(tag).toMatch(/^W\/"[^"]+"$/);
  });

  test("of an entry has the names of the publisher, and the age beside them", async () => {
    const feed = source();
    const market = await open({ source: feed, now: () => Date.parse("2026-11-27T08:00:10Z") });
    feed.add("5-0", 91_234.5, 10_000);
    expect(JSON.parse(market.summary().body)).toEqual({
      ...VALUES,
      age_seconds: 10,
      stale: false,
      interrupted: false,
      source: "stream",
      observed_at: "2026-11-27T08:00:00.000Z",
    });
  });

  test("has one tag an entry, and another one when it has become stale", async () => {
    const feed = source();
    let time = 0;
    const market = await open({ source: feed, elapsed: () => time });
    const tags = [market.summary().tag];
    feed.add("5-0", 1);
    tags.push(market.summary().tag);
    time += 60_000;
    expect(market.summary().tag).toBe(tags.at(-1));
    time += 1;
    tags.push(market.summary().tag);
    feed.add("5-1", 1);
    tags.push(market.summary().tag);
    expect(new Set(tags).size).toBe(4);
  });
});

test("an interruption is in the summary and has a tag of its own, but is no snapshot to be kept", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const feed = source();
  const cache = cacheOf();
  const set = vi.spyOn(cache, "set");
  const market = await open({ source: feed, cache });
  feed.add("5-0", 1);
  const before = market.summary();
  feed.interrupt(true);
  vi.runOnlyPendingTimers();
  const during = market.summary();
  expect(JSON.parse(during.body)).toMatchObject({ btc_price_usd: 1, interrupted: true, stale: false });
  expect(during.tag).not.toBe(before.tag);
  feed.interrupt(false);
  expect(JSON.parse(market.summary().body)).toMatchObject({ btc_price_usd: 1, interrupted: false });
  expect(market.summary().tag).toBe(before.tag);
  await market.close();
  expect(set).toHaveBeenCalledTimes(1);
});

test("without Redis the market is simulated, and says so wherever it is asked", async () => {
  const market = await open();
  const body = JSON.parse(market.summary().body);
  expect(body).toMatchObject({ source: "simulated", stale: false, partial_failure: false });
  expect(body.btc_price_usd).toBeGreaterThan(0);
  expect(market.history("btc_price_usd", 50)).toMatchObject({ source: "simulated", field: "btc_price_usd" });
  expect(market.history("btc_price_usd", 50).points).toHaveLength(50);
  expect(market.status().source.state).toBe("simulated");
});

describe("the last good snapshot", () => {
  test("is what a fresh instance with a dead stream shows, with its true age", async () => {
    let time = 1_000_000;
    const elapsed = () => time;
    const cache = createTieredCache({ now: elapsed });
    onTestFinished(() => cache.close());
    const feed = source();
    const before = await open({ source: feed, cache, elapsed });
    feed.add("5-0", 7, 2_000);
    feed.add("6-0", 8, 2_000);
    await before.close();

    time += 90_000;
    const after = await open({ source: source("absent"), cache, elapsed });
    expect(JSON.parse(after.summary().body)).toMatchObject({
      btc_price_usd: 8,
      source: "cache",
      age_seconds: 92,
      stale: true,
    });
  });

  test("of a simulation is never kept", async () => {
    const cache = cacheOf();
    const set = vi.spyOn(cache, "set");
    const market = await open({ cache });
    await market.close();
    expect(set).not.toHaveBeenCalled();
  });

  test("that is none is not shown", async () => {
    for (const value of [null, 7, {}, { id: "1-0", ageMs: 1 }, { id: "x", snapshot: {}, ageMs: 1 }]) {
      const cache = {
        get: async (_key: string, validate: (found: unknown) => unknown) => ({ value: validate(value) }),
        set: async () => "stored",
      };
      const lastGood = createLastGood({ cache: cache as never, stream: "s", everyMs: 1, elapsed: () => 0 });
      expect(await lastGood.read()).toBeNull();
    }
  });

  test("is written at most once in a while, and the last one when it ends", async () => {
    const written: number[] = [];
    const cache = cacheOf();
    vi.spyOn(cache, "set").mockImplementation(async (_key, value) => {
      written.push((value as { snapshot: { btc_price_usd: number } }).snapshot.btc_price_usd);
      return "stored";
    });
    const feed = source();
    const market = await open({ source: feed, cache });
    for (let price = 1; price <= 1_000; price++) feed.add(`${price}-0`, price);
    await market.close();
    expect(written).toEqual([1, 1_000]);
  });
});

describe("rereading", () => {
  test("is shared by those who ask meanwhile, and by those who ask soon again", async () => {
    let time = 0;
    let finish = () => {};
    const reread = vi.fn(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    const ask = createRereading({ reread, elapsed: () => time });
    const all = Promise.all(Array.from({ length: 1_000 }, ask));
    time += 5_000;
    const late = ask();
    expect(reread).toHaveBeenCalledTimes(1);
    finish();
    await Promise.all([all, late]);
    const next = ask();
    expect(reread).toHaveBeenCalledTimes(2);
    finish();
    await next;
    await ask();
    expect(reread).toHaveBeenCalledTimes(2);
  });

  test("that fails is told to all who asked, and tried again", async () => {
    let time = 0;
    const reread = vi.fn(async () => {
      throw new Error("away");
    });
    const ask = createRereading({ reread, elapsed: () => time });
    await expect(ask()).rejects.toThrow("away");
    await expect(ask()).rejects.toThrow("away");
    time += 1_000;
    await expect(ask()).rejects.toThrow("away");
    expect(reread).toHaveBeenCalledTimes(2);
  });
});
