import { toJsxRuntime } from "hast-util-to-jsx-runtime";
import type { ComponentProps } from "react";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import type { ReportDocument } from "@/lib/reports/document/model";
import { ChartFigure, type ChartTexts, NoChartData } from "../charts/chart-figure";
import styles from "./report-body.module.css";
import "./report-content.css";
import { SettleLayout } from "./settle-layout";

export interface ReportBodyProps {
  readonly document: ReportDocument;
  /** The language that numbers and axis texts of the charts are in. */
  readonly locale: "vi" | "en";
  readonly chartTexts: ChartTexts;
  /** Shown where a host has no chart. */
  readonly noChartData: string;
  /** Caption of a chart that has neither a title nor a heading above it. */
  readonly chartCaption: string;
}

type HostProps = ComponentProps<"div"> & { "data-chart"?: string; "data-caption"?: string };

/**
 * A report's document as React elements: its text never passes through `innerHTML`. The outer box
 * is the site's; report styles can only match `#report-container` and what is in it, so a report can
 * neither leave the box nor cover what is around it.
 */
export function ReportBody({ document, locale, chartTexts, noChartData, chartCaption }: ReportBodyProps) {
  /** A host (`div[data-chart]`) gets its chart, or the note that there is none, before what it holds. */
  const withChart =
    (create: typeof jsx): typeof jsx =>
    (type, props, key) => {
      const { "data-caption": caption, ...host } = props as HostProps;
      const index = host["data-chart"];
      if (index === undefined) return create(type, props, key);
      const chart = document.charts[Number(index)];
      const content = chart ? (
        // The caption repeats the heading above: it is for those who come to the figure from elsewhere.
        <ChartFigure
          chart={chart}
          caption={caption || chartCaption}
          hideCaption
          texts={chartTexts}
          locale={locale}
        />
      ) : (
        <NoChartData text={noChartData} />
      );
      return jsxs(type, { ...host, children: [content, host.children] }, key);
    };

  return (
    <div className={styles.frame}>
      {document.css !== "" && <style>{document.css}</style>}
      <div id="report-container">
        {toJsxRuntime(document.body, {
          Fragment,
          jsx: withChart(jsx),
          jsxs: withChart(jsxs),
          ignoreInvalidStyle: true,
        })}
      </div>
      <SettleLayout />
    </div>
  );
}
