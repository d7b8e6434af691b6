import type { Chart, DoughnutChart } from "@/lib/reports/document/charts/model";
import styles from "./charts.module.css";
import { gaugeReading } from "./gauge-scale";
import { type ChartLocale, formatNumber } from "./number-format";

const LONGEST_INNER_TITLE = 24;
const SMALLEST_HOLE = 0.5;

interface PlotTextProps {
  readonly chart: Chart;
  readonly locale: ChartLocale;
}

/** Text inside the picture: a gauge's number, a doughnut's title if it fits the hole. */
export function InnerText({ chart, locale }: PlotTextProps) {
  if (chart.kind === "gauge") {
    return <p className={styles.gaugeValue}>{formatNumber(chart.value, locale)}</p>;
  }
  if (chart.kind === "doughnut" && fitsHole(chart)) {
    return <p className={styles.innerTitle}>{chart.title}</p>;
  }
  return null;
}

/** Text above the picture: what a bar chart's axis measures, a doughnut's title that is too long. */
export function HeadText({ chart }: { readonly chart: Chart }) {
  if (chart.kind === "bar" && chart.yAxisLabel !== null) {
    return <p className={styles.axisLabel}>{chart.yAxisLabel}</p>;
  }
  if (chart.kind === "doughnut" && chart.title !== null && !fitsHole(chart)) {
    return <p className={styles.outerTitle}>{chart.title}</p>;
  }
  return null;
}

/** Text below the picture: a gauge's reading between the two ends of its scale. */
export function FootText({ chart, locale }: PlotTextProps) {
  if (chart.kind !== "gauge") return null;
  const reading = gaugeReading(chart);
  return (
    <p className={styles.gaugeFoot}>
      <span>{formatNumber(chart.min, locale)}</span>
      {reading !== null && <strong>{reading}</strong>}
      <span>{formatNumber(chart.max, locale)}</span>
    </p>
  );
}

function fitsHole({ cutout, title }: DoughnutChart): boolean {
  return title !== null && title.length <= LONGEST_INNER_TITLE && cutout >= SMALLEST_HOLE;
}
