import fc from "fast-check";
import { expect, test } from "vitest";
import { defineKeys, parseKey } from "@/lib/cache";

test("every key that a builder makes is one when it comes back as text", () => {
  const part = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.integer(), fc.boolean());
  fc.assert(
    fc.property(fc.array(part), fc.nat(99), (parts, version) => {
      const key = defineKeys("report-page", version)(...parts);
      expect(parseKey(key)).toBe(key);
    }),
    // What encodeURIComponent leaves as it is.
    { examples: [[["it's (so) *! ~"], 1]] },
  );
});

test.each([
  "",
  "report",
  "report:7",
  "Report:v1:7",
  "report:v1:a b",
  "report:v1:#short",
  "report:v1:\n",
  "x".repeat(9_999),
])("%j is none", (text) => {
  expect(parseKey(text)).toBeNull();
});
