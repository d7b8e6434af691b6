import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import SiteCacheHandler from "@/lib/isr/cache-handler";
import type { IsrCache } from "@/lib/isr/isr-cache";
import { shareIsrCache } from "@/lib/isr/shared-isr-cache";

const KEY = `/route-cache/APP_PAGE/${"0".repeat(64)}/$/vi`;
const RESPONSE = { kind: "APP_PAGE", isFallback: false, isRoutePPREnabled: false } as never;
const NOW = new Date("2026-01-31T08:00:00.000Z");

const pages = {
  get: vi.fn<IsrCache["get"]>(),
  set: vi.fn<IsrCache["set"]>(),
  getFetch: vi.fn<IsrCache["getFetch"]>(),
  setFetch: vi.fn<IsrCache["setFetch"]>(),
  revalidateTags: vi.fn<IsrCache["revalidateTags"]>(),
  renderFailed: vi.fn<IsrCache["renderFailed"]>(),
};

const construct = () => new SiteCacheHandler({ revalidatedTags: [], _requestHeaders: {} });

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  vi.spyOn(console, "error").mockImplementation(() => {});
  shareIsrCache(pages);
});
afterEach(() => {
  shareIsrCache(undefined);
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const method of Object.values(pages)) method.mockReset();
});

test("before the site is started it keeps pages in memory and connects to nothing", async () => {
  shareIsrCache(undefined);
  const handler = construct();
  expect(await handler.get(KEY, RESPONSE)).toBeNull();
  const page = { kind: "APP_PAGE", html: "built", rscData: undefined, segmentData: undefined } as never;
  await handler.set(KEY, page, { cacheControl: { revalidate: false } } as never);
  expect((await construct().get(KEY, RESPONSE))?.value).toMatchObject({ kind: "APP_PAGE", html: "built" });
});

describe("an error in the cache", () => {
  test("is a miss for get, and does nothing in set", async () => {
    const fail = () => {
      throw new Error("broken");
    };
    pages.get.mockImplementation(fail);
    pages.getFetch.mockImplementation(fail);
    pages.set.mockImplementation(fail);
    expect(await construct().get(KEY, RESPONSE)).toBeNull();
    expect(await construct().get(KEY, { kind: "FETCH" } as never)).toBeNull();
    await construct().set(KEY, null, { cacheControl: { revalidate: 1 } } as never);
    expect(console.error).toHaveBeenCalledTimes(3);
  });

  test("a rejection is a miss too", async () => {
    pages.get.mockRejectedValue(new Error("broken"));
    expect(await construct().get(KEY, RESPONSE)).toBeNull();
  });
});

test("a page is brought by the handler that asked for it", async () => {
  const handler = construct();
  pages.get.mockResolvedValue(null);
  await handler.get(KEY, RESPONSE);
  const page = { kind: "APP_PAGE", html: "x" } as never;
  await handler.set(KEY, page, { cacheControl: { revalidate: 60, expire: 120 } } as never);
  expect(pages.get).toHaveBeenCalledWith(KEY, handler, expect.any(Function));
  // The very object: that it is the one `get` gave tells of a failed render.
  expect(pages.set.mock.calls[0]?.[1]).toBe(page);
  expect(pages.set).toHaveBeenCalledWith(KEY, page, { revalidate: 60, expire: 120 }, handler);
});

test("kinds that the site has not are neither read nor kept", async () => {
  expect(await construct().get(KEY, { kind: "IMAGE" } as never)).toBeNull();
  await construct().set(KEY, { kind: "IMAGE" } as never, { cacheControl: { revalidate: 1 } } as never);
  expect(pages.get).not.toHaveBeenCalled();
  expect(pages.set).not.toHaveBeenCalled();
});

describe("revalidateTag", () => {
  test.each([
    ["without durations", undefined, 0],
    ["expire 0", { expire: 0 }, 0],
    ["'max'", { expire: 31_536_000 }, 31_536_000],
    ["a profile without expiry", {}, Number.POSITIVE_INFINITY],
  ])("%s", async (_, durations, expire) => {
    await construct().revalidateTag("reports", durations);
    await construct().revalidateTag(["reports", "report:7"], durations);
    expect(pages.revalidateTags.mock.calls).toEqual([
      [["reports"], expire],
      [["reports", "report:7"], expire],
    ]);
  });
});

describe("a fetch", () => {
  const value = { kind: "FETCH" as const, data: { headers: {}, body: "", url: "" }, revalidate: 60 };
  const entry = { value, cacheControl: { revalidate: 60 }, lastModified: NOW.getTime() - 1_000 };

  test("has its age, which Next goes by", async () => {
    pages.getFetch.mockResolvedValue({ ...entry, isStale: false });
    const found = await construct().get("f", { kind: "FETCH", tags: ["a"], softTags: ["b"] } as never);
    expect(found).toMatchObject({ value, lastModified: entry.lastModified });
    expect(pages.getFetch).toHaveBeenCalledWith("f", ["a", "b"]);
  });

  test("that is stale for another reason is given an age beyond its revalidation", async () => {
    pages.getFetch.mockResolvedValue({ ...entry, isStale: true });
    const found = await construct().get("f", { kind: "FETCH", revalidate: 30 } as never);
    expect(found?.lastModified).toBe(NOW.getTime() - 31_000);
  });

  test("is kept for as long as it says, with its tags", async () => {
    await construct().set("f", value as never, { fetchCache: true, tags: ["a"] } as never);
    expect(pages.setFetch).toHaveBeenCalledWith("f", value, { revalidate: 60 }, ["a"]);
  });
});
