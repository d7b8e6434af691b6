import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { askWhole } from "@/lib/http/exchange";
import { AnswerStore } from "@/lib/http/page-cache/answer-store";
import { createPageCache } from "@/lib/http/page-cache/page-cache";
import { cachedSite, FRESH, origin } from "../support/page-cache";

const MIB = 1024 * 1024;

describe("the store", () => {
  test("never holds more than its bytes, whatever is put, asked for and grows", () => {
    const key = fc.integer({ min: 0, max: 30 }).map((at) => `key ${at}`);
    const bytes = fc.integer({ min: 1, max: 3_000 });
    const step = fc.oneof(
      fc.record({ do: fc.constant("put" as const), key, bytes, isNegative: fc.boolean() }),
      fc.record({ do: fc.constant("get" as const), key }),
      fc.record({ do: fc.constant("resize" as const), key, bytes }),
      fc.record({ do: fc.constant("delete" as const), key }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 64, max: 20_000 }),
        fc.array(step, { maxLength: 200 }),
        (maxBytes, steps) => {
          const store = new AnswerStore<{ bytes: number }>({ maxBytes });
          const known = new Map<string, { bytes: number }>();
          for (const each of steps) {
            if (each.do === "put") {
              const value = { bytes: each.bytes };
              known.set(each.key, value);
              store.put(each.key, value, each.isNegative);
            } else if (each.do === "get") {
              const found = store.get(each.key);
              if (found !== undefined) expect(found).toBe(known.get(each.key));
            } else if (each.do === "delete") {
              store.delete(each.key);
              known.delete(each.key);
            } else {
              const value = store.peek(each.key);
              if (value === undefined) continue;
              value.bytes = each.bytes;
              store.resized(each.key, value);
            }
            const kept = [...known].filter(([name, value]) => store.peek(name) === value);
            expect(store.size).toBe(kept.length);
            expect(store.bytes).toBe(kept.reduce((sum, [, value]) => sum + value.bytes, 0));
            expect(store.bytes).toBeLessThanOrEqual(maxBytes);
          }
        },
      ),
    );
  });

  test("keeps what is asked for again through a crawl over 100,000 others", () => {
    const store = new AnswerStore<{ bytes: number }>({ maxBytes: 10 * MIB });
    const hot = Array.from({ length: 50 }, (_, at) => `hot ${at}`);
    for (const key of hot) {
      store.put(key, { bytes: 100_000 }, false);
      store.get(key);
    }
    for (let at = 0; at < 100_000; at++) {
      const key = `old ${at}`;
      if (store.get(key) === undefined) store.put(key, { bytes: 100_000 }, false);
    }
    expect(hot.filter((key) => store.peek(key) === undefined)).toEqual([]);
    expect(store.evictions).toBeGreaterThan(99_000);
  });

  test("lets what is not asked for any more go for what is", () => {
    const store = new AnswerStore<{ bytes: number }>({ maxBytes: 10 * MIB });
    for (const generation of ["old", "new"]) {
      for (let at = 0; at < 100; at++) {
        store.put(`${generation} ${at}`, { bytes: 100_000 }, false);
        store.get(`${generation} ${at}`);
      }
    }
    const left = (generation: string) =>
      Array.from({ length: 100 }, (_, at) => store.peek(`${generation} ${at}`)).filter(Boolean).length;
    expect(left("new")).toBeGreaterThan(60);
    expect(left("old")).toBeLessThan(40);
  });

  test("puts what has to go for others on probation, where a request finds it", () => {
    const store = new AnswerStore<{ bytes: number }>({ maxBytes: 10 * MIB });
    const admit = (key: string) => {
      store.put(key, { bytes: MIB }, false);
      store.get(key);
    };
    // More than is protected, by one.
    const keys = Array.from({ length: 8 }, (_, at) => `page ${at}`);
    for (const key of keys) admit(key);
    expect([store.isHot("page 0"), store.isHot("page 1")]).toEqual([false, true]);
    expect(keys.filter((key) => store.peek(key) === undefined)).toEqual([]);
    expect(store.evictions).toBe(0);
  });

  test("gives answers that something is not there no page's place", () => {
    const store = new AnswerStore<{ bytes: number }>({ maxBytes: 10 * MIB });
    const pages = Array.from({ length: 20 }, (_, at) => `page ${at}`);
    for (const key of pages) store.put(key, { bytes: 100_000 }, false);
    for (let at = 0; at < 10_000; at++) {
      store.put(`none ${at}`, { bytes: 10_000 }, true);
      store.get(`none ${at}`);
    }
    expect(pages.filter((key) => store.peek(key) === undefined)).toEqual([]);
  });
});

