"use client";

import { useEffect, useState } from "react";
import type { Chart } from "@/lib/reports/document/charts/model";
import { CanvasBoundary } from "./canvas-boundary";
import { loadChartCanvas, prefetchChartCanvas, useChartCanvas } from "./chart-canvas-loader";
import styles from "./charts.module.css";
import { useDisplayState } from "./display-state";
import { DoughnutLegend } from "./doughnut-legend";
import type { ChartLocale } from "./number-format";
import { FootText, HeadText, InnerText } from "./plot-texts";

/** How far below the screen a chart is when it starts to load. */
const LOAD_AHEAD = "400px 0px";

export interface ChartPlotProps {
  readonly chart: Chart;
  readonly locale: ChartLocale;
}

/**
 * The picture of a chart, hidden from assistive technology, which reads the table instead. The server
 * renders its texts and an empty area of the final size; Chart.js is fetched when the area comes near
 * the screen, or when the page is idle, so that printing finds it there.
 */
export function ChartPlot({ chart, locale }: ChartPlotProps) {
  const [host, setHost] = useState<HTMLElement | null>(null);
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
  const drawn = host !== null && Canvas !== null && !unavailable && (near || printing);
  return (
    <div
      ref={setHost}
      aria-hidden="true"
      className={styles.plot}
      data-kind={chart.kind}
      data-rows={chart.kind === "bar" ? rowsOf(chart.bars.length) : undefined}
      data-state={drawn ? "drawn" : unavailable ? "unavailable" : "empty"}
    >
      <div className={styles.area}>
        <HeadText chart={chart} />
        <div className={styles.canvas}>
          {drawn && (
            <CanvasBoundary onError={() => setBroken(true)}>
              <Canvas chart={chart} locale={locale} host={host} onColors={setColors} />
            </CanvasBoundary>
          )}
          <InnerText chart={chart} locale={locale} />
        </div>
        <FootText chart={chart} locale={locale} />
      </div>
      {chart.kind === "doughnut" && chart.showLegend && (
        <DoughnutLegend doughnut={chart} colors={colors} locale={locale} />
      )}
    </div>
  );
}

/** The height class of bars that lie on their side in a narrow figure. */
function rowsOf(bars: number): "few" | "some" | "many" | "most" {
  if (bars <= 8) return "few";
  if (bars <= 12) return "some";
  return bars <= 20 ? "many" : "most";
}

function useNearScreen(element: HTMLElement | null): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (element === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        setNear(true);
        observer.disconnect();
      },
      { rootMargin: LOAD_AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return near;
}
