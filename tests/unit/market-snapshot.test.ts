import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FUNDS, NUMBER_FIELDS, NUMBER_RULES } from "@/lib/market/fields";
import { decodeEntry, type MarketSnapshot } from "@/lib/market/snapshot";
import { asJson, flattened, VALUES } from "../support/market";

function decode(fields: readonly string[]): { snapshot: MarketSnapshot | null; rejects: string[] } {
  const rejects: string[] = [];
  const snapshot = decodeEntry(fields, (part, reason) => rejects.push(`${part}: ${reason}`));
  return { snapshot, rejects };
}

const ENCODINGS = [
  ["one field with JSON", asJson],
  ["a field for each key", flattened],
] as const;

describe.each(ENCODINGS)("in the encoding of %s", (_name, encode) => {
  test("every field of a whole entry is read as it is", () => {
    expect(decode(encode(VALUES))).toEqual({ snapshot: VALUES, rejects: [] });
  });

  test("the snapshot names every field, known or not, in one order", () => {
    const { snapshot } = decode(encode({ timestamp: VALUES.timestamp, fng_value: 7 }));
    expect(Object.keys(snapshot ?? {})).toEqual(Object.keys(VALUES));
    expect(snapshot).toMatchObject({ fng_value: 7, btc_price_usd: null, last_updated: null });
  });

  test.each([
    ["btc_price_usd", 0, "not-positive"],
    ["btc_price_usd", -1, "not-positive"],
    ["eth_price_usd", 100_000_001, "out-of-range"],
    ["ada_price_usd", true, "type"],
    ["ada_price_usd", "about one", "type"],
    ["xrp_price_usd", null, "null"],
    ["xrp_price_usd", [1], "type"],
    ["btc_change_24h", -100.01, "out-of-range"],
    ["btc_change_24h", 100_001, "out-of-range"],
    ["btc_market_cap_percentage", 100.1, "out-of-range"],
    ["eth_market_cap_percentage", 0, "not-positive"],
    ["market_cap_usd", 0, "not-positive"],
    ["volume_24h_usd", -5, "not-positive"],
    ["fng_value", 101, "out-of-range"],
    ["fng_value", -1, "out-of-range"],
    ["fng_value", 41.5, "type"],
    ["btc_rsi_14", 100.5, "out-of-range"],
    ["fetch_duration_ms", 1.5, "type"],
    ["partial_failure", 1, "type"],
    ["last_updated", "yesterday", "malformed"],
    ["timestamp", "2026-13-45T99:99:99Z", "malformed"],
    ["timestamp", 1_764_230_400, "type"],
    ["us_stock_indices", [], "type"],
    ["us_stock_indices", null, "null"],
  ])("%s of %j is unknown (%s), and costs the entry nothing else", (field, value, reason) => {
    const { snapshot, rejects } = decode(encode({ ...VALUES, [field]: value }));
    const unknown = field === "us_stock_indices" ? { DIA: null, SPY: null, QQQM: null } : null;
    expect(snapshot).toEqual({ ...VALUES, [field]: unknown });
    expect(rejects).toEqual([`${field}: ${reason}`]);
  });

  test.each(NUMBER_FIELDS)("%s that is missing is unknown", (field) => {
    const { [field]: _missing, ...rest } = VALUES;
    const { snapshot, rejects } = decode(encode(rest));
    expect(snapshot?.[field]).toBeNull();
    expect(rejects).toEqual([`${field}: missing`]);
  });

  test.each([
    ["fng_value", 0],
    ["fng_value", 100],
    ["btc_rsi_14", 0],
    ["btc_rsi_14", 100],
    ["btc_change_24h", -100],
    ["btc_market_cap_percentage", 100],
    ["ada_price_usd", 1e-9],
  ])("%s of %j is a reading", (field, value) => {
    expect(decode(encode({ ...VALUES, [field]: value }))).toEqual({
      snapshot: { ...VALUES, [field]: value },
      rejects: [],
    });
  });

  test.each([
    ["sol_price_usd", "sol_change_24h"],
    ["market_cap_usd", "market_cap_change_percentage_24h_usd"],
  ])("a partial failure: no %s is a number that was not fetched, and no %s of it is", (value, change) => {
    const { snapshot, rejects } = decode(
      encode({ ...VALUES, [value]: 0, [change]: 0, partial_failure: true }),
    );
    expect(snapshot).toEqual({ ...VALUES, [value]: null, [change]: null, partial_failure: true });
    expect(rejects).toEqual([`${value}: not-positive`, `${change}: price-unknown`]);
  });

  test("a fund whose status is no success has no reading; the others have", () => {
    const funds = {
      DIA: { price: 1, change: 1, change_percent: 1, status: "error" },
      SPY: { price: 0, change: 1, change_percent: 1, status: "success" },
      QQQM: { price: 250, change: "?", status: "success", symbol: 7, name: "x".repeat(101) },
    };
    const { snapshot, rejects } = decode(encode({ ...VALUES, us_stock_indices: funds }));
    expect(snapshot?.us_stock_indices).toEqual({
      DIA: null,
      SPY: null,
      QQQM: { price: 250, change: null, change_percent: null, status: "success" },
    });
    expect(rejects).toEqual(["DIA: no-reading", "SPY: not-positive", "QQQM: type", "QQQM: missing"]);
  });
});

