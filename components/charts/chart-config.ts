import type { ChartConfiguration, Point } from "chart.js";
import type { Chart } from "@/lib/reports/document/charts/model";
import { barConfig } from "./bar-config";
import { doughnutConfig } from "./doughnut-config";
import { gaugeConfig } from "./gauge-config";
import type { Ink } from "./ink";
import { lineConfig } from "./line-config";
import type { ChartLocale } from "./number-format";

export type DrawingConfig =
  | ChartConfiguration<"doughnut">
  | ChartConfiguration<"bar">
  | ChartConfiguration<"line", Point[]>;

/** What Chart.js is to draw for a chart; pure. `narrow` is true where there is a phone's width. */
export function chartConfig(chart: Chart, ink: Ink, locale: ChartLocale, narrow: boolean): DrawingConfig {
  switch (chart.kind) {
    case "gauge":
      return gaugeConfig(chart, ink);
    case "doughnut":
      return doughnutConfig(chart, ink, locale);
    case "bar":
      return barConfig(chart, ink, locale, narrow);
    case "line":
      return lineConfig(chart, ink, locale, narrow);
  }
}
