import { describe, expect, test } from "vitest";
import { type HostElement, runChartScript } from "../../lib/reports/document/charts/run-script";

function element(id: string): HostElement {
  return { tag: "div", id, classes: [], attributes: {}, parent: null };
}

async function run(js: string, elements = ["a", "b"].map(element)) {
  const { drawn, failures } = await runChartScript(js, elements, {
    locale: "vi",
    clock: () => 0,
    limits: { hardTimeMs: 10_000, failures: 1_000 },
  });
  return { chart: drawn[0]?.chart, drawn, codes: failures.map(({ code }) => code) };
}

/** Makes one call for each source, all in one run, and answers the charts that came of them. */
async function chartsOf(sources: readonly string[], call: (source: string) => string) {
  const js = sources.map((source, index) => call(source).replace("'a'", `'host${index}'`)).join(";\n");
  const { drawn } = await run(
    js,
    sources.map((_, index) => element(`host${index}`)),
  );
  return new Map(drawn.map(({ host, chart }) => [sources[host], chart]));
}

describe("numbers", () => {
  const numbers = { "62": 62, "-0.5": -0.5, "'62'": 62, "' 62 '": 62, "'1e3'": 1000, "'.5'": 0.5, "'+7'": 7 };
  const others = [
    "'73%'",
    "''",
    "' '",
    "'0x10'",
    "'1,5'",
    "'1e999'",
    "'Infinity'",
    "null",
    "undefined",
    "true",
    "NaN",
    "Infinity",
    "-Infinity",
    "{}",
    "[]",
    "[5]",
    "10n",
    "Symbol()",
    "() => 5",
    "{ valueOf: () => 5 }",
    "new Number(5)",
  ];
  const charts = chartsOf([...Object.keys(numbers), ...others], (source) => `createGauge('a', ${source})`);

  test.each(Object.entries(numbers))("%s is the number %d", async (source, value) => {
    expect((await charts).get(source)).toMatchObject({ value });
  });

  test.each(others)("%s is no number", async (source) => {
    expect((await charts).has(source)).toBe(false);
  });

  test("a call without a number is counted as a bad one", async () => {
    expect(await run("createGauge('a', '73%')")).toMatchObject({ drawn: [], codes: ["bad-call"] });
  });

  test("a point without a number is dropped alone", async () => {
    const { chart, codes } = await run("createLineChart('a', [1, null, '2', 'x', NaN, undefined, 3])");
    expect(chart).toMatchObject({ values: [1, 2, 3] });
    expect(codes).toEqual([]);
  });
});

describe("gauge", () => {
  test("a value outside the range is kept", async () => {
    expect((await run("createGauge('a', 500, {min: '-10', max: 20})")).chart).toMatchObject({
      value: 500,
      min: -10,
      max: 20,
    });
  });

  test("a range without an extent is 0 to 100", async () => {
    expect((await run("createGauge('a', 5, {min: 10, max: 10})")).chart).toMatchObject({ min: 0, max: 100 });
  });

  test("segments are sorted by limit and broken ones dropped", async () => {
    const source = `createGauge('a', 5, {segments: [
      {limit: 100, label: 'c'}, {limit: 'x'}, null, 7, {limit: '25', label: 1, color: 'red'}, {limit: Infinity}]})`;
    expect((await run(source)).chart).toMatchObject({
      segments: [
        { limit: 25, color: "red", label: "1" },
        { limit: 100, color: null, label: "c" },
      ],
    });
  });

  test("segments that are no list are none", async () => {
    expect((await run("createGauge('a', 5, {segments: 'many'})")).chart).toMatchObject({ segments: [] });
  });
});

describe("doughnut", () => {
  test("values that are not positive are dropped", async () => {
    const { chart } = await run(
      "createDoughnutChart('a', [{value: 0}, {value: -1}, {value: '2', label: 'x'}])",
    );
    expect(chart).toMatchObject({ slices: [{ label: "x", value: 2, color: null }] });
  });

  test("nothing but such values is a bad call", async () => {
    expect(await run("createDoughnutChart('a', [{value: 0}, {value: -1}])")).toMatchObject({
      drawn: [],
      codes: ["bad-call"],
    });
  });

  const options: [string, object][] = [
    ["'Tên'", { title: "Tên", cutout: 0.6, showLegend: true }],
    ["undefined", { title: null }],
    ["{title: '  '}", { title: null }],
    ["{showLegend: false}", { showLegend: false }],
    ["{innerRadius: 50, outerRadius: 100}", { cutout: 0.5 }],
    ["{innerRadius: 0, outerRadius: 100}", { cutout: 0 }],
    ["{innerRadius: 200, outerRadius: 100}", { cutout: 0.95 }],
    ["{innerRadius: -1, outerRadius: 100}", { cutout: 0.6 }],
    ["{innerRadius: 60}", { cutout: 0.6 }],
  ];
  const charts = chartsOf(
    options.map(([source]) => source),
    (source) => `createDoughnutChart('a', [{value: 1}], ${source})`,
  );
  test.each(options)("options %s", async (source, expected) => {
    expect((await charts).get(source)).toMatchObject(expected);
  });
});

