import fc from "fast-check";
import type { Element, Root } from "hast";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { ReportBody } from "@/components/report/report-body";
import { buildDocument } from "@/lib/reports/document/build-document";
import { cutToSize, MAX_WEIGHT } from "@/lib/reports/document/cut-to-size";
import { forEachElement } from "@/lib/reports/document/html/tree";
import type { ReportDocument } from "@/lib/reports/document/model";
import { textOf } from "../support/assert-document";

const CHART_TEXTS = {
  ...{ dataTable: "Data", label: "Item", value: "Value", share: "Share", lowest: "Lowest" },
  ...{ highest: "Highest", last: "Last", reading: "Reading", point: "Point", range: "Range" },
};

async function documentOf(html: string, js: string | null = null): Promise<ReportDocument> {
  return (await buildDocument({ html, css: null, js }, "en", new Date("2026-11-18T00:30:00Z"))).document;
}

const pageOf = (document: ReportDocument): string =>
  renderToStaticMarkup(
    createElement(ReportBody, {
      document,
      locale: "en",
      chartTexts: CHART_TEXTS,
      noChartData: "None",
      chartCaption: "Chart",
    }),
  );

function elementsOf(body: Root): Element[] {
  const elements: Element[] = [];
  forEachElement(body, (element) => elements.push(element));
  return elements;
}

describe("what a report may come to on a page", () => {
  const letters = "a".repeat(20_000);
  test.each([
    [
      "a label that each cell repeats",
      `<table><tr><th>${letters}</th></tr>${"<tr><td>1</td></tr>".repeat(3_000)}</table>`,
    ],
    [
      "a name that each table repeats",
      `<h2>${letters}</h2>${"<table><tr><td>1</td></tr></table>".repeat(500)}`,
    ],
    ["icons with long outlines", "<p class='fab fa-old-republic'>x".repeat(3_000)],
    ["titles that the contents repeat", `<section><h2>${letters}</h2></section>`.repeat(100)],
    ["many elements", "<p>x</p>".repeat(99_000)],
    ["characters that are escaped", `<p>${'"&'.repeat(1_500_000)}</p>`],
    ["a long text", `<p>${"word ".repeat(4_000_000)}</p>`],
  ])("is bounded: %s", async (_name, html) => {
    const document = await documentOf(html);
    expect(document.isCut).toBe(true);
    // Half of the weight is for the data that React takes the page over with.
    expect(pageOf(document).length).toBeLessThan(MAX_WEIGHT / 2);
  });

  test("data of charts are bounded, too", async () => {
    const draw = `const bars = Array.from({ length: 1_000 }, () => ({ label: "<".repeat(1000), value: 1 }));
      for (const host of ["a", "b", "c", "d"]) createBarChart(host, bars);`;
    const document = await documentOf(
      `${["a", "b", "c", "d"].map((id) => `<div id="${id}"></div>`).join("")}<p>After</p>`,
      draw,
    );
    expect(document.charts.length).toBeLessThan(4);
    expect(textOf(document.body)).toContain("After");
    expect(pageOf(document).length).toBeLessThan(MAX_WEIGHT / 2);
  });

  test("a style sheet does not take the room of the text", () => {
    const text = { type: "text", value: "word ".repeat(4_000_000) } as const;
    const document: ReportDocument = {
      ...{ title: null, summary: "", charts: [], sections: [], wordCount: 0, isCut: false },
      body: { type: "root", children: [text] },
      css: '"'.repeat(2_000_000),
    };
    const cut = cutToSize(document);
    expect(cut).toMatchObject({ css: "", isCut: true });
    expect(textOf(cut.body).length).toBeGreaterThan(500_000);
    expect(pageOf(cut).length).toBeLessThan(MAX_WEIGHT / 2);
  });

  test("a daily report of 2 MB is whole", async () => {
    const row = '<tr><td data-label="Asset">BTC</td><td data-label="Price">$115,920</td></tr>';
    const part = `<section><h2><i class="fas fa-chart-line"></i> Flows</h2><p>${"The price held its range. ".repeat(40)}</p>
      <table><thead><tr><th>Asset</th><th>Price</th></tr></thead><tbody>${row.repeat(8)}</tbody></table></section>`;
    const document = await documentOf(part.repeat(Math.floor(2_000_000 / part.length)));
    expect(document.isCut).toBe(false);
  });
});

describe("what is left of a report that is too long", () => {
  const parts = (index: number) =>
    `<section><h2>Part ${index}</h2><p>Text of <b>part</b> ${index}.</p><div id="chart-${index}"></div></section>`;
  const html = Array.from({ length: 12 }, (_, index) => parts(index)).join("");
  const js = `for (let i = 0; i < 12; i++) createGauge("chart-" + i, i);`;

  test("is its beginning, with the charts and the contents that belong to it", async () => {
    const whole = await documentOf(html, js);
    expect(whole.charts).toHaveLength(12);
    const text = textOf(whole.body);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (weight) => {
        const cut = cutToSize(structuredClone(whole), weight);
        const elements = elementsOf(cut.body);
        const ids = elements.map(({ properties }) => properties.id);
        expect(text.startsWith(textOf(cut.body))).toBe(true);
        expect(cut.isCut).toBe(textOf(cut.body) !== text || cut.charts.length < 12);
        expect(cut.charts).toEqual(whole.charts.slice(0, cut.charts.length));
        expect(elements.flatMap(({ properties }) => properties.dataChart ?? [])).toEqual(
          cut.charts.map((_, index) => String(index)),
        );
        expect(cut.sections).toEqual(whole.sections.filter(({ id }) => ids.includes(id)));
      }),
    );
  });

  test("is nothing less the more there is room", async () => {
    const whole = await documentOf(html, js);
    const lengths = Array.from(
      { length: 50 },
      (_, step) => textOf(cutToSize(structuredClone(whole), step * 1_000).body).length,
    );
    expect(lengths).toEqual(lengths.toSorted((one, other) => one - other));
    expect(lengths[0]).toBe(0);
    expect(lengths.at(-1)).toBe(textOf(whole.body).length);
  });
});
