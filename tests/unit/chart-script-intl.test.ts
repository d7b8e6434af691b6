import { describe, expect, test } from "vitest";
import { type HostElement, runChartScript } from "../../lib/reports/document/charts/run-script";

const elements: HostElement[] = [{ tag: "div", id: "a", classes: [], attributes: {}, parent: null }];

/** What each expression is as text, or the name of the error it throws; all evaluated in one run. */
async function textsOf(expressions: readonly string[], locale: "vi" | "en" = "vi", formattingCalls = 20_000) {
  const points = expressions.map((expression) => `{ value: 1, label: textOf(() => ${expression}) }`);
  const js = `function textOf(evaluate) {
      try { return String(evaluate()) } catch (error) { return error.name + (error instanceof Error) }
    }
    createBarChart('a', [${points.join(",\n")}])`;
  const { drawn } = await runChartScript(js, elements, {
    locale,
    clock: () => 0,
    date: new Date("2025-11-18T05:06:07Z"),
    limits: { hardTimeMs: 10_000, formattingCalls },
  });
  const chart = drawn[0]?.chart;
  return chart?.kind === "bar" ? chart.bars.map(({ label }) => label) : [];
}

describe("formatting in the language of a Vietnamese page", () => {
  const expected: [string, string][] = [
    ["(1234567.891).toLocaleString()", (1234567.891).toLocaleString("vi-VN")],
    ["(1234.5).toLocaleString('en-US', { style: 'currency', currency: 'USD' })", "$1,234.50"],
    ["new Intl.NumberFormat('de-DE').format(1234.5)", "1.234,5"],
    ["Intl.NumberFormat('en', { notation: 'compact' }).format(1e9)", "1B"],
    ["Intl.NumberFormat('en', { style: 'percent' }).format('0.5')", "50%"],
    ["[1, 2].map(new Intl.NumberFormat('en', { minimumFractionDigits: 1 }).format)", "1.0,2.0"],
    ["(12345678901234567890n).toLocaleString('en')", "12,345,678,901,234,567,890"],
    ["NaN.toLocaleString('en')", "NaN"],
    ["(-Infinity).toLocaleString('en')", "-∞"],
    ["[1.5, 2].toLocaleString()", "1,5,2"],
    ["new Intl.NumberFormat().resolvedOptions().locale", "vi-VN"],
    ["new Intl.NumberFormat('en').formatToParts(1.5).map(({ type }) => type)", "integer,decimal,fraction"],
    ["new Intl.NumberFormat('en') instanceof Intl.NumberFormat", "true"],
    ["new Date(0).toLocaleDateString()", "1/1/1970"],
    ["new Date(0).toLocaleTimeString('en-US')", "8:00:00 AM"],
    ["new Date(0).toLocaleString('en-US', { timeZone: 'UTC' })", "1/1/1970, 12:00:00 AM"],
    ["new Date(0).toLocaleDateString('en-US', { month: 'long' })", "January"],
    ["new Date(0).toLocaleDateString('en-US', { hour: '2-digit', hour12: false })", "1/1/1970, 08"],
    ["new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }).format(new Date(0))", "1 January 1970"],
    ["Intl.DateTimeFormat('en-US').format(0)", "1/1/1970"],
    ["new Intl.DateTimeFormat('en-US').format()", "11/18/2025"],
    ["new Intl.DateTimeFormat().resolvedOptions().timeZone", "Asia/Saigon"],
    ["new Date(NaN).toLocaleString()", "Invalid Date"],
    ["['b', 'ă', 'a', 'â', 'đ', 'd'].sort((x, y) => x.localeCompare(y))", "a,ă,â,b,d,đ"],
    ["['a10', 'a2'].sort(new Intl.Collator('en', { numeric: true }).compare)", "a2,a10"],
  ];
  const texts = textsOf(expected.map(([expression]) => expression));
  test.each(expected.map((row, index) => [...row, index] as const))("%s is %s", async (_, text, index) => {
    // One zone, two names: it depends on the Unicode version.
    expect((await texts)[index]?.replace("Asia/Ho_Chi_Minh", "Asia/Saigon")).toBe(text);
  });
});

test("an English page writes numbers in English", async () => {
  expect(await textsOf(["(1234.5).toLocaleString()"], "en")).toEqual(["1,234.5"]);
});

describe("bad requests", () => {
  const expected: [string, string][] = [
    ["new Intl.NumberFormat('not_a_locale')", "RangeErrortrue"],
    ["(1).toLocaleString('en', { style: 'currency' })", "TypeErrortrue"],
    ["(1).toLocaleString('en', { maximumFractionDigits: 999 })", "RangeErrortrue"],
    ["new Intl.DateTimeFormat('en', { timeZone: 'Nowhere/Else' })", "RangeErrortrue"],
    ["new Intl.DateTimeFormat('en').format(NaN)", "RangeErrortrue"],
    ["new Intl.NumberFormat('en', null)", "TypeErrortrue"],
    ["new Intl.NumberFormat(Array(100).fill('en'))", "TypeErrortrue"],
    ["new Intl.NumberFormat('x'.repeat(1e5))", "TypeErrortrue"],
    ["'a'.localeCompare('b', 'not_a_locale')", "RangeErrortrue"],
    ["Number.prototype.toLocaleString.call('x')", "NaN"],
    ["(1).toLocaleString('en', { get style() { throw new EvalError() } })", "EvalErrortrue"],
    ["(1).toLocaleString('en', { unknown: {}, constructor: 1 })", "1"],
  ];
  const texts = textsOf(expected.map(([expression]) => expression));
  test.each(expected.map((row, index) => [...row, index] as const))("%s gives %s", async (_, text, index) => {
    expect((await texts)[index]).toBe(text);
  });

  test("too many calls are refused", async () => {
    expect(await textsOf(Array(3).fill("(1).toLocaleString()"), "vi", 2)).toEqual([
      "1",
      "1",
      "RangeErrortrue",
    ]);
  });
});
