import { readFileSync } from "node:fs";
import type { Element, Root } from "hast";
import rehypeParse from "rehype-parse";
import { unified } from "unified";
import { visit } from "unist-util-visit";
import { describe, expect, test } from "vitest";
import { type HostElement, runChartScript } from "../../lib/reports/document/charts/run-script";

const calm = { clock: () => 0, limits: { hardTimeMs: 10_000 } };

interface Row {
  html_content: string;
  js_content: string;
  html_content_en: string;
  js_content_en: string;
}

function row(name: string): Row {
  return JSON.parse(readFileSync(new URL(`../fixtures/reports/${name}.json`, import.meta.url), "utf8"));
}

function elementsOf(html: string): HostElement[] {
  const places = new Map<unknown, number>();
  const elements: HostElement[] = [];
  const tree: Root = unified().use(rehypeParse, { fragment: true }).parse(html);
  visit(tree, "element", (element: Element, _index, parent) => {
    const { id, className } = element.properties;
    places.set(element, elements.length);
    elements.push({
      tag: element.tagName,
      id: typeof id === "string" ? id : null,
      classes: Array.isArray(className) ? className.map(String) : [],
      attributes: {},
      parent: places.get(parent) ?? null,
    });
  });
  return elements;
}

async function drawnBy(name: string, locale: "vi" | "en") {
  const { html_content, js_content, html_content_en, js_content_en } = row(name);
  const [html, js] = locale === "vi" ? [html_content, js_content] : [html_content_en, js_content_en];
  const elements = elementsOf(html);
  const { drawn, failures } = await runChartScript(js, elements, { locale, ...calm });
  return {
    charts: drawn.map(({ chart }) => chart),
    hosts: drawn.map(({ host, chart }) => `${elements[host]?.id} ${chart.kind}`),
    failures,
  };
}

describe.each([
  ["vi", ""],
  ["en", "-en"],
] as const)("the sample reports in %s", (locale, suffix) => {
  test("all seven charts of the daily report are drawn", async () => {
    const { hosts, failures } = await drawnBy("01-daily-full", locale);
    expect(hosts).toEqual([
      `fear-greed-gauge-container${suffix} gauge`,
      `altcoin-season-gauge-container${suffix} gauge`,
      `market-dominance-doughnut-chart${suffix} doughnut`,
      `open-interest-doughnut-chart${suffix} doughnut`,
      `etf-flow-bar-chart${suffix} bar`,
      `btc-price-line-chart${suffix} line`,
      `funding-rate-line-chart${suffix} line`,
    ]);
    expect(failures).toEqual([]);
  });

  test("all five charts of the weekly report, which waits for DOMContentLoaded, are drawn", async () => {
    const { hosts, failures } = await drawnBy("02-weekly-styled", locale);
    expect(hosts).toEqual([
      `weekly-sentiment-gauge${suffix} gauge`,
      `weekly-performance-bar${suffix} bar`,
      `weekly-btc-path-line${suffix} line`,
      `weekly-stablecoin-line${suffix} line`,
      `weekly-allocation-doughnut${suffix} doughnut`,
    ]);
    expect(failures).toEqual([]);
  });

  test("what the buggy report draws around a missing host and before its error stays", async () => {
    const { hosts, charts, failures } = await drawnBy("04-buggy-js", locale);
    expect(hosts).toEqual([
      `fear-greed-gauge-container${suffix} gauge`,
      `btc-hourly-line-chart${suffix} line`,
      `liquidation-bar-chart${suffix} bar`,
    ]);
    expect(charts[0]).toMatchObject({ value: 62, min: 0, max: 100 });
    expect(failures).toEqual([
      { code: "bad-call", message: "createDoughnutChart: no such element" },
      { code: "threw", message: "TypeError: cannot read property 'venues' of undefined" },
    ]);
  });
});

test("data and options arrive as they are written", async () => {
  const { charts } = await drawnBy("01-daily-full", "vi");
  expect(charts[1]).toEqual({
    kind: "gauge",
    value: 37,
    min: 0,
    max: 100,
    segments: [
      { limit: 25, color: "#f7931a", label: "Mùa Bitcoin" },
      { limit: 75, color: "#64748b", label: "Cân bằng" },
      { limit: 100, color: "#6366f1", label: "Mùa Altcoin" },
    ],
  });
  expect(charts[2]).toMatchObject({ title: "Vốn hóa", cutout: 0.6, showLegend: true });
  expect(charts[3]).toMatchObject({ title: "Hợp đồng mở" });
  expect(charts[4]).toMatchObject({
    valuePrefix: "$",
    valueSuffix: "M",
    yAxisLabel: "Dòng tiền ròng (triệu USD)",
  });
  expect(charts[4]).toHaveProperty("bars.1", { label: "10/11", value: -148.7, color: "#dc2626" });
  expect(charts[6]).toMatchObject({ color: "#0ea5e9", valueSuffix: "%", strokeWidth: 2 });
  expect(charts[6]).toHaveProperty("values.4", -0.0012);
});
