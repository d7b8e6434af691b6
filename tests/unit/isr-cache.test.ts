import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type CacheKey, createTieredCache, type TieredCache } from "@/lib/cache";
import type { BuildSeed } from "@/lib/isr/build-seed";
import { createIsrCache, type IsrCache } from "@/lib/isr/isr-cache";
import type { NextValue } from "@/lib/isr/next-values";
import { pageTag } from "@/lib/isr/tags";

const SECOND = 1_000;
const KEY = `/route-cache/APP_PAGE/${"0".repeat(64)}/$/vi/crypto_report/7`;
const CONTROL = { revalidate: 300, expire: 31_536_000 };
const NEVER = Number.NEGATIVE_INFINITY;
/** Two requests, each with a handler of its own. */
const [one, two] = [{}, {}];

let elapsed = 0;
let outdatedReadAt = NEVER;
let cache: TieredCache;
let pages: IsrCache;

/** Milliseconds since 1970, as far from the other clock as in life. */
const wallClock = () => 1_800_000_000_000 + elapsed;

beforeEach(() => {
  elapsed = 1_000_000;
  outdatedReadAt = NEVER;
  cache = createTieredCache({ now: () => elapsed });
  pages = createPages("build-1");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await cache.close();
});

function createPages(namespace: string): IsrCache {
  return createIsrCache({
    cache,
    namespace,
    tagsOf: (path) => (path.startsWith("/_") ? [] : ["reports"]),
    outdatedReadAt: () => outdatedReadAt,
    now: wallClock,
    elapsed: () => elapsed,
  });
}

function page(html: string, tags = "_N_T_/layout,_N_T_/vi/crypto_report/7"): NonNullable<NextValue> {
  return {
    kind: "APP_PAGE",
    html,
    rscData: Buffer.from(`rsc of ${html}`),
    headers: { "x-next-cache-tags": tags, "x-nextjs-stale-time": "300" },
    segmentData: new Map([["/_tree", Buffer.from("tree")]]),
  };
}

/** A cold request: Next asks, renders and brings. */
async function render(value: NextValue, { key = KEY, control = CONTROL } = {}): Promise<void> {
  const owner = {};
  expect(await pages.get(key, owner)).toBeNull();
  pages.set(key, value, control, owner);
}

/** What the page is kept under. */
async function cacheKeyOf(key: string): Promise<CacheKey> {
  const claim = vi.spyOn(cache, "claim");
  await pages.get(key, {});
  const [used] = claim.mock.calls[0] ?? [];
  claim.mockRestore();
  if (used === undefined) throw new Error(`${key} was not looked up`);
  return used;
}

describe("a page in the cache", () => {
  test("comes back whole, with the cache control it was stored with, as young as can be", async () => {
    await render(page("first"));
    elapsed += 100 * SECOND;
    expect(await pages.get(KEY, one)).toEqual({
      value: page("first"),
      cacheControl: CONTROL,
      lastModified: wallClock(),
    });
  });

  test("is a copy of its own for each request: Next takes headers away from what it gets", async () => {
    await render(page("first"));
    const entry = await pages.get(KEY, one);
    if (entry?.value && "headers" in entry.value) entry.value.headers = {};
    expect((await pages.get(KEY, two))?.value).toEqual(page("first"));
  });

  test("of another deployment is none", async () => {
    await render(page("first"));
    expect(await createPages("build-2").get(KEY, one)).toBeNull();
  });

  test("of a shape that is not Next's is deleted, and rendered anew", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const strange = { value: { kind: "APP_PAGE", html: 5 } };
    await cache.set(await cacheKeyOf(KEY), strange, { ttlMs: 60_000, graceMs: 0 });
    expect(await pages.get(KEY, one)).toBeNull();
    pages.set(KEY, page("second"), CONTROL, one);
    expect((await pages.get(KEY, two))?.value).toEqual(page("second"));
  });
});

