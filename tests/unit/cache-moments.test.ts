import { describe, expect, test } from "vitest";
import { createTieredCache } from "@/lib/cache";
import { reportTag } from "../support/cache";

describe("what was made of tagged values and is kept elsewhere", () => {
  test("is valid until one of its tags is invalidated", async () => {
    const cache = createTieredCache();
    const before = cache.moment();
    await cache.invalidateTags([reportTag(8)]);
    expect(cache.since(before, [reportTag(7)])).toBe("valid");
    await cache.invalidateTags([reportTag(7)]);
    expect(cache.since(before, [reportTag(7)])).toBe("invalid");
    expect(cache.since(cache.moment(), [reportTag(7)])).toBe("valid");
  });

  test("is stale after a soft invalidation, and invalid when its time is over", async () => {
    let now = 0;
    const cache = createTieredCache({ now: () => now });
    const before = cache.moment();
    await cache.invalidateTags([reportTag(7)], { mode: "soft", hardAfterMs: 1_000 });
    expect(cache.since(before, [reportTag(7)])).toBe("stale");
    now = 1_000;
    expect(cache.since(before, [reportTag(7)])).toBe("invalid");
  });

  test("is invalid after everything was cleared, whatever its tags", async () => {
    const cache = createTieredCache();
    const before = cache.moment();
    await cache.clear();
    expect(cache.since(before, [])).toBe("invalid");
    expect(cache.since(cache.moment(), [])).toBe("valid");
  });
});
