import { describe, expect, test } from "vitest";
import type { Chart } from "@/lib/reports/document/charts/model";
import { placeCharts } from "@/lib/reports/document/html/chart-hosts";
import { prepare, render } from "./html-support";

const LINE: Chart = {
  kind: "line",
  values: [1, 2],
  color: null,
  valuePrefix: "",
  valueSuffix: "",
  strokeWidth: 2,
};
const GAUGE: Chart = { kind: "gauge", value: 62, min: 0, max: 100, segments: [] };
const BAR: Chart = { kind: "bar", bars: [], valuePrefix: "", valueSuffix: "", yAxisLabel: "Triệu USD" };
const DOUGHNUT: Chart = { kind: "doughnut", slices: [], title: "Phân bổ", cutout: 0.6, showLegend: true };

/** Draws charts on elements by the ids that the report wrote. */
function place(html: string, drawings: readonly (readonly [id: string, chart: Chart])[]) {
  const prepared = prepare(html);
  const drawn = drawings.map(([id, chart]) => ({
    host: prepared.elements.findIndex((element) => element.id === id),
    chart,
  }));
  const { body, charts } = placeCharts(prepared, drawn);
  return { html: render(body), charts };
}

describe("a chart", () => {
  test.each([
    [
      "in an empty div",
      '<div id="a" class="chart-container"> </div>',
      '<div id="a" class="chart-container" data-chart="0"></div>',
    ],
    [
      "in a div in a container",
      '<div class="chart-container"><div id="a"></div></div>',
      '<div class="chart-container"><div id="a" data-chart="0"></div></div>',
    ],
    [
      "in a container of empty divs",
      '<div id="a" class="chart-container"><div></div></div>',
      '<div id="a" class="chart-container" data-chart="0"></div>',
    ],
    ["in a canvas", '<canvas id="a"></canvas>', '<div id="a" data-chart="0"></div>'],
    ["in an empty paragraph, which becomes a div", '<p id="a"></p>', '<div id="a" data-chart="0"></div>'],
    [
      "before the text of a div",
      '<div id="a">x</div>',
      '<div id="a"><div class="chart-container" data-chart="0"></div>x</div>',
    ],
    [
      "in a section, a cell or an item",
      '<section id="a"></section>',
      '<section id="a"><div class="chart-container" data-chart="0"></div></section>',
    ],
    [
      "before a paragraph with text",
      '<p id="a">x</p>',
      '<div class="chart-container" data-chart="0"></div><p id="a">x</p>',
    ],
    [
      "before the paragraph around a span",
      '<p>x <b><span id="a"></span></b></p>',
      '<div class="chart-container" data-chart="0"></div><p>x <b><span id="a"></span></b></p>',
    ],
    [
      "before a list",
      '<ul id="a"><li>x</li></ul>',
      '<div class="chart-container" data-chart="0"></div><ul id="a"><li>x</li></ul>',
    ],
    [
      "before the details around a summary",
      '<details><summary id="a">x</summary></details>',
      '<div class="chart-container" data-chart="0"></div><details><summary id="a">x</summary></details>',
    ],
    [
      "before an image in a div",
      '<div id="a"><img src="data:image/png,x"></div>',
      '<div id="a"><div class="chart-container" data-chart="0"></div><img src="data:image/png,x" alt="" loading="lazy" decoding="async"/></div>',
    ],
    [
      "in a host whose id had to change",
      '<div id="Main"></div>',
      '<div id="report-Main" data-chart="0"></div>',
    ],
  ])("%s", (_, html, expected) => {
    expect(
      place(
        html,
        [
          ["a", GAUGE],
          ["Main", GAUGE],
        ].filter(([id]) => html.includes(`"${id}"`)) as [string, Chart][],
      ).html,
    ).toBe(expected);
  });

  test("on a row goes before the table", () => {
    const { html } = place('<table><tr id="a"><td>x</td></tr></table>', [["a", LINE]]);
    expect(html).toContain('<div class="chart-container" data-chart="0"></div><table');
    expect(html).toContain("<td>x</td>");
  });

  test("in a host inside a host leaves both", () => {
    const { html, charts } = place('<div id="a"><div id="b"></div></div>', [
      ["a", LINE],
      ["b", GAUGE],
    ]);
    expect(html).toBe(
      '<div id="a"><div class="chart-container" data-chart="0"></div><div id="b" data-chart="1"></div></div>',
    );
    expect(charts).toEqual([LINE, GAUGE]);
  });

  test("drawn again replaces the first", () => {
    expect(
      place('<div id="a"></div>', [
        ["a", LINE],
        ["a", GAUGE],
      ]).charts,
    ).toEqual([GAUGE]);
  });

  test("numbers follow the document, not the order of drawing", () => {
    const { html, charts } = place('<div id="a"></div><div id="b"></div>', [
      ["b", LINE],
      ["a", GAUGE],
    ]);
    expect(html).toBe('<div id="a" data-chart="0"></div><div id="b" data-chart="1"></div>');
    expect(charts).toEqual([GAUGE, LINE]);
  });

  test.each([
    ["an element that does not exist", '<div id="b">x</div>', "a"],
    ["one that was taken out", '<h1 id="a">x</h1>', "a"],
    ["an image that was replaced", '<img id="a" src="x" alt="x">', "a"],
  ])("on %s is left out", (_, html, id) => {
    expect(place(html, [[id, LINE]]).charts).toEqual([]);
  });
});

