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
    pages.set.mockImplementation(fail);
    expect(await construct().get(KEY, RESPONSE)).toBeNull();
    await construct().set(KEY, null, { cacheControl: { revalidate: 1 } } as never);
    expect(console.error).toHaveBeenCalledTimes(2);
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

test.each(["IMAGE", "FETCH"])("what the site has not, %s, is neither read nor kept", async (kind) => {
  expect(await construct().get(KEY, { kind } as never)).toBeNull();
  await construct().set(KEY, { kind } as never, { cacheControl: { revalidate: 1 } } as never);
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
