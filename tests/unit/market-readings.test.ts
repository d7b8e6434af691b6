import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compactAmount,
  directionOf,
  formatChange,
  formatHour,
  formatMoment,
  formatPercent,
  formatPrice,
  formatReading,
  isOfAnotherDay,
} from "@/components/market/market-format";
import { fill, formatAge } from "@/components/market/market-texts";
import { FEAR_GREED_ZONES, fearGreedOf, STRENGTH_ZONES, strengthOf } from "@/components/market/readings";

describe("prices", () => {
  test.each([
    [64_012.345, "$64,012.35", "$64.012,35"],
    [1, "$1.00", "$1,00"],
    [0.99999, "$1.0000", "$1,0000"],
    [0.5213, "$0.5213", "$0,5213"],
    [0.1, "$0.1000", "$0,1000"],
    [0.0123456, "$0.012346", "$0,012346"],
    [0.000001, "$0.000001", "$0,000001"],
    [1.234e-8, "<$0.000001", "<$0,000001"],
    [1e8, "$100,000,000.00", "$100.000.000,00"],
  ])("%d", (usd, en, vi) => {
    expect([formatPrice("en", usd), formatPrice("vi", usd)]).toEqual([en, vi]);
  });

  test("keep their decimals while they move within their size, so that digits stay in place", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1001, max: 0.9998, noNaN: true }), (usd) => {
        expect(formatPrice("en", usd)).toMatch(/^\$\d\.\d{4}$/);
      }),
    );
  });
});

describe("amounts", () => {
  test.each([
    [2.4136e12, "$2.41", "trillion"],
    [9.84e10, "$98.40", "billion"],
    [1e9, "$1.00", "billion"],
    [999_994_999, "$999.99", "million"],
    [999_995_000, "$1.00", "billion"],
    [999_999_999_999, "$1.00", "trillion"],
    [1e6, "$1.00", "million"],
    [999_999, "$999,999", null],
    [999_999.5, "$1.00", "million"],
    [1e18, "$1,000,000.00", "trillion"],
  ])("%d", (usd, number, unit) => {
    expect(compactAmount("en", usd)).toEqual({ number, unit });
  });
});

describe("changes", () => {
  test.each([
    [1.239, "+1.24%", "up"],
    [-0.3, "\u22120.30%", "down"],
    [0, "0.00%", "none"],
    [-0, "0.00%", "none"],
    [0.004, "0.00%", "none"],
    [-0.004, "0.00%", "none"],
    [1e5, "+100,000.00%", "up"],
  ])("%d", (percent, text, direction) => {
    expect([formatChange("en", percent), directionOf(percent)]).toEqual([text, direction]);
  });

  test("never say 0.00 with a sign", () => {
    fc.assert(
      fc.property(fc.double({ min: -100, max: 100, noNaN: true }), (percent) => {
        expect(formatChange("en", percent)).not.toMatch(/^[+\u2212]0\.00%$/);
      }),
    );
  });
});

test("shares and readings of a scale", () => {
  expect([formatPercent("en", 57.24), formatPercent("vi", 57.24)]).toEqual(["57.2%", "57,2%"]);
  expect([formatReading("en", 61), formatReading("vi", 48.26)]).toEqual(["61", "48,3"]);
});

test("moments are Vietnamese time, with their day when that is another", () => {
  const at = Date.UTC(2026, 10, 27, 18, 5, 9);
  expect(formatMoment("en", at, false)).toBe("01:05:09");
  expect(formatMoment("en", at, true)).toBe("01:05:09 11/28/2026");
  expect(formatMoment("vi", at, true)).toBe("01:05:09 28/11/2026");
  expect(formatHour("vi", at, false)).toBe("01:05");
  expect([formatHour("vi", at, true), formatHour("en", at, true)]).toEqual(["01:05 28/11", "01:05 11/28"]);
  expect([null, 0, 86_399_999, 86_400_000].map(isOfAnotherDay)).toEqual([false, false, false, true]);
});

describe("fear and greed", () => {
  test.each([
    [0, "extremeFear"],
    [24, "extremeFear"],
    [25, "fear"],
    [44, "fear"],
    [45, "neutral"],
    [55, "neutral"],
    [56, "greed"],
    [74, "greed"],
    [75, "extremeGreed"],
    [100, "extremeGreed"],
  ] as const)("%d is %s", (value, name) => {
    expect(fearGreedOf(value)).toBe(name);
  });
});

describe("relative strength", () => {
  test.each([
    [0, "oversold"],
    [30, "oversold"],
    [30.04, "oversold"],
    [30.06, "neutral"],
    [69.94, "neutral"],
    [69.97, "overbought"],
    [70, "overbought"],
    [100, "overbought"],
  ] as const)("%d is %s", (value, name) => {
    expect(strengthOf(value)).toBe(name);
  });
});

test("the zones of both scales rise to 100", () => {
  for (const zones of [FEAR_GREED_ZONES, STRENGTH_ZONES]) {
    const ends = zones.map(({ to }) => to);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    expect(ends.at(-1)).toBe(100);
  }
});

test.each([
  [0, "0 s"],
  [59.9, "59 s"],
  [60, "1 min"],
  [3_599, "59 min"],
  [3_600, "1 h"],
  [86_400 * 3, "3 d"],
  [-5, "0 s"],
])("an age of %d seconds is %s", (seconds, text) => {
  const units = { seconds: "{count} s", minutes: "{count} min", hours: "{count} h", days: "{count} d" };
  expect(formatAge(seconds, units)).toBe(text);
});

test("a text keeps a place that nothing is known for", () => {
  expect(fill("{from} to {to}", { from: "a" })).toBe("a to {to}");
});