describe("a page that is due", () => {
  test("is stale for one request and fresh for those that come while that one renders", async () => {
    await render(page("first"));
    elapsed += 301 * SECOND;

    const stale = await pages.get(KEY, one);
    expect(stale?.value).toEqual(page("first"));
    // Beyond its revalidation, not beyond its expiry: served, and rendered anew in the background.
    const ageS = (wallClock() - (stale?.lastModified ?? 0)) / SECOND;
    expect(ageS).toBeGreaterThan(Number(stale?.cacheControl.revalidate));
    expect(ageS).toBeLessThan(Number(stale?.cacheControl.expire));
    pages.set(KEY, page("second"), CONTROL, one);

    expect(await pages.get(KEY, two)).toMatchObject({
      value: page("second"),
      cacheControl: CONTROL,
      lastModified: wallClock(),
    });
  });

  test("whose render fails stays as it was: the old one that Next sets again is not kept", async () => {
    await render(page("first"));
    elapsed += 301 * SECOND;
    const stale = await pages.get(KEY, one);
    // What Next does after a failed render: the very value that it got, for some seconds more.
    pages.set(KEY, stale?.value ?? null, { revalidate: 3, expire: 31_536_000 }, one);

    // Due again after a pause.
    elapsed += 2 * SECOND;
    const again = await pages.get(KEY, two);
    expect(again?.value).toEqual(page("first"));
    expect(again?.lastModified).toBeLessThan(wallClock());
  });

  test("is served for a day while no render succeeds, and no longer", async () => {
    await render(page("first"));
    elapsed += CONTROL.revalidate * SECOND + 24 * 3_600 * SECOND - 1;
    expect((await pages.get(KEY, one))?.value).toEqual(page("first"));
    elapsed += 1;
    expect(await pages.get(KEY, two)).toBeNull();
  });

  test("whose render fails does not outlive an invalidation made meanwhile", async () => {
    await render(page("first"));
    elapsed += 301 * SECOND;
    const stale = await pages.get(KEY, one);
    await pages.revalidateTags(["reports"], 0);
    pages.set(KEY, stale?.value ?? null, { revalidate: 3 }, one);
    expect(await pages.get(KEY, two)).toBeNull();
  });
});

describe("revalidateTag", () => {
  test.each([
    ["a tag of the site", "reports"],
    ["a tag that Next gave the page", "_N_T_/vi/crypto_report/7"],
  ])("with expire 0, of %s: gone now", async (_, tag) => {
    await render(page("first"));
    await pages.revalidateTags([tag], 0);
    expect(await pages.get(KEY, one)).toBeNull();
  });

  test("of several tags at once reaches each of them", async () => {
    await render(page("first"));
    await pages.revalidateTags(["other", "reports"], 0);
    expect(await pages.get(KEY, one)).toBeNull();
  });

  test("with 'max': stale for one request, and then the new page", async () => {
    await render(page("first"));
    await pages.revalidateTags(["reports"], 365 * 24 * 3_600);
    const stale = await pages.get(KEY, one);
    expect(stale?.value).toEqual(page("first"));
    expect(stale?.lastModified).toBeLessThan(wallClock());
    pages.set(KEY, page("second"), CONTROL, one);
    expect((await pages.get(KEY, two))?.value).toEqual(page("second"));
  });

  test("with a number of seconds: stale until then, gone after", async () => {
    await render(page("first"));
    await pages.revalidateTags(["reports"], 60);
    elapsed += 59 * SECOND;
    expect((await pages.get(KEY, one))?.value).toEqual(page("first"));
    elapsed += 1 * SECOND;
    expect(await pages.get(KEY, two)).toBeNull();
  });

  test("with 'max' reaches data of that name at once: a new page is made of new data", async () => {
    const invalidate = vi.spyOn(cache, "invalidateTags");
    await pages.revalidateTags(["report:7", "_N_T_/vi"], Number.POSITIVE_INFINITY);
    expect(invalidate.mock.calls).toEqual([
      [["report:7"]],
      [[pageTag("report:7"), pageTag("_N_T_/vi")], { mode: "soft" }],
    ]);
  });

  test("while a page is rendered: what that render brings is not served", async () => {
    expect(await pages.get(KEY, one)).toBeNull();
    await pages.revalidateTags(["reports"], 0);
    pages.set(KEY, page("of before"), CONTROL, one);
    expect(await pages.get(KEY, two)).toBeNull();
  });
});

test("a page is claimed with the tags of its data: none invalidated before goes into it", async () => {
  const claim = vi.spyOn(cache, "claim");
  await pages.get(KEY, one);
  expect(claim.mock.calls[0]?.[1]).toEqual({ tags: [pageTag("reports"), "reports"] });
});

describe("what is no success", () => {
  const missing: NextValue = { kind: "APP_ROUTE", status: 404, body: Buffer.alloc(0), headers: {} };

  test.each([
    ["a route that answers 404, for ever as Next has it", missing, { revalidate: false as const }],
    ["a page that answers 404", { ...page("missing"), status: 404 }, CONTROL],
    ["null", null, CONTROL],
  ])("%s: is kept for 30 s and never served stale", async (_, value, control) => {
    await render(value, { control: control as typeof CONTROL });
    elapsed += 29 * SECOND;
    expect(await pages.get(KEY, one)).toMatchObject({ value, cacheControl: { revalidate: 30 } });
    elapsed += 2 * SECOND;
    expect(await pages.get(KEY, two)).toBeNull();
  });

  test("null that was invalidated softly is rendered anew before it is served", async () => {
    await render(null);
    await pages.revalidateTags(["reports"], Number.POSITIVE_INFINITY);
    expect(await pages.get(KEY, one)).toBeNull();
  });
});

