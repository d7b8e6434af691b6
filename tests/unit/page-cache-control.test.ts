import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCacheControl } from "@/lib/http/page-cache/cache-control";
import { lifetimeOf } from "@/lib/http/page-cache/lifetime";

const visitor = { hasAuthorization: false, delayMs: 0, at: Date.now() };
const limits = { staleIfErrorMs: 0, negativeMs: 10_000 };

/** Parts of fields as they are, and as they should not be. */
const directive = fc.constantFrom(
  "max-age=60",
  "s-maxage=60",
  "Max-Age=600",
  "public",
  "must-revalidate",
  "immutable",
  "stale-while-revalidate=60",
  'extension="a, b"',
  'extension="a\\"b"',
  "extension='a",
  "a=b=c",
  "=",
  "",
);
const damaged = fc.constantFrom('extension="never closed', '"', '\\"', '="\\', "max-age=60", 'a="b"c');
const closing = fc.constantFrom("private", "no-store", "PRIVATE", "No-Store", 'private="x"', "no-store=1");
const spaces = fc.constantFrom("", " ", "\t", "  ");

describe("any field at all", () => {
  test("never throws, and gives times that can be counted with", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc
        .array(fc.oneof(directive, damaged, closing, fc.string({ maxLength: 5 })))
        .map((all) => all.join(",")),
    );
    fc.assert(
      fc.property(fc.oneof(text, fc.array(text)), (field) => {
        const { maxAge, sMaxage, staleIfError, staleWhileRevalidate } = parseCacheControl(field);
        const all = [maxAge ?? 0, sMaxage ?? 0, staleIfError ?? 0, staleWhileRevalidate ?? 0];
        expect(all.every((seconds) => Number.isInteger(seconds) && seconds >= 0)).toBe(true);
      }),
    );
  });

  test("a long one is read in one go", () => {
    const hostile = ['="'.repeat(8_000), `a="${'\\"'.repeat(8_000)}`, " =".repeat(8_000), '"'.repeat(16_000)];
    for (const field of hostile) expect(parseCacheControl(`${field}, no-store`)).toBeDefined();
  });
});

describe("private and no-store", () => {
  test("are heard wherever they stand among sound directives", () => {
    fc.assert(
      fc.property(fc.array(directive), closing, fc.array(directive), spaces, (before, word, after, space) => {
        const field = [...before, word, ...after].join(`${space},${space}`);
        const fields = ["cache-control", field];
        expect(lifetimeOf(200, fields, visitor, limits)).toBeNull();
      }),
    );
  });

  test("are heard after a line of any nonsense", () => {
    const line = fc.array(fc.oneof(directive, damaged)).map((all) => all.join(", "));
    fc.assert(
      fc.property(fc.array(line), closing, fc.array(line), (before, word, after) => {
        const lines = [...before, `max-age=60, ${word}`, ...after];
        const fields = lines.flatMap((value) => ["cache-control", value]);
        expect(lifetimeOf(200, fields, visitor, limits)).toBeNull();
      }),
    );
  });
});

test.each([
  ["max-age=10, max-age=20", 10],
  ["max-age=20, max-age=10", 10],
  ["max-age=2147483648", 2 ** 31],
  ["max-age=99999999999999999999999999", 2 ** 31],
  ["max-age=007", 7],
  ['max-age="\\6"', 6],
  ["x-max-age=5", undefined],
  ["max-agee=5", undefined],
])("max-age of %j is %s", (field, seconds) => {
  expect(parseCacheControl(field).maxAge).toBe(seconds);
});
