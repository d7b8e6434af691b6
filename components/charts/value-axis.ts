import type { Scale } from "chart.js";
import type { Ink } from "./ink";
import { type ChartLocale, formatTick, type Unit } from "./number-format";

const MOST_DRAWABLE = 1e300;

/** Keeps a value so far from the end of what a number can hold that the axis can be computed. */
export function drawable(value: number): number {
  return Math.min(MOST_DRAWABLE, Math.max(-MOST_DRAWABLE, value));
}

/** Options of the axis that carries values: quiet grid, a firm zero line, ticks with their unit. */
export function valueAxis(ink: Ink, unit: Unit, locale: ChartLocale, maxTicks: number) {
  return {
    type: "linear" as const,
    grace: "16%" as const,
    border: { display: false },
    grid: {
      drawTicks: false,
      color: ({ tick }: { tick?: { value: number } }) => (tick?.value === 0 ? ink.muted : ink.line),
    },
    ticks: {
      color: ink.muted,
      font: ink.font,
      padding: 8,
      maxTicksLimit: maxTicks,
      callback(this: Scale, value: string | number, _index: number, ticks: readonly { value: number }[]) {
        const step = Math.abs((ticks[1]?.value ?? 0) - (ticks[0]?.value ?? 0));
        return formatTick(Number(value), step, unit, locale);
      },
    },
  };
}