describe("bar and line", () => {
  test("outer spaces of prefix and suffix are kept", async () => {
    const { chart } = await run(
      "createBarChart('a', [{value: 1}], {valuePrefix: 'US$ ', valueSuffix: ' tỷ'})",
    );
    expect(chart).toMatchObject({ valuePrefix: "US$ ", valueSuffix: " tỷ", yAxisLabel: null });
  });

  test.each([
    ["0.1", 0.5],
    ["99", 10],
    ["'3'", 3],
    ["'thick'", 2],
  ])("a stroke of %s is %d pixels wide", async (width, strokeWidth) => {
    expect((await run(`createLineChart('a', [1], {strokeWidth: ${width}})`)).chart).toMatchObject({
      strokeWidth,
    });
  });

  test("typed arrays and lists of points are series", async () => {
    expect((await run("createLineChart('a', new Float64Array([1, 2]))")).chart).toMatchObject({
      values: [1, 2],
    });
    expect((await run("createLineChart('a', [{value: 1}])")).chart).toMatchObject({ values: [1] });
    expect((await run("createBarChart('a', [4])")).chart).toMatchObject({
      bars: [{ label: "", value: 4, color: null }],
    });
  });

  test("nothing but a list with a point is a series", async () => {
    const sources = [
      "[]",
      "null",
      "undefined",
      "'12'",
      "5",
      "{}",
      "[[]]",
      "{length: NaN}",
      "{length: -1}",
      "[null]",
    ];
    expect(await chartsOf(sources, (data) => `createBarChart('a', ${data})`)).toEqual(new Map());
  });
});

describe("texts", () => {
  async function label(source: string) {
    const { chart } = await run(`createBarChart('a', [{value: 1, label: ${source}}])`);
    return chart?.kind === "bar" ? chart.bars[0]?.label : undefined;
  }

  test("markup stays text", async () => {
    expect(await label("'<img src=x onerror=alert(1)>'")).toBe("<img src=x onerror=alert(1)>");
  });

  test("controls and direction marks are removed, lines joined", async () => {
    expect(await label(String.raw`' a\u0000\u0007b\n\tc\u202Ed\u2066 '`)).toBe("ab cd");
  });

  test("a long label is cut between characters", async () => {
    const text = await label("'x' + '😀'.repeat(300)");
    expect(text).toBe(`x${"😀".repeat(99)}`);
  });

  test("of values that are no text only numbers become one", async () => {
    const sources = ["7", "true", "null", "{}", "Symbol()", "undefined", String.raw`'\ud800'`];
    const charts = await chartsOf(sources, (source) => `createBarChart('a', [{value: 1, label: ${source}}])`);
    const labels = [...charts.values()].map((chart) =>
      chart.kind === "bar" ? chart.bars[0]?.label : undefined,
    );
    expect(labels).toEqual(["7", "", "", "", "", "", ""]);
  });
});

describe("colours", () => {
  const colors = [
    "red",
    "currentColor",
    "#abc",
    "#abcd",
    "#AABBCC",
    "#aabbccdd",
    "rgb(1, 2, 3)",
    "rgba(1 2 3 / 50%)",
    "hsl(120deg 50% 50%)",
    "oklch(0.7 0.1 200)",
    "var(--positive-color)",
    "var(--x, #fff)",
    "var(--x, var(--y))",
    "var(--x, rgb(1 2 3))",
    "color-mix(in srgb, var(--a) 50%, red)",
  ];
  const others = [
    "",
    "#ab",
    "#ggg",
    "red;",
    "red; background: url(x)",
    "url(https://example.com/x)",
    "rgb(url(x))",
    "var(x)",
    "var(--x)80",
    "expression(alert(1))",
    "linear-gradient(red, blue)",
    "rgb(1,2,3",
    "rgb(1,2,3))",
    "<b>",
    "re\\64",
    "var(--x, url(y))",
    `rgb(${" ".repeat(100)}1 2 3)`,
  ];
  const charts = chartsOf(
    [...colors, ...others],
    (color) => `createLineChart('a', [1], {color: ${JSON.stringify(color)}})`,
  );

  test.each(colors)("%s is a colour", async (color) => {
    expect((await charts).get(color)).toMatchObject({ color });
  });

  test.each(others)("%j is none", async (color) => {
    expect((await charts).get(color)).toMatchObject({ color: null });
  });
});

describe("hosts", () => {
  test.each(["document.getElementById('b')", "document.querySelector('#b')", "'b'", "'#b'"])(
    "%s is found",
    async (host) => {
      expect((await run(`createGauge(${host}, 1)`)).drawn).toMatchObject([{ host: 1 }]);
    },
  );

  test.each([
    "null",
    "undefined",
    "'zz'",
    "''",
    "{}",
    "5",
    "document",
    "document.body",
    "document.createElement('div')",
  ])("%s is no host, and the script goes on", async (host) => {
    const { drawn, codes } = await run(`createGauge(${host}, 1).update(); createGauge('a', 2)`);
    expect(drawn).toMatchObject([{ host: 0, chart: { value: 2 } }]);
    expect(codes).toEqual(["bad-call"]);
  });

  test("a second chart on the same host replaces the first, a bad call does not", async () => {
    const { drawn } = await run(
      "createGauge('a', 1); createGauge('b', 1); createLineChart('a', [2]); createGauge('a')",
    );
    expect(drawn).toMatchObject([
      { host: 0, chart: { kind: "line", values: [2] } },
      { host: 1, chart: { kind: "gauge" } },
    ]);
  });
});
