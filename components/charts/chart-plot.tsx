"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Chart } from "@/lib/reports/document/charts/model";
import { CanvasBoundary } from "./canvas-boundary";
import { loadChartCanvas, prefetchChartCanvas, useChartCanvas } from "./chart-canvas-loader";
import styles from "./charts.module.css";
import { useDisplayState } from "./display-state";
import { DrawnColors } from "./legend-swatch";
import { useNearScreen } from "./near-screen";
import type { ChartLocale } from "./number-format";

export interface ChartPlotProps {
  readonly chart: Chart;
  readonly locale: ChartLocale;
  /** Texts above, inside and below the picture, and its legend: the server's, as formatting costs time. */
  readonly head: ReactNode;
  readonly inner: ReactNode;
  readonly foot: ReactNode;
  readonly legend: ReactNode;
}

/**
 * The picture of a chart, hidden from assistive technology, which reads the table instead. The server
 * renders its texts and an empty area of the final size; Chart.js is fetched when the area comes near
 * the screen, or when the reader begins to use the page, so that printing finds it there.
 */
export function ChartPlot({ chart, locale, head, inner, foot, legend }: ChartPlotProps) {
  // A reference rather than state, which would render every chart of the page again as it hydrates.
  const host = useRef<HTMLDivElement>(null);
  const [colors, setColors] = useState<readonly string[] | null>(null);
  const [broken, setBroken] = useState(false);
  const near = useNearScreen(host);
  const { printing } = useDisplayState();
  const Canvas = useChartCanvas();

  useEffect(prefetchChartCanvas, []);
  useEffect(() => {
    if (near) void loadChartCanvas();
  }, [near]);

  const unavailable = broken || Canvas === "unavailable";
  const element = near || printing ? host.current : null;
  const drawn = element !== null && Canvas !== null && !unavailable;
  return (
    <div
      ref={host}
      aria-hidden="true"
      className={styles.plot}
      data-kind={chart.kind}
      data-rows={chart.kind === "bar" ? rowsOf(chart.bars.length) : undefined}
      data-state={drawn ? "drawn" : unavailable ? "unavailable" : "empty"}
    >
      <div className={styles.area}>
        {head}
        <div className={styles.canvas}>
          {drawn && (
            <CanvasBoundary onError={() => setBroken(true)}>
              <Canvas chart={chart} locale={locale} host={element} onColors={setColors} />
            </CanvasBoundary>
          )}
          {inner}
        </div>
        {foot}
      </div>
      <DrawnColors value={colors}>{legend}</DrawnColors>
    </div>
  );
}

/** The height class of bars that lie on their side in a narrow figure. */
function rowsOf(bars: number): "few" | "some" | "many" | "most" {
  if (bars <= 8) return "few";
  if (bars <= 12) return "some";
  return bars <= 20 ? "many" : "most";
}
