import type { ChartConfiguration } from "chart.js";
import type { BarChart } from "@/lib/reports/document/charts/model";
import { barValues } from "./bar-values";
import type { Ink } from "./ink";
import { type ChartLocale, formatAmount } from "./number-format";
import { tooltipStyle } from "./tooltip-style";
import { drawable, valueAxis } from "./value-axis";

const LONGEST_LABEL = 12;

/** More bars than this lie on their side where the figure is narrow, so that labels stay readable. */
export const MOST_UPRIGHT_BARS = 8;

/** Bars from a common zero line, negative ones on its other side. */
export function barConfig(
  { bars, valuePrefix, valueSuffix }: BarChart,
  ink: Ink,
  locale: ChartLocale,
  narrow: boolean,
): ChartConfiguration<"bar"> {
  const unit = { valuePrefix, valueSuffix };
  const texts = bars.map(({ value }) => formatAmount(value, unit, locale));
  const horizontal = narrow && bars.length > MOST_UPRIGHT_BARS;
  const values = valueAxis(ink, unit, locale, horizontal ? 4 : 6);
  const labels = {
    type: "category" as const,
    border: { display: false },
    grid: { display: false },
    ticks: {
      color: ink.muted,
      font: ink.font,
      padding: 4,
      maxRotation: 50,
      autoSkipPadding: 4,
      callback: (index: string | number) => shorten(bars[Number(index)]?.label ?? ""),
    },
  };
  return {
    type: "bar",
    data: {
      labels: bars.map(({ label }) => label),
      datasets: [
        {
          data: bars.map(({ value }) => drawable(value)),
          backgroundColor: [...ink.series],
          maxBarThickness: 44,
          categoryPercentage: 0.8,
          barPercentage: 0.9,
          borderRadius: 2,
        },
      ],
    },
    options: {
      indexAxis: horizontal ? "y" : "x",
      scales: horizontal ? { x: values, y: labels } : { x: labels, y: values },
      interaction: { mode: "index", axis: horizontal ? "y" : "x", intersect: false },
      plugins: {
        tooltip: {
          ...tooltipStyle(ink),
          callbacks: { label: ({ dataIndex }) => texts[dataIndex] ?? "" },
        },
      },
    },
    plugins: [barValues(texts, ink)],
  };
}

function shorten(label: string): string {
  const characters = [...label];
  if (characters.length <= LONGEST_LABEL) return label;
  return `${characters
    .slice(0, LONGEST_LABEL - 1)
    .join("")
    .trimEnd()}…`;
}
