import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeValue, encodeValue } from "@/lib/cache/codec";

const roundTrip = (value: unknown) => decodeValue(encodeValue(value));

describe("the codec", () => {
  test("gives back dates, maps and bytes, nested in each other", () => {
    const value = {
      created: new Date("2026-01-31T08:00:00.000Z"),
      segments: new Map<string, unknown>([
        ["/_tree", Buffer.from([0, 255, 254])],
        ["/a", [new Map([[1, new Date(0)]])]],
      ]),
      empty: Buffer.alloc(0),
      text: "kỳ hạn \u{1F600}",
      none: null,
    };
    expect(roundTrip(value)).toEqual(value);
  });

  test("gives back any plain data, whatever its keys are called", () => {
    const key = fc.string().filter((name) => name !== "__proto__" && name !== "toJSON");
    const data = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: "grapheme" }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.date({ noInvalidDate: true }),
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(fc.oneof(key, fc.constantFrom("$", "ms", "entries", "value")), tie("value"), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
        fc.array(fc.tuple(fc.string(), tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
      ),
    })).value;
    fc.assert(
      fc.property(data, (value) => {
        expect(roundTrip(value)).toEqual(value);
      }),
    );
  });

  test("leaves out a property that is undefined", () => {
    expect(roundTrip({ a: 1, b: undefined })).toStrictEqual({ a: 1 });
  });

  test("bytes that were decoded do not keep the rest in memory", () => {
    const encoded = encodeValue({ text: "x".repeat(100_000), bytes: Buffer.from("abc") });
    const { bytes } = decodeValue(encoded) as { bytes: Buffer };
    expect(bytes.toString()).toBe("abc");
    expect(bytes.buffer.byteLength).toBeLessThan(20_000);
  });

  test.each([
    ["a function", { f: () => {} }],
    ["NaN", [Number.NaN]],
    ["a date that is none", new Date(Number.NaN)],
    ["-0", -0],
    ["a bigint", 1n],
    ["a set", new Set()],
    ["undefined in a list", [undefined]],
    ["a hole in a list", new Array(1)],
    ["an instance", new (class Report {})()],
    ["toJSON", { toJSON: () => 1 }],
    ["a property named __proto__", JSON.parse('{"__proto__":1}')],
  ])("refuses %s", (_, value) => {
    expect(() => encodeValue(value)).toThrow(expect.objectContaining({ code: "E_CACHE_UNENCODABLE" }));
  });

  test("says where it is that it refuses", () => {
    expect(() => encodeValue({ report: { charts: [{}, { value: Number.NaN }] } })).toThrow(
      "Cannot cache NaN at .report.charts[1].value",
    );
  });

  test("leaves the value as it was", () => {
    const value = Object.freeze({
      at: new Date(0),
      list: Object.freeze([1, Object.freeze({ b: Buffer.from("a") })]),
    });
    expect(roundTrip(value)).toEqual(value);
    expect(value.at).toBeInstanceOf(Date);
  });

  test("refuses a cycle", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => encodeValue(cycle)).toThrow("nested too deeply");
  });

  test("throws on bytes of others, or gives data: never anything else", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          decodeValue(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });

  test.each([
    ["an unknown mark", '{"$":"regexp"}'],
    ["bytes beyond the end", '{"$":"bytes","offset":0,"length":1}'],
    ["bytes before the beginning", '{"$":"bytes","offset":-1,"length":1}'],
    ["a map of no pairs", '{"$":"map","entries":[[1]]}'],
    ["a prototype", '{"a":{"__proto__":{"x":1}}}'],
    ["what is cut off", "{"],
  ])("throws on %s", (_, json) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(json.length);
    expect(() => decodeValue(Buffer.concat([length, Buffer.from(json)]))).toThrow();
  });
});
