import fc from "fast-check";
import { expect, test } from "vitest";
import { createTieredCache, custom, defineKeys, defineTags } from "@/lib/cache";

const key = defineKeys("report", 1);
const tag = defineTags("report");
const life = custom({ ttlMs: 1_000, graceMs: 1_000 });

const MAX_BYTES = 64 * 1024;
const MAX_ENTRIES = 20;

const id = fc.integer({ min: 0, max: 40 });
const operation = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), id, size: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ kind: fc.constant("load" as const), id, size: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ kind: fc.constant("absent" as const), id }),
  fc.record({ kind: fc.constant("get" as const), id }),
  fc.record({ kind: fc.constant("delete" as const), id }),
  fc.record({ kind: fc.constant("invalidate" as const), id }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 3_000 }) }),
  fc.record({ kind: fc.constant("clear" as const) }),
);

test("after any sequence of operations the accounted bytes and entries are within their limits", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 60 }), async (operations) => {
      let time = 0;
      const cache = createTieredCache({ now: () => time, maxBytes: MAX_BYTES, maxEntries: MAX_ENTRIES });
      for (const each of operations) {
        if (each.kind === "wait") time += each.ms;
        else if (each.kind === "clear") await cache.clear();
        else if (each.kind === "get") await cache.get(key(each.id));
        else if (each.kind === "delete") await cache.delete(key(each.id));
        else if (each.kind === "invalidate") await cache.invalidateTags([tag(each.id)]);
        else {
          const value = each.kind === "absent" ? null : "x".repeat(each.size);
          const tags = [tag(each.id), tag()];
          if (each.kind === "set") await cache.set(key(each.id), value, life, { tags });
          else expect(await cache.getOrLoad(key(each.id), life, () => value, { tags })).toBeDefined();
        }
        const { bytes, entries } = cache.stats().memory;
        expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
        expect(entries).toBeLessThanOrEqual(MAX_ENTRIES);
        // No entry without its bytes, no bytes without an entry.
        expect(bytes > 0).toBe(entries > 0);
      }
    }),
  );
});

test("an oversize value is refused and told, and what was there before is gone", async () => {
  const cache = createTieredCache({ maxBytes: MAX_BYTES });
  const refused: string[] = [];
  cache.on("refused", ({ reason }) => refused.push(reason));
  expect(await cache.set(key(1), "small", life)).toBe("stored");
  expect(await cache.set(key(1), "x".repeat(MAX_BYTES / 8), life)).toBe("oversize");
  expect(await cache.get(key(1))).toBeUndefined();
  expect(refused).toEqual(["oversize"]);
  expect(cache.stats()).toMatchObject({ refused: 1, memory: { bytes: 0, entries: 0 } });
});

test("the least recently used value goes first", async () => {
  const cache = createTieredCache({ maxEntries: 2 });
  await cache.set(key(1), 1, life);
  await cache.set(key(2), 2, life);
  await cache.get(key(1));
  await cache.set(key(3), 3, life);
  expect(await cache.get(key(2))).toBeUndefined();
  expect((await cache.get(key(1)))?.value).toBe(1);
});
