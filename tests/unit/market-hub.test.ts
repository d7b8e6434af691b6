import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createHub, type HubListener, type MarketHub } from "@/lib/market/hub";
import { decodeValues } from "@/lib/market/snapshot";
import { asJson, entry, flattened, streamId, VALUES } from "../support/market";

const WALL = Date.parse("2026-11-27T08:00:00Z");
const STALE_MS = 60_000;
const INTERRUPTED_AFTER_MS = 800;

let time: number;
let hub: MarketHub;
let told: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  time = 1_000;
  told = [];
  hub = createHub({
    origin: "stream",
    staleMs: STALE_MS,
    historyEntries: 5,
    interruptedAfterMs: INTERRUPTED_AFTER_MS,
    now: () => WALL + time,
    elapsed: () => time,
  });
  const listener: HubListener = (change) => told.push(change);
  hub.subscribe(listener);
});

afterEach(() => {
  vi.useRealTimers();
});

const prices = () => hub.series("btc_price_usd", 100).map(([, value]) => value);

test("nothing received is unknown and stale, and no price", () => {
  expect(hub.state()).toEqual({
    age_seconds: null,
    stale: true,
    interrupted: false,
    source: null,
    observed_at: null,
  });
  expect(hub.status()).toMatchObject({ ageMs: null, stale: true, origin: null, lastId: null, lagMs: null });
  expect(prices()).toEqual([]);
});

test("a snapshot grows old by the clock that nobody sets, and is stale beyond the limit, but not gone", () => {
  hub.added([entry("1-0", 10, 2_500)]);
  expect(hub.state()).toEqual({
    age_seconds: 2,
    stale: false,
    interrupted: false,
    source: "stream",
    observed_at: "2026-11-27T07:59:58.500Z",
  });
  time += STALE_MS - 2_500;
  expect(hub.state()).toMatchObject({ age_seconds: 60, stale: false });
  time += 1;
  expect(hub.state()).toMatchObject({ stale: true, source: "stream" });
  expect(hub.status()).toMatchObject({ ageMs: STALE_MS + 1, stale: true, lagMs: 2_500 });
  expect(prices()).toEqual([10]);
});

test("subscribers are told once a batch, and not of entries that were none", () => {
  hub.restarted([entry("1-0", 10), entry("2-0", 11)]);
  hub.added([entry("3-0", 12), entry("4-0", 13)]);
  hub.added([{ id: streamId("5-0"), fields: ["data", "{"], ageMs: 0 }]);
  expect(told).toEqual(["restarted", "added"]);
  expect(hub.history.latest?.id).toBe("4-0");
});

test("a subscriber that went is told nothing", () => {
  let calls = 0;
  const end = hub.subscribe(() => calls++);
  end();
  hub.added([entry("1-0", 10)]);
  expect(calls).toBe(0);
});

test("the history holds the last snapshots, and no more", () => {
  hub.added(Array.from({ length: 1_000 }, (_, index) => entry(`${index + 1}-0`, index + 1)));
  expect(prices()).toEqual([996, 997, 998, 999, 1_000]);
  expect(hub.status()).toMatchObject({ historyEntries: 5, snapshots: 1_000 });
});

test("what is unknown is no point of a series", () => {
  const unknown = { ...entry("2-0", 0), fields: flattened({ ...VALUES, btc_price_usd: 0 }) };
  hub.added([entry("1-0", 10), unknown, entry("3-0", 12)]);
  expect(prices()).toEqual([10, 12]);
});

test("the time of a series never runs backwards, whatever the ages are", () => {
  hub.added([entry("1-0", 10, 0), entry("2-0", 11, 9_000), entry("3-0", 12, 0)]);
  const times = hub.series("btc_price_usd", 100).map(([at]) => at);
  expect(times).toEqual([...times].sort((one, other) => one - other));
});

test("each rejection is counted by part and reason", () => {
  hub.added([
    { ...entry("1-0", 1), fields: asJson({ ...VALUES, fng_value: 300, btc_price_usd: 0 }) },
    { ...entry("2-0", 1), fields: asJson({ ...VALUES, fng_value: 300 }) },
    { ...entry("3-0", 1), fields: ["data", "["] },
  ]);
  expect(hub.status().rejections).toEqual([
    { part: "btc_price_usd", reason: "not-positive", count: 1 },
    { part: "fng_value", reason: "out-of-range", count: 2 },
    { part: "entry", reason: "malformed", count: 1 },
  ]);
  expect(hub.status().snapshots).toBe(2);
});

describe("a stream that begins anew", () => {
  test("replaces the history", () => {
    hub.restarted([entry("10-0", 10), entry("11-0", 11)]);
    hub.restarted([entry("1-0", 1)]);
    expect(prices()).toEqual([1]);
    expect(hub.history.latest?.id).toBe("1-0");
  });

  test.each([
    ["is empty", []],
    ["holds nothing that can be read", [{ id: streamId("1-0"), fields: ["data", "?"], ageMs: 0 }]],
  ])("and %s takes nothing away", (_name, entries) => {
    hub.restarted([entry("10-0", 10, 30_000)]);
    hub.restarted(entries);
    expect(hub.state()).toMatchObject({ age_seconds: 30, source: "stream" });
    expect(prices()).toEqual([10]);
  });
});

describe("an interruption", () => {
  test("is told when it has lasted a moment, and its end at once; what is shown stays", () => {
    hub.added([entry("1-0", 10)]);
    hub.interrupted(true);
    vi.advanceTimersByTime(INTERRUPTED_AFTER_MS - 1);
    expect([hub.state().interrupted, told]).toEqual([false, ["added"]]);
    vi.advanceTimersByTime(1);
    expect(hub.state()).toMatchObject({ interrupted: true, stale: false, age_seconds: 0, source: "stream" });
    expect([prices(), told]).toEqual([[10], ["added", "interruption"]]);
    hub.interrupted(false);
    expect([hub.state().interrupted, told]).toEqual([false, ["added", "interruption", "interruption"]]);
  });

  test("that is over within that moment is told to nobody, however often it comes", () => {
    for (let count = 0; count < 10; count++) {
      hub.interrupted(true);
      vi.advanceTimersByTime(INTERRUPTED_AFTER_MS - 1);
      hub.interrupted(false);
    }
    vi.advanceTimersByTime(10 * INTERRUPTED_AFTER_MS);
    expect([hub.state().interrupted, told]).toEqual([false, []]);
  });

  test("before anything was received is told as well", () => {
    hub.interrupted(true);
    vi.advanceTimersByTime(INTERRUPTED_AFTER_MS);
    expect(hub.state()).toMatchObject({ age_seconds: null, stale: true, interrupted: true });
    expect(told).toEqual(["interruption"]);
  });
});

describe("what was kept", () => {
  const kept = { id: streamId("5-0"), snapshot: decodeValues(VALUES, () => {}), ageMs: 3 * 3_600_000 };

  test("is shown with its true age, as stale, and by its origin", () => {
    hub.restore(kept);
    expect(hub.state()).toMatchObject({ age_seconds: 3 * 3_600, stale: true, source: "cache" });
    expect(hub.history.latest?.snapshot).toEqual(VALUES);
  });

  test("gives way to what the stream has, and never replaces it", () => {
    hub.restore(kept);
    hub.added([entry("6-0", 7)]);
    expect(hub.state()).toMatchObject({ age_seconds: 0, stale: false, source: "stream" });
    hub.restore(kept);
    expect(hub.history.latest?.id).toBe("6-0");
  });
});
