import type { GaugeChart } from "@/lib/reports/document/charts/model";

export interface GaugeArc {
  /** In units of the gauge, within min and max; `from < to`. */
  readonly from: number;
  readonly to: number;
  /** Index of the segment, which is also that of its colour; null for the part no segment covers. */
  readonly segment: number | null;
}

/** The segment's label that names the value: the first whose limit is not below it. */
export function gaugeReading(gauge: GaugeChart): string | null {
  return gauge.segments.find(({ limit }) => gauge.value <= limit)?.label ?? null;
}

/** Where the value stands on the scale: 0 at min, 1 at max, and never outside. */
export function gaugePosition(gauge: GaugeChart): number {
  const position = (gauge.value - gauge.min) / (gauge.max - gauge.min);
  return Number.isFinite(position) ? Math.min(1, Math.max(0, position)) : 0;
}

/**
 * The arcs from min to max, without gaps. Without segments: up to the value, and the rest. Segments
 * that end outside the scale are cut, those that have no width on it are left out.
 */
export function gaugeArcs(gauge: GaugeChart): readonly GaugeArc[] {
  const limits = gauge.segments.length === 0 ? [gauge.value] : gauge.segments.map((segment) => segment.limit);
  const arcs: GaugeArc[] = [];
  let from = gauge.min;
  for (const [segment, limit] of limits.entries()) {
    const to = Math.min(limit, gauge.max);
    if (to <= from) continue;
    arcs.push({ from, to, segment });
    from = to;
  }
  if (from < gauge.max) arcs.push({ from, to: gauge.max, segment: null });
  return arcs;
}
