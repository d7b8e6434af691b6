import { describe, expect, test } from "vitest";
import { cachedSite, FRESH, origin } from "../support/page-cache";

const agoS = (seconds: number) => new Date(Date.now() - seconds * 1_000).toUTCString();

test("an answer is fresh until its last millisecond, and says how old it is", async () => {
  const handler = origin();
  const site = await cachedSite(handler);
  const ages: unknown[] = [];
  for (const ms of [0, 999, 1_000, 59_999]) {
    site.clock.ms = ms;
    const { headers, outcome, text } = await site.get();
    ages.push([outcome, headers.age, text]);
  }
  expect(ages).toEqual([
    ["MISS", undefined, "answer 1"],
    ["HIT", "0", "answer 1"],
    ["HIT", "1", "answer 1"],
    ["HIT", "59", "answer 1"],
  ]);
  site.clock.ms = 60_000;
  await site.get();
  expect(handler.asked).toHaveLength(2);
});

test("the time that the handler takes counts", async () => {
  const site = await cachedSite(
    origin(() => {
      site.clock.ms += 10_000;
      return {};
    }),
  );
  await site.get();
  expect((await site.get()).headers.age).toBe("10");
});

test("time spent in a cache before this one counts once", async () => {
  const site = await cachedSite(
    origin(() => {
      site.clock.ms += 5_000;
      return { headers: { ...FRESH, age: "30" } };
    }),
  );
  expect((await site.get()).headers.age).toBe("30");
  expect((await site.get()).headers.age).toBe("35");
  site.clock.ms = 30_000;
  expect((await site.get()).outcome).toBe("MISS");
});

test("a Date that is past is an age", async () => {
  const site = await cachedSite(origin({ headers: { ...FRESH, date: agoS(40) } }));
  await site.get();
  expect(Number((await site.get()).headers.age)).toBeGreaterThanOrEqual(40);
  site.clock.ms = 20_000;
  expect((await site.get()).outcome).not.toBe("HIT");
});

describe("an age is never negative, whatever the handler says", () => {
  test.each<[string, Record<string, string | string[]>]>([
    ["a date to come", { date: agoS(-3_600) }],
    ["no date", { date: "yesterday" }],
    ["a negative age", { age: "-5" }],
    ["no age", { age: "old" }],
    ["an empty age", { age: "" }],
  ])("%s", async (_what, headers) => {
    const site = await cachedSite(origin({ headers: { ...FRESH, ...headers } }));
    await site.get();
    site.clock.ms = 2_000;
    expect((await site.get()).headers.age).toBe("2");
  });

  test("an age beyond all counting is not fresh", async () => {
    const handler = origin({ headers: { ...FRESH, age: "9".repeat(400) } });
    const site = await cachedSite(handler);
    await site.get();
    expect((await site.get()).outcome).toBe("MISS");
  });
});

test.each<[string, string, number]>([
  ["s-maxage before max-age", "max-age=10, s-maxage=100", 100],
  ["s-maxage before a longer max-age", "max-age=100, s-maxage=10", 10],
  ["max-age before Expires", "max-age=10", 10],
])("%s", async (_what, cacheControl, seconds) => {
  const headers = { "cache-control": cacheControl, expires: agoS(-1_000) };
  const site = await cachedSite(origin({ headers }));
  await site.get();
  site.clock.ms = seconds * 1_000 - 1;
  expect((await site.get()).outcome).toBe("HIT");
  site.clock.ms += 1;
  expect((await site.get()).outcome).toBe("MISS");
});

test("Expires counts from Date, not from this clock", async () => {
  const headers = { date: agoS(0), expires: agoS(-30) };
  const site = await cachedSite(origin({ headers }));
  await site.get();
  site.clock.ms = 25_000;
  expect((await site.get()).outcome).toBe("HIT");
  site.clock.ms = 30_000;
  expect((await site.get()).outcome).toBe("MISS");
});

test("what a handler says for visitors reaches them, the age of its own answer does not come twice", async () => {
  const headers = { ...FRESH, age: "7", expires: agoS(-60), "x-powered-by": "handler" };
  const site = await cachedSite(origin({ headers }));
  await site.get();
  const { headers: sent, rawHeaders } = await site.get();
  expect(sent).toMatchObject({ "cache-control": "max-age=60", expires: headers.expires, age: "7" });
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  expect(names).toHaveLength(new Set(names).size);
});