test.each(["NaN", "Infinity", "0x10", "1,5", " 1", "1e", "--1"])("the text %j is no number", (text) => {
  const fields = flattened({ ...VALUES, btc_price_usd: text });
  expect(decode(fields).snapshot?.btc_price_usd).toBeNull();
});

test("a number beyond what a computer holds is not finite", () => {
  const fields = flattened({ ...VALUES, btc_price_usd: "1e999" });
  expect(decode(fields).rejects).toEqual(["btc_price_usd: not-finite"]);
  expect(decode(["data", '{"btc_price_usd":1e999,"fng_value":1}']).rejects).toContain(
    "btc_price_usd: not-finite",
  );
});

test("a negative zero is a zero", () => {
  const { snapshot } = decode(["btc_change_24h", "-0", "btc_price_usd", "5"]);
  expect(Object.is(snapshot?.btc_change_24h, 0)).toBe(true);
});

test("a field that is broken JSON is malformed", () => {
  const fields = flattened({ ...VALUES, us_stock_indices: '{"DIA":' });
  expect(decode(fields).rejects).toEqual(["us_stock_indices: malformed"]);
});

test.each([
  ["broken JSON", ["data", "{"], "malformed"],
  ["no text", ["data", ""], "malformed"],
  ["a list", ["data", "[]"], "type"],
  ["a number", ["data", "7"], "type"],
  ["null", ["data", "null"], "type"],
  ["an object without anything", ["data", "{}"], "empty"],
  ["no fields", [], "empty"],
  ["fields of something else", ["unknown", "field"], "empty"],
  ["a name without a value", ["lonely"], "empty"],
  ["too much JSON", ["data", `{"btc_price_usd":1,"x":"${"x".repeat(70_000)}"}`], "too-large"],
  ["too long a number", ["btc_price_usd", "1".repeat(70_000)], "too-large"],
])("an entry of %s is none", (_name, fields, reason) => {
  const { snapshot, rejects } = decode(fields);
  expect(snapshot).toBeNull();
  expect(rejects).toContain(`entry: ${reason}`);
});

test("what objects inherit is no value", () => {
  expect(decode(["data", '{"__proto__":{"btc_price_usd":5}}']).snapshot).toBeNull();
  expect(decode(["__proto__", '{"btc_price_usd":5}', "constructor", "1"]).snapshot).toBeNull();
});

describe("whatever an entry holds", () => {
  /** Everything that a page would show is known to be right, or unknown. */
  function expectSound(fields: readonly string[]): void {
    const { snapshot, rejects } = decode(fields);
    if (snapshot === null) {
      expect(rejects.some((reject) => reject.startsWith("entry: "))).toBe(true);
      return;
    }
    for (const field of NUMBER_FIELDS) {
      const value = snapshot[field];
      const { min, max, above, integer } = NUMBER_RULES[field];
      if (value === null) {
        expect(rejects.some((reject) => reject.startsWith(`${field}: `))).toBe(true);
        continue;
      }
      expect(Number.isFinite(value) && value >= min && value <= max).toBe(true);
      if (above) expect(value).toBeGreaterThan(min);
      if (integer) expect(Number.isInteger(value)).toBe(true);
    }
    for (const fund of FUNDS) {
      const reading = snapshot.us_stock_indices[fund];
      if (reading !== null) expect(reading.price).toBeGreaterThan(0);
    }
    for (const time of [snapshot.last_updated, snapshot.timestamp]) {
      if (time !== null) expect(Number.isNaN(Date.parse(time))).toBe(false);
    }
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    // What was decoded decodes to itself, so that what is kept and read again stays the same.
    expect(decode(asJson({ ...snapshot })).snapshot).toEqual(snapshot);
  }

  const name = fc.oneof(fc.constantFrom("data", ...Object.keys(VALUES)), fc.string());
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.double().map(String),
    fc.constantFrom("null", "true", "{", "[", "[[[[", "-", "1e400", "0", "-0"),
  );

  test("random text under any name", () => {
    fc.assert(fc.property(fc.array(fc.oneof(name, text), { maxLength: 60 }), expectSound));
  });

  test("values of any type under the right names, in both encodings", () => {
    const value = fc.oneof(fc.jsonValue(), fc.double(), fc.integer(), fc.constant(null));
    const names = fc.constantFrom(...Object.keys(VALUES));
    fc.assert(
      fc.property(fc.dictionary(names, value), fc.boolean(), (values, isJson) =>
        expectSound(isJson ? asJson({ ...VALUES, ...values }) : flattened({ ...VALUES, ...values })),
      ),
    );
  });

  test("huge and deeply nested input", () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.constantFrom("[", '{"a":', "9", '"', "\\"), (length, part) => {
        const huge = part.repeat(Math.ceil(length / part.length));
        expectSound(["data", huge]);
        expectSound(["btc_price_usd", huge, "fng_value", "7"]);
        expectSound(["us_stock_indices", `{${huge}`, "fng_value", "7"]);
      }),
      { numRuns: 30 },
    );
  });
});
