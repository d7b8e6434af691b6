import type { ChartConfiguration, Point } from "chart.js";
import type { LineChart } from "@/lib/reports/document/charts/model";
import type { Ink } from "./ink";
import { lineMarks, markTexts } from "./line-marks";
import { type ChartLocale, formatAmount, formatNumber } from "./number-format";
import { tooltipStyle } from "./tooltip-style";
import { drawable, valueAxis } from "./value-axis";

/** Opacity of the area below the line, as the last two digits of `#rrggbbaa`. */
const TINT = "18";

/** A line over points 1 … n with a light tint below it; its extremes and its last value are named. */
export function lineConfig(
  { values, valuePrefix, valueSuffix, strokeWidth }: LineChart,
  ink: Ink,
  locale: ChartLocale,
  narrow: boolean,
): ChartConfiguration<"line", Point[]> {
  const unit = { valuePrefix, valueSuffix };
  const color = ink.series[0] ?? ink.text;
  const points = values.map((value, index) => ({ x: index + 1, y: drawable(value) }));
  const marks = lineMarks(values);
  const isNoPoint = (x: number) => x < 1 || x > values.length;
  return {
    type: "line",
    data: {
      datasets: [
        {
          label: "values",
          data: points,
          borderColor: color,
          borderWidth: strokeWidth,
          borderJoinStyle: "round",
          backgroundColor: color + TINT,
          fill: "origin",
          pointRadius: 0,
          pointHitRadius: 12,
          pointHoverRadius: 4,
          pointHoverBackgroundColor: color,
          pointHoverBorderColor: ink.surface,
          order: 1,
        },
        {
          label: "marks",
          data: marks.flatMap(({ index }) => points[index] ?? []),
          showLine: false,
          fill: false,
          pointRadius: marks.map(({ role }) => (role === "last" ? 4 : 3)),
          pointBackgroundColor: marks.map(({ role }) => (role === "last" ? color : ink.surface)),
          pointBorderColor: marks.map(({ role }) => (role === "last" ? ink.surface : color)),
          pointBorderWidth: 1.5,
          pointHitRadius: 0,
          order: 0,
        },
      ],
    },
    options: {
      parsing: false,
      normalized: true,
      clip: false,
      scales: {
        x: {
          type: "linear",
          // A single point stands in the middle.
          min: values.length === 1 ? 0 : 1,
          max: values.length === 1 ? 2 : values.length,
          border: { color: ink.line },
          grid: { display: false },
          ticks: {
            color: ink.muted,
            font: ink.font,
            padding: 4,
            precision: 0,
            maxTicksLimit: narrow ? 6 : 10,
            maxRotation: 0,
            callback: (point, index, ticks) =>
              isNoPoint(Number(point)) || crowdsAnEnd(index, ticks)
                ? ""
                : formatNumber(Number(point), locale),
          },
        },
        y: { ...valueAxis(ink, unit, locale, 6), position: "right", grace: "24%" },
      },
      interaction: { mode: "nearest", axis: "x", intersect: false },
      plugins: {
        tooltip: {
          ...tooltipStyle(ink),
          filter: ({ datasetIndex }) => datasetIndex === 0,
          callbacks: {
            title: ([item]) => (item === undefined ? "" : formatNumber(item.dataIndex + 1, locale)),
            label: ({ dataIndex }) => formatAmount(values[dataIndex] ?? 0, unit, locale),
          },
        },
      },
    },
    plugins: [
      markTexts(
        marks.map(({ index, role }) => ({
          text: formatAmount(values[index] ?? 0, unit, locale),
          below: role === "lowest",
          strong: role === "last",
        })),
        ink,
      ),
    ],
  };
}

// Chart.js adds a tick at both ends of the axis, however near the round one beside it is.
function crowdsAnEnd(index: number, ticks: readonly { readonly value: number }[]): boolean {
  const at = (place: number) => ticks[place]?.value ?? Number.NaN;
  const middle = Math.floor(ticks.length / 2);
  const step = at(middle) - at(middle - 1);
  const last = ticks.length - 1;
  return (
    (index === 1 && last > 1 && at(1) - at(0) < 0.7 * step) ||
    (index === last - 1 && index > 0 && at(last) - at(last - 1) < 0.7 * step)
  );
}
