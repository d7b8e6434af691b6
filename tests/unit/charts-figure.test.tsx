import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { ChartFigure, type ChartTexts, NoChartData } from "../../components/charts/chart-figure";
import type { Chart } from "../../lib/reports/document/charts/model";

const texts: ChartTexts = {
  dataTable: "Data table",
  label: "Item",
  value: "Value",
  reading: "Reading",
  point: "Point",
  range: "Range",
  share: "Share",
  lowest: "Lowest",
  highest: "Highest",
  last: "Last",
};

const gauge: Chart = {
  kind: "gauge",
  value: 64,
  min: 0,
  max: 100,
  segments: [
    { limit: 45, color: "#f97316", label: "Fear" },
    { limit: 75, color: "#84cc16", label: "Greed" },
  ],
};

const doughnut: Chart = {
  kind: "doughnut",
  slices: [
    { label: "Bitcoin", value: 3, color: "#f7931a" },
    { label: "Others", value: 1, color: null },
  ],
  title: "Market cap",
  cutout: 0.6,
  showLegend: true,
};

const line = (length: number): Chart => ({
  kind: "line",
  values: Array.from({ length }, (_, index) => index),
  color: null,
  valuePrefix: "$",
  valueSuffix: "",
  strokeWidth: 2,
});

const render = (chart: Chart, locale: "vi" | "en" = "en") =>
  renderToStaticMarkup(<ChartFigure chart={chart} caption="Sentiment" texts={texts} locale={locale} />);

/** The cells of the table's body, row by row. */
function rows(html: string): string[][] {
  const [, body = ""] = /<tbody>(.*)<\/tbody>/.exec(html) ?? [];
  return body
    .split("</tr>")
    .slice(0, -1)
    .map((row) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = ""]) => cell));
}

const headers = (html: string) =>
  [...html.matchAll(/<th scope="col">(.*?)<\/th>/g)].map(([, header]) => header);

describe("a figure rendered on the server", () => {
  test("names itself and its table, and hides the picture from assistive technology", () => {
    const html = render(gauge);
    expect(html).toMatch(/<figcaption[^>]*>Sentiment<\/figcaption>/);
    expect(html).toMatch(/<caption>Data table<span[^>]*>: Sentiment<\/span><\/caption>/);
    expect(html).toMatch(/<div aria-hidden="true"[^>]*data-state="empty"/);
    expect(html).not.toContain("<canvas");
  });

  test("carries no inline style, which a strict security policy would drop", () => {
    for (const chart of [gauge, doughnut, line(3)]) expect(render(chart)).not.toContain("style=");
  });

  test("can keep its caption for assistive technology only", () => {
    const html = renderToStaticMarkup(
      <ChartFigure chart={gauge} caption="Sentiment" hideCaption texts={texts} locale="en" />,
    );
    expect(html).toContain(">Sentiment</figcaption>");
    expect(html).not.toBe(render(gauge));
  });

  test("escapes what the report wrote", () => {
    const html = render({
      ...doughnut,
      title: "<script>",
      slices: [{ label: "<b>", value: 1, color: '"><b>' }],
    });
    expect(html).not.toMatch(/<script|<b>/);
  });

  test("a gauge tells value, reading, range and segments", () => {
    expect(rows(render(gauge))).toEqual([
      ["Value", "64"],
      ["Reading", "Greed"],
      ["Range", "0 – 100"],
      ["Fear", "0 – 45"],
      ["Greed", "45 – 75"],
    ]);
  });

  test("a gauge beyond its last segment has no reading", () => {
    expect(rows(render({ ...gauge, value: 80 })).map(([name]) => name)).not.toContain("Reading");
  });

  test("a doughnut tells shares, and shows them in a legend unless told not to", () => {
    expect(rows(render(doughnut, "vi"))).toEqual([
      ["Bitcoin", "3", "75%"],
      ["Others", "1", "25%"],
    ]);
    expect(render(doughnut)).toContain("<ul");
    expect(render({ ...doughnut, showLegend: false })).not.toContain("<ul");
  });

  test("bars are headed by what their axis measures", () => {
    const html = render({
      kind: "bar",
      bars: [{ label: "10/11", value: -148.7, color: null }],
      valuePrefix: "$",
      valueSuffix: "M",
      yAxisLabel: "Net flow",
    });
    expect(headers(html)).toEqual(["Item", "Net flow"]);
    expect(rows(html)).toEqual([["10/11", "−$148.7M"]]);
  });

  test("a short line tells each value", () => {
    expect(rows(render(line(2)))).toEqual([
      ["1", "$0"],
      ["2", "$1"],
    ]);
  });

  test("a long line is summed up in runs that cover it", () => {
    const html = render(line(5000), "vi");
    expect(headers(html)).toEqual(["Point", "Lowest", "Highest", "Last"]);
    expect(rows(html)[0]).toEqual(["1 – 84", "$0", "$83", "$83"]);
    expect(rows(html).at(-1)).toEqual(["4.957 – 5.000", "$4.956", "$4.999", "$4.999"]);
    expect(rows(html)).toHaveLength(60);
  });
});

test("a host without a chart shows the note it is given", () => {
  expect(renderToStaticMarkup(<NoChartData text="No data" />)).toContain(">No data</p>");
});