describe("the cache", () => {
  test("keeps all codings within its bytes, and hot pages through a crawl", async () => {
    const maxBytes = MIB;
    const headers = { ...FRESH, "content-type": "text/html" };
    const handler = origin(({ url }) => ({ headers, body: `<p>page at ${url}</p>`.repeat(500) }));
    const cache = createPageCache({ maxBytes, now: () => 0 })(handler);
    const ask = (target: string) =>
      askWhole(cache, { target, headers: { host: "a", "accept-encoding": "br" } });
    const hot = ["/", "/1", "/2"];
    for (const target of [...hot, ...hot]) await ask(target);
    for (let at = 0; at < 600; at++) {
      await ask(`/old/${at}`);
      expect(cache.stats().bytes).toBeLessThanOrEqual(maxBytes);
    }
    const before = handler.asked.length;
    for (const target of hot) await ask(target);
    expect(handler.asked.length).toBe(before);
    expect(cache.stats().evictions).toBeGreaterThan(500);
    expect(cache.stats().maxBytes).toBe(maxBytes);
  });

  test("counts what is compressed later", async () => {
    const body = Array.from({ length: 5_000 }, (_, at) => String(at * 7_919)).join(" ");
    const site = await cachedSite(origin({ headers: { ...FRESH, "content-type": "text/plain" }, body }));
    await site.get();
    await expect.poll(() => site.cache.stats().bytes).toBeGreaterThan(1.5 * body.length);
  });

  test("keeps a variant that is not there out of the way of the page", async () => {
    const handler = origin(({ headers }) => ({
      status: headers["x-part"] ? 404 : 200,
      headers: { ...FRESH, vary: "x-part" },
      body: "x".repeat(3_000),
    }));
    // What is not there has a 64th: less than the page takes.
    const site = await cachedSite(handler, { maxBytes: 150_000 });
    await site.get();
    await site.get("/", { "x-part": "none" });
    expect((await site.get()).outcome).toBe("HIT");
  });

  test("keeps a page that nobody asks for through many made-up variants that are not there", async () => {
    const handler = origin(({ headers }) => ({
      status: headers["x-part"] ? 404 : 200,
      headers: { ...FRESH, vary: "x-part" },
    }));
    const site = await cachedSite(handler);
    await site.get();
    for (let part = 0; part < 50; part++) await site.get("/", { "x-part": `made up ${part}` });
    expect((await site.get()).outcome).toBe("HIT");
  });

  test("makes no entries of what does not matter about a target", async () => {
    const handler = origin();
    const canonicalTarget = (target: string) => {
      const { pathname, searchParams } = new URL(target, "http://a");
      const page = searchParams.get("page");
      return page === null ? pathname : `${pathname}?page=${page}`;
    };
    const site = await cachedSite(handler, { canonicalTarget });
    for (const path of ["/list", "/list?utm=1", "/list?a=1&b=2", "/list?page=2", "/list?x&page=2&y"]) {
      await site.get(path);
    }
    expect(handler.asked.map(({ url }) => url)).toEqual(["/list", "/list?page=2"]);
    expect(site.cache.stats().entries).toBe(2);
  });

  test("has one entry whatever host is asked for, where there is one host", async () => {
    const handler = origin();
    const site = await cachedSite(handler, { host: "site.example" });
    for (const host of ["a", "b", "site.example"]) await site.get("/", { host });
    expect(handler.asked).toMatchObject([{ headers: { host: "site.example" } }]);
  });

  test("keeps hosts apart where there are several", async () => {
    const handler = origin(({ headers }) => ({ body: headers.host ?? "" }));
    const site = await cachedSite(handler);
    for (const host of ["a", "b", "a", "b"]) expect((await site.get("/", { host })).text).toBe(host);
    expect(handler.asked).toHaveLength(2);
  });
});

describe("find", () => {
  test("has at once what was handled before, counts it, and asks nobody", async () => {
    const handler = origin();
    const site = await cachedSite(handler);
    const request = {
      method: "GET",
      url: "/",
      headers: { host: `127.0.0.1:${site.port}` },
      socket: { remoteAddress: "::1" },
    };
    expect(site.cache.find(request)).toBeUndefined();
    await site.get();
    site.clock.ms = 5_000;
    expect(site.cache.find(request)).toMatchObject({ outcome: "HIT", ageMs: 5_000 });
    expect(site.cache.find({ ...request, url: "/other" })).toBeUndefined();
    expect(
      site.cache.find({ ...request, headers: { ...request.headers, "cache-control": "no-cache" } }),
    ).toBeUndefined();
    site.clock.ms = 60_000;
    expect(site.cache.find(request)).toBeUndefined();
    expect(handler.asked).toHaveLength(1);
    expect(site.cache.stats().outcomes).toEqual({ HIT: 1, STALE: 0, REVALIDATED: 0, MISS: 1 });
  });
});

test("what is counted is what happened", async () => {
  const handler = origin((_asked, call) =>
    call === 2
      ? { status: 304, headers: {}, body: "" }
      : call < 4
        ? {
            headers: {
              "cache-control": "max-age=60, stale-if-error=60, stale-while-revalidate=10",
              etag: '"one"',
            },
          }
        : { status: 500, headers: {} },
  );
  const site = await cachedSite(handler);
  const outcomes: unknown[] = [];
  for (const ms of [0, 1, 75_000, 75_001, 140_000, 140_001, 300_000]) {
    site.clock.ms = ms;
    const { status, outcome, headers } = await site.get();
    expect(headers["server-timing"]).toMatch(
      new RegExp(`^cache;desc=${outcome}(, handler;dur=\\d+\\.\\d)?$`),
    );
    outcomes.push([status, outcome]);
    await site.settled();
  }
  expect(outcomes).toEqual([
    [200, "MISS"],
    [200, "HIT"],
    [200, "REVALIDATED"],
    [200, "HIT"],
    [200, "STALE"],
    [200, "HIT"],
    [500, "MISS"],
  ]);
  expect(site.cache.stats()).toMatchObject({
    outcomes: { MISS: 1, HIT: 3, REVALIDATED: 1, STALE: 1 },
    failures: 1,
  });
});
