"use client";

import {
  Chart as ChartJs,
  type ChartOptions,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type Scale,
  Tooltip,
} from "chart.js";
import { useMemo } from "react";
import { Line } from "react-chartjs-2";
import type { Locale } from "@/lib/i18n/routing";
import type { Point } from "@/lib/market/lttb";
import type { LineChart } from "@/lib/reports/document/charts/model";
import { useDisplayState } from "../charts/display-state";
import { type Ink, readInk } from "../charts/ink";
import { tooltipStyle } from "../charts/tooltip-style";
import { valueAxis } from "../charts/value-axis";
import { formatHour, formatMoment, formatPrice } from "./market-format";

ChartJs.register(LineController, LineElement, PointElement, LinearScale, Tooltip);

export interface PriceCanvasProps {
  readonly points: readonly Point[];
  readonly locale: Locale;
  /** An element around the canvas: its font and colours are those of the drawing. */
  readonly host: HTMLElement;
}

/** For the colours of a report's line, which this one has too. */
const LINE: LineChart = {
  kind: "line",
  values: [],
  color: null,
  valuePrefix: "$",
  valueSuffix: "",
  strokeWidth: 2,
};
const MINUTE_MS = 60_000;
const TICK_MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1_440];
const MOST_TICKS = 6;

/** Prices over time on a canvas that fills its parent. */
export function PriceCanvas({ points, locale, host }: PriceCanvasProps) {
  const display = useDisplayState();
  const ink = useMemo(() => readInk(host, LINE, display), [host, display]);
  const options = useMemo(() => chartOptions(ink, locale), [ink, locale]);
  const data = useMemo(() => {
    const [color = ink.text] = ink.series;
    return {
      datasets: [
        {
          data: points.map(([x, y]) => ({ x, y })),
          borderColor: color,
          borderWidth: LINE.strokeWidth,
          borderJoinStyle: "round" as const,
          pointRadius: 0,
          pointHitRadius: 12,
          pointHoverRadius: 4,
          pointHoverBackgroundColor: color,
        },
      ],
    };
  }, [points, ink]);
  return <Line data={data} options={options} />;
}

function chartOptions(ink: Ink, locale: Locale): ChartOptions<"line"> {
  return {
    // What changes every few seconds would be in motion most of the time.
    animation: false,
    parsing: false,
    normalized: true,
    maintainAspectRatio: false,
    scales: {
      x: {
        type: "linear",
        bounds: "data",
        border: { color: ink.line },
        grid: { display: false },
        afterBuildTicks: placeTicks,
        ticks: {
          color: ink.muted,
          font: ink.font,
          maxRotation: 0,
          autoSkipPadding: 16,
          callback: (at) => formatHour(locale, Number(at)),
        },
      },
      y: { ...valueAxis(ink, LINE, locale, 5), position: "right" },
    },
    interaction: { mode: "nearest", axis: "x", intersect: false },
    plugins: {
      tooltip: {
        ...tooltipStyle(ink),
        callbacks: {
          title: ([item]) => (item === undefined ? "" : formatMoment(locale, item.parsed.x ?? 0, 0)),
          label: ({ parsed }) => formatPrice(locale, parsed.y ?? 0),
        },
      },
    },
  };
}

/** At whole minutes, quarters or hours, as a clock has them. */
function placeTicks(scale: Scale): void {
  const minutes = (scale.max - scale.min) / MINUTE_MS;
  const step = (TICK_MINUTES.find((each) => minutes / each <= MOST_TICKS) ?? 1_440) * MINUTE_MS;
  const ticks: { value: number }[] = [];
  for (let at = Math.ceil(scale.min / step) * step; at <= scale.max; at += step) ticks.push({ value: at });
  scale.ticks = ticks;
}
