import { describe, expect, test } from "vitest";
import type { PageCacheOptions } from "@/lib/http/page-cache/options";
import { cachedSite, FRESH, gate, origin } from "../support/page-cache";

/** What a visitor gets who asks like this for an answer that is 20 s old and fresh for 40 s more. */
async function outcomeFor(headers: Record<string, string>, options: PageCacheOptions = {}) {
  const site = await cachedSite(origin(), options);
  await site.get();
  site.clock.ms = 20_000;
  return (await site.get("/", headers)).outcome;
}

const DEMANDS: readonly (readonly [Record<string, string>, string])[] = [
  [{ "cache-control": "no-cache" }, "MISS"],
  [{ "cache-control": "No-Cache" }, "MISS"],
  [{ "cache-control": "no-store" }, "MISS"],
  [{ "cache-control": "max-age=0" }, "MISS"],
  [{ "cache-control": "max-age=19" }, "MISS"],
  [{ "cache-control": "max-age=nonsense" }, "MISS"],
  [{ "cache-control": "max-age=20" }, "HIT"],
  [{ "cache-control": "max-age=21" }, "HIT"],
  [{ "cache-control": "min-fresh=40" }, "HIT"],
  [{ "cache-control": "min-fresh=41" }, "MISS"],
  [{ "cache-control": "max-stale" }, "HIT"],
  [{ "cache-control": "unknown=1" }, "HIT"],
  [{ "cache-control": "only-if-cached" }, "HIT"],
  [{ pragma: "no-cache" }, "MISS"],
  [{ pragma: "other" }, "HIT"],
  [{ pragma: "no-cache", "cache-control": "max-age=60" }, "HIT"],
];

describe("a visitor's demands", () => {
  test.each(DEMANDS)("%j: %s", async (headers, outcome) => {
    expect(await outcomeFor(headers)).toBe(outcome);
  });

  test.each(DEMANDS)("%j is a hit where the owner says so", async (headers) => {
    expect(await outcomeFor(headers, { obeysVisitors: false })).toBe("HIT");
  });

  test("do not reach the handler", async () => {
    const handler = origin();
    const site = await cachedSite(handler);
    await site.get("/", { "cache-control": "no-cache", pragma: "no-cache" });
    expect(Object.keys(handler.asked[0]?.headers ?? {})).toEqual(["host"]);
  });
});

describe("no-store", () => {
  const ask = { "cache-control": "no-store" };

  test("leaves nothing behind, and what is there as it is", async () => {
    const site = await cachedSite(origin());
    await site.get("/", ask);
    expect(site.cache.stats().entries).toBe(0);
    expect(await site.get()).toMatchObject({ outcome: "MISS", text: "answer 2" });
    expect(await site.get("/", ask)).toMatchObject({ outcome: "MISS", text: "answer 3" });
    expect(await site.get()).toMatchObject({ outcome: "HIT", text: "answer 2" });
  });

  test("is nobody else's answer", async () => {
    const slow = gate();
    const handler = origin(async () => {
      await slow.opened;
      return {};
    });
    const site = await cachedSite(handler);
    const visits = [site.get("/", ask), site.get("/", ask), site.get()];
    await expect.poll(() => handler.asked.length).toBe(3);
    slow.open();
    await Promise.all(visits);
  });

  test("says nothing where the owner does not listen", async () => {
    const site = await cachedSite(origin(), { obeysVisitors: false });
    await site.get("/", ask);
    expect((await site.get()).outcome).toBe("HIT");
  });
});

describe("only-if-cached", () => {
  const ask = { "cache-control": "only-if-cached" };

  test.each([true, false])("asks nobody (obeysVisitors: %s)", async (obeysVisitors) => {
    const handler = origin({ headers: FRESH });
    const site = await cachedSite(handler, { obeysVisitors, staleIfErrorMs: 60_000 });
    expect(await site.get("/", ask)).toMatchObject({ status: 504, text: "" });
    expect(site.cache.stats().failures).toBe(0);
    expect(handler.asked).toEqual([]);
    await site.get();
    expect(await site.get("/", ask)).toMatchObject({ status: 200, outcome: "HIT" });
    site.clock.ms = 60_000;
    expect((await site.get("/", ask)).status).toBe(504);
    expect(handler.asked).toHaveLength(1);
  });
});

test("a demand for a new answer makes one for all", async () => {
  const site = await cachedSite(origin());
  await site.get();
  expect((await site.get("/", { "cache-control": "no-cache" })).text).toBe("answer 2");
  expect(await site.get()).toMatchObject({ outcome: "HIT", text: "answer 2" });
});