describe("what is not kept", () => {
  test("a page that nobody asked for, or that another request asked for", async () => {
    pages.set(KEY, page("unasked"), CONTROL, one);
    expect(await pages.get(KEY, one)).toBeNull();
    pages.set(KEY, page("of another"), CONTROL, two);
    expect(await pages.get(KEY, two)).toBeNull();
  });

  test("a page that turned out to be dynamic", async () => {
    await render(page("dynamic"), { control: { revalidate: 0, expire: 0 } });
    expect(await pages.get(KEY, one)).toBeNull();
  });

  test("for long: a page that was made of outdated data", async () => {
    expect(await pages.get(KEY, one)).toBeNull();
    outdatedReadAt = elapsed;
    pages.set(KEY, page("outdated"), CONTROL, one);
    elapsed += 6 * SECOND;
    expect((await pages.get(KEY, two))?.lastModified).toBeLessThan(wallClock());
  });
});

describe("a render that brings nothing", () => {
  test("is over when Next asks for the page again: that request renders, without a wait", async () => {
    expect(await pages.get(KEY, one)).toBeNull();
    expect(await pages.get(KEY, two)).toBeNull();
    pages.set(KEY, page("late"), CONTROL, one);
    pages.set(KEY, page("second"), CONTROL, two);
    expect((await pages.get(KEY, {}))?.value).toEqual(page("second"));
  });

  test("gives its claim back after a minute, when another page is asked for", async () => {
    const release = vi.spyOn(cache, "release");
    expect(await pages.get(KEY, one)).toBeNull();
    elapsed += 61 * SECOND;
    await pages.get(`${KEY}0`, two);
    expect(release).toHaveBeenCalledTimes(1);
  });

  test("gives its claim back as soon as its failure is told", async () => {
    const release = vi.spyOn(cache, "release");
    expect(await pages.get(KEY, one)).toBeNull();
    pages.renderFailed("/vi/crypto_report/70", elapsed);
    expect(release).not.toHaveBeenCalled();
    pages.renderFailed("/vi/crypto_report/7", elapsed);
    expect(release).toHaveBeenCalledTimes(1);
  });

  test("keeps its claim when the failure of an earlier one is told late", async () => {
    expect(await pages.get(KEY, one)).toBeNull();
    const failedAt = elapsed;
    elapsed += SECOND;
    expect(await pages.get(KEY, two)).toBeNull();
    pages.renderFailed("/vi/crypto_report/7", failedAt);
    pages.set(KEY, page("second"), CONTROL, two);
    expect((await pages.get(KEY, {}))?.value).toEqual(page("second"));
  });
});

describe("what the build rendered", () => {
  const BUILT = KEY.replace("/vi/crypto_report/7", "/_not-found");
  const built: BuildSeed = { value: page("built", ""), cacheControl: { revalidate: false } };
  const read = vi.fn(async (): Promise<BuildSeed | null> => built);
  beforeEach(() => read.mockClear());

  test("is served instead of a first render", async () => {
    expect(await pages.get(BUILT, one, read)).toMatchObject({
      value: built.value,
      lastModified: wallClock(),
    });
    expect((await pages.get(BUILT, two, read))?.value).toEqual(built.value);
    expect(read).toHaveBeenCalledTimes(1);
  });

  test("never comes back, even when what came after it is gone", async () => {
    await pages.get(BUILT, one, read);
    await cache.delete(await cacheKeyOf(BUILT));
    expect(await pages.get(BUILT, two, read)).toBeNull();
  });

  test("with an age is served, and rendered anew at once", async () => {
    read.mockResolvedValueOnce({ value: page("built", ""), cacheControl: { revalidate: 60 } });
    expect((await pages.get(BUILT, one, read))?.lastModified).toBeLessThan(wallClock());
    pages.set(BUILT, page("rendered", ""), CONTROL, one);
    expect((await pages.get(BUILT, two, read))?.value).toEqual(page("rendered", ""));
  });

  test("of reports is not taken: they may have changed since", async () => {
    expect(await pages.get(KEY, one, read)).toBeNull();
    expect(read).not.toHaveBeenCalled();
  });
});
