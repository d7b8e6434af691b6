import type { Chart } from "@/lib/reports/document/charts/model";

/** What to paint a series with: the report's wish, and a token of the site for when it has none. */
export interface SeriesColor {
  /** Any CSS colour, `var(--token)`, or null. May turn out to be invalid or invisible. */
  readonly wanted: string | null;
  /** A `var(--token, colour)` that is always valid. */
  readonly token: string;
}

const PALETTE = ["#0b6e80", "#c2571a", "#5a4fb0", "#3f7d3a", "#a8327a", "#8a6a00", "#3b6fc4", "#6b7280"];

const POSITIVE = "var(--positive-color, #0b6b3a)";
const NEGATIVE = "var(--negative-color, #b3261e)";
const ACCENT = "var(--accent-color, #0b5d6b)";

/** The n-th colour of the site's palette, counted from 0 and repeating. */
export function paletteToken(index: number): string {
  const slot = index % PALETTE.length;
  return `var(--chart-${slot + 1}, ${PALETTE[slot]})`;
}

/**
 * The colours a chart is drawn with, in the order of its segments, slices or bars. A gauge without
 * segments has one colour (the value's arc), a line has one.
 */
export function seriesColors(chart: Chart): readonly SeriesColor[] {
  switch (chart.kind) {
    case "gauge":
      return chart.segments.length === 0
        ? [{ wanted: null, token: ACCENT }]
        : chart.segments.map(({ color }, index) => ({ wanted: color, token: paletteToken(index) }));
    case "doughnut":
      return chart.slices.map(({ color }, index) => ({ wanted: color, token: paletteToken(index) }));
    case "bar":
      return chart.bars.map(({ color, value }) => ({
        wanted: color,
        token: value < 0 ? NEGATIVE : POSITIVE,
      }));
    case "line":
      return [{ wanted: chart.color, token: ACCENT }];
  }
}
