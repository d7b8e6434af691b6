import type { Chart } from "@/lib/reports/document/charts/model";
import screenReader from "../layout/hidden.module.css";
import { ChartPlot } from "./chart-plot";
import { ChartTable, type ChartTexts } from "./chart-table";
import styles from "./charts.module.css";
import { DoughnutLegend } from "./doughnut-legend";
import type { ChartLocale } from "./number-format";
import { FootText, HeadText, InnerText } from "./plot-texts";

export type { ChartTexts } from "./chart-table";

export interface ChartFigureProps {
  readonly chart: Chart;
  /** Names the figure; shown above it. */
  readonly caption: string;
  /**
   * Keeps the caption for assistive technology only, for where a heading above the figure says the
   * same.
   */
  readonly hideCaption?: boolean;
  readonly texts: ChartTexts;
  readonly locale: ChartLocale;
}

/**
 * A chart with its caption and its numbers. Complete as server-rendered markup: without script the
 * table is shown; with it the table is there for screen readers and on paper.
 */
export function ChartFigure({ chart, caption, hideCaption = false, texts, locale }: ChartFigureProps) {
  return (
    <figure className={styles.figure}>
      <figcaption className={hideCaption ? screenReader.hidden : styles.caption}>{caption}</figcaption>
      <ChartPlot
        chart={chart}
        locale={locale}
        head={<HeadText chart={chart} />}
        inner={<InnerText chart={chart} locale={locale} />}
        foot={<FootText chart={chart} locale={locale} />}
        legend={
          chart.kind === "doughnut" && chart.showLegend && <DoughnutLegend doughnut={chart} locale={locale} />
        }
      />
      <div className={styles.table} data-kind={chart.kind}>
        <ChartTable chart={chart} caption={caption} texts={texts} locale={locale} />
      </div>
    </figure>
  );
}

/** The quiet note in a host that nothing was drawn in. */
export function NoChartData({ text }: { readonly text: string }) {
  return <p className={styles.noData}>{text}</p>;
}
