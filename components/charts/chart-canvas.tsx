"use client";

import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  type ChartConfiguration,
  Chart as ChartJs,
  type ChartOptions,
  DoughnutController,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Chart as ReactChart } from "react-chartjs-2";
import { flushSync } from "react-dom";
import type { Chart } from "@/lib/reports/document/charts/model";
import { chartConfig, type DrawingConfig } from "./chart-config";
import { useDisplayState } from "./display-state";
import { readInk } from "./ink";
import type { ChartLocale } from "./number-format";

ChartJs.register(
  DoughnutController,
  ArcElement,
  BarController,
  BarElement,
  LineController,
  LineElement,
  PointElement,
  CategoryScale,
  LinearScale,
  Filler,
  Tooltip,
);

const FIRST_DRAW_MS = 350;
const PAPER_PIXEL_RATIO = 2;

/** Each value is animated on its own; with more of them the first frame would come late. */
const MOST_ANIMATED = 500;

/** CSS pixels. The container query in charts.module.css draws the line at the same width. */
const NARROW = 480;

/**
 * What a canvas measures on paper, in CSS pixels. The width of the paper is not known when
 * `beforeprint` fires, and a canvas that follows its container would be measured on the screen.
 */
const PAPER_SIZE: Record<Chart["kind"], { readonly width: number; readonly height: number }> = {
  gauge: { width: 280, height: 146 },
  doughnut: { width: 216, height: 216 },
  bar: { width: 640, height: 260 },
  line: { width: 640, height: 260 },
};

export interface ChartCanvasProps {
  readonly chart: Chart;
  readonly locale: ChartLocale;
  /** An element around the canvas: its width, font and custom properties are those of the drawing. */
  readonly host: HTMLElement;
  /** Called with the colours that are really drawn, in the order of `seriesColors`. */
  readonly onColors?: (colors: readonly string[]) => void;
}

/** One chart on a canvas that fills its parent. This module is the only one that contains Chart.js. */
export function ChartCanvas({ chart, locale, host, onColors }: ChartCanvasProps) {
  const display = useDisplayState();
  const { printing, reducedMotion } = display;
  const narrow = useNarrow(host) && !printing;
  const hasDrawn = useRef(false);

  const ink = useMemo(() => readInk(host, chart, display), [host, chart, display]);
  const drawing = useMemo(() => {
    const animate = !hasDrawn.current && !reducedMotion && !printing && sizeOf(chart) <= MOST_ANIMATED;
    return prepare(chartConfig(chart, ink, locale, narrow), printing, animate);
  }, [chart, ink, locale, narrow, printing, reducedMotion]);

  useLayoutEffect(() => onColors?.(ink.series), [ink, onColors]);
  useEffect(() => {
    hasDrawn.current = true;
  }, []);

  const size = PAPER_SIZE[chart.kind];
  return (
    <ReactChart
      key={drawing.id}
      type={drawing.type}
      data={drawing.data}
      options={drawing.options}
      plugins={drawing.plugins}
      {...size}
      {...(printing && { style: { width: size.width, height: "auto" } })}
    />
  );
}

function sizeOf(chart: Chart): number {
  return chart.kind === "line" ? chart.values.length : 0;
}

let drawings = 0;

// Each drawing has an id, and a new one starts on a fresh canvas: nothing of the old theme, paper size
// or orientation can stay behind.
function prepare(config: DrawingConfig, printing: boolean, animate: boolean) {
  const { type, data, options, plugins = [] } = config as ChartConfiguration;
  drawings += 1;
  return {
    id: drawings,
    type,
    data,
    plugins,
    options: {
      ...options,
      animation: animate ? { duration: FIRST_DRAW_MS, easing: "easeOutQuart" } : false,
      responsive: !printing,
      maintainAspectRatio: false,
      ...(printing && { devicePixelRatio: PAPER_PIXEL_RATIO }),
    } satisfies ChartOptions,
  };
}

function useNarrow(host: HTMLElement): boolean {
  const [narrow, setNarrow] = useState(() => host.clientWidth < NARROW);
  useEffect(() => {
    // Flushed, or the new canvas would show up empty for a frame.
    const observer = new ResizeObserver(() => flushSync(() => setNarrow(host.clientWidth < NARROW)));
    observer.observe(host);
    return () => observer.disconnect();
  }, [host]);
  return narrow;
}
