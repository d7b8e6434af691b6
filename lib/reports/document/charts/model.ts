/**
 * Charts as data. A report's JavaScript runs once in a sandbox; each call of one of the four drawing
 * functions becomes one of these. All numbers are finite; all labels are plain text; colours are CSS
 * colours or `var(--token)` and are resolved where they are drawn.
 */
export type Chart = GaugeChart | DoughnutChart | BarChart | LineChart;

export interface GaugeSegment {
  /** Upper limit, inclusive: the first segment with `value <= limit` names the reading. */
  readonly limit: number;
  readonly color: string | null;
  readonly label: string;
}

export interface GaugeChart {
  readonly kind: "gauge";
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Ascending by limit; may be empty. */
  readonly segments: readonly GaugeSegment[];
}

export interface Slice {
  readonly label: string;
  readonly value: number;
  readonly color: string | null;
}

export interface DoughnutChart {
  readonly kind: "doughnut";
  /** Values are > 0. */
  readonly slices: readonly Slice[];
  readonly title: string | null;
  /** innerRadius / outerRadius, between 0 and 0.95. */
  readonly cutout: number;
  readonly showLegend: boolean;
}

export interface BarChart {
  readonly kind: "bar";
  readonly bars: readonly Slice[];
  readonly valuePrefix: string;
  readonly valueSuffix: string;
  readonly yAxisLabel: string | null;
}

export interface LineChart {
  readonly kind: "line";
  readonly values: readonly number[];
  readonly color: string | null;
  readonly valuePrefix: string;
  readonly valueSuffix: string;
  /** CSS pixels, 0.5 to 10. */
  readonly strokeWidth: number;
}
