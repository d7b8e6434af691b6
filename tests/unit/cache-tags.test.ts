import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PendingInvalidations } from "@/lib/cache/pending-invalidations";
import { Removals } from "@/lib/cache/removals";
import { TagView } from "@/lib/cache/tag-view";

const value = (fence: number, localVersion: number, ...tags: string[]) => ({ fence, localVersion, tags });

describe("what is known of tags", () => {
  test("a value is valid until a later invalidation of one of its tags", () => {
    const view = new TagView();
    expect(view.verdict(value(5, 0, "a", "b"), 0)).toBe("valid");
    view.raise("b", 5, 5, 0);
    expect(view.verdict(value(5, 0, "a", "b"), 0)).toBe("valid");
    view.raise("b", 6, 6, 0);
    expect(view.verdict(value(5, 0, "a", "b"), 0)).toBe("invalid");
    expect(view.verdict(value(6, 0, "a", "b"), 0)).toBe("valid");
  });

  test("a soft invalidation makes stale, and invalid when its time is over", () => {
    const view = new TagView();
    view.raise("a", 0, 6, 0, 1_000);
    expect(view.verdict(value(5, 0, "a"), 999)).toBe("stale");
    expect(view.verdict(value(5, 0, "a"), 1_000)).toBe("invalid");
    expect(view.verdict(value(6, 0, "a"), 1_000)).toBe("valid");
  });

  test("a second soft invalidation does not give more time", () => {
    const view = new TagView();
    view.raise("a", 0, 6, 0, 1_000);
    view.raise("a", 0, 8, 500, 2_000);
    expect(view.verdict(value(5, 0, "a"), 1_000)).toBe("invalid");
    view.raise("a", 0, 10, 1_500, 9_000);
    expect(view.verdict(value(7, 0, "a"), 1_500)).toBe("invalid");
    expect(view.verdict(value(9, 0, "a"), 1_500)).toBe("stale");
  });

  test("nor does one of this process alone", () => {
    const view = new TagView();
    const before = view.localVersion;
    view.invalidateLocally(["a"], "soft", 0, 1_000);
    const between = view.localVersion;
    view.invalidateLocally(["a"], "soft", 1_500, 9_000);
    expect(view.verdict(value(0, before, "a"), 1_500)).toBe("invalid");
    expect(view.verdict(value(0, between, "a"), 1_500)).toBe("stale");
  });

  test("what Redis told only rises, in whatever order it arrives", () => {
    const view = new TagView();
    view.raise("a", 9, 9, 0);
    view.raise("a", 6, 6, 0);
    expect(view.verdict(value(8, 0, "a"), 0)).toBe("invalid");
    expect(view.highest).toBe(9);
  });

  test("an invalidation of this process holds for what began before, whatever number Redis gave that", () => {
    const view = new TagView();
    view.invalidateLocally(["a"], "hard", 0);
    expect(view.verdict(value(1e15, 0, "a"), 0)).toBe("invalid");
    expect(view.verdict(value(0, view.localVersion, "a"), 0)).toBe("valid");
  });

  test("a load that began without Redis is outdated by an invalidation that Redis issues later", () => {
    const view = new TagView();
    view.see(100);
    const loaded = value(view.highest, view.localVersion, "a");
    view.raise("a", 101, 101, 0);
    expect(view.verdict(loaded, 0)).toBe("invalid");
  });

  test("forgetting tags makes misses, never a match", () => {
    const tags = fc.constantFrom("a", "b", "c", "d", "e");
    const invalidations = fc.array(fc.record({ tag: tags, soft: fc.boolean() }), { maxLength: 20 });
    fc.assert(
      fc.property(invalidations, tags, fc.nat(20), (list, tag, fence) => {
        const all = new TagView();
        const few = new TagView(2);
        for (const [index, { tag: each, soft }] of list.entries()) {
          for (const view of [all, few]) view.raise(each, soft ? 0 : index + 1, index + 1, 0);
        }
        const order = ["valid", "stale", "invalid"];
        const known = order.indexOf(all.verdict(value(fence, 0, tag), 0));
        expect(order.indexOf(few.verdict(value(fence, 0, tag), 0))).toBeGreaterThanOrEqual(known);
        // A value that began after everything is valid all the same.
        expect(few.verdict(value(list.length, 0, tag), 0)).toBe("valid");
      }),
    );
  });
});

describe("invalidations that Redis has not confirmed", () => {
  test("are kept once a tag, the harder and the sooner one", () => {
    const pending = new PendingInvalidations();
    pending.add({ kind: "tags", mode: "soft", hardAt: 500, tags: ["a", "b"] });
    pending.add({ kind: "tags", mode: "hard", hardAt: Infinity, tags: ["a"] });
    pending.add({ kind: "tags", mode: "soft", hardAt: Infinity, tags: ["a"] });
    pending.add({ kind: "tags", mode: "soft", hardAt: 900, tags: ["b"] });
    pending.add({ kind: "delete", key: "k" });
    pending.add({ kind: "delete", key: "k" });
    expect(pending.size).toBe(3);
    expect(pending.touchesTags(["x", "a"])).toBe(true);
    expect(pending.touchesKey("k")).toBe(true);
    expect(pending.takeAll()).toEqual([
      { kind: "tags", mode: "hard", hardAt: 500, tags: ["a"] },
      { kind: "tags", mode: "soft", hardAt: 500, tags: ["b"] },
      { kind: "delete", key: "k" },
    ]);
    expect(pending.size).toBe(0);
  });

  test("become one clear when they are too many", () => {
    const pending = new PendingInvalidations(2);
    for (const tag of ["a", "b", "c"])
      pending.add({ kind: "tags", mode: "soft", hardAt: Infinity, tags: [tag] });
    expect(pending.takeAll()).toEqual([{ kind: "clear" }]);
  });
});

describe("removals", () => {
  test("refuse what began before, and only that", () => {
    const removals = new Removals();
    const before = removals.nextOrdinal();
    removals.remove("a");
    expect(removals.allows("a", before)).toBe(false);
    expect(removals.allows("b", before)).toBe(true);
    expect(removals.allows("a", removals.nextOrdinal())).toBe(true);
    removals.removeAll();
    expect(removals.allows("b", before)).toBe(false);
  });

  test("that are forgotten refuse more, not less", () => {
    const removals = new Removals(1);
    const before = removals.nextOrdinal();
    removals.remove("a");
    removals.remove("b");
    expect(removals.allows("a", before)).toBe(false);
  });
});