describe("captions", () => {
  function captions(html: string, drawings: readonly (readonly [string, Chart])[]): string[] {
    return [...place(html, drawings).html.matchAll(/data-caption="([^"]*)"/g)].map((match) => match[1] ?? "");
  }

  test.each([
    ["a doughnut's own title", '<h3>x</h3><div id="a"></div>', DOUGHNUT, ["Phân bổ"]],
    [
      "the heading of its card",
      '<h2>S</h2><div class="report-card"><h3><i class="fas fa-bolt"></i> Giá</h3><div class="chart-container"><div id="a"></div></div></div>',
      LINE,
      ["Giá"],
    ],
    [
      "the heading of its section",
      '<section><h2>S</h2><div class="report-card"><h3>x</h3></div><div class="report-card"><div id="a"></div></div></section>',
      LINE,
      ["S"],
    ],
    [
      "a heading in a header before it",
      '<div class="card-header"><h3>Giá</h3></div><div id="a"></div>',
      LINE,
      ["Giá"],
    ],
    ["none", '<div id="a"></div>', LINE, []],
  ])("%s", (_, html, chart, expected) => {
    expect(captions(html, [["a", chart]])).toEqual(expected);
  });

  test("that are shared get the axis label or a number", () => {
    const html = '<h3>Dòng tiền</h3><div id="a"></div><div id="b"></div><div id="c"></div>';
    expect(
      captions(html, [
        ["a", LINE],
        ["b", BAR],
        ["c", LINE],
      ]),
    ).toEqual(["Dòng tiền", "Dòng tiền – Triệu USD", "Dòng tiền (2)"]);
  });
});

describe("a host that nothing was drawn in", () => {
  const none = (html: string) => (place(html, []).html.match(/data-chart="none"/g) ?? []).length;

  test.each([
    ['<div class="chart-container"></div>', 1],
    ['<div class="chart-container" id="x">\n</div>', 1],
    ['<div class="chart-container"><div id="x"></div></div>', 1],
    ['<div id="btc-price-line-chart"></div>', 1],
    ['<div id="fear-greed-gauge-en"></div>', 1],
    ['<div id="priceChart"></div>', 1],
    ['<canvas id="chart_1"></canvas>', 1],
    ['<div id="timeline"></div>', 0],
    ['<div id="headline"></div>', 0],
    ['<div id="spacer"></div>', 0],
    ['<div id="bar-chart">x</div>', 0],
    ['<span id="bar-chart"></span>', 0],
    ['<div class="chart-container">x</div>', 0],
    ['<div class="chart-container"><div></div></div>', 0],
  ])("%s: %d", (html, count) => {
    expect(none(html)).toBe(count);
  });

  test("is marked beside one that was drawn in", () => {
    const { html } = place('<div class="chart-container"><div id="a"></div><div id="b"></div></div>', [
      ["a", LINE],
    ]);
    expect(html).toBe(
      '<div class="chart-container"><div id="a" data-chart="0"></div><div id="b" data-chart="none"></div></div>',
    );
  });

  test("a report cannot mark one itself", () => {
    expect(place('<div data-chart="7" data-caption="x">y</div>', []).html).toBe("<div>y</div>");
  });
});
