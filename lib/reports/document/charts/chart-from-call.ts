import { cssColor } from "./color";
import type { BarChart, Chart, DoughnutChart, GaugeChart, GaugeSegment, LineChart, Slice } from "./model";
import { affixText, plainText, type Scalar } from "./plain-text";
import { AFFIX_LENGTH, type DrawingCall, type DrawingItem, LABEL_LENGTH } from "./schema";

const DEFAULT_CUTOUT = 0.6;
const MAX_CUTOUT = 0.95;
const DEFAULT_STROKE_WIDTH = 2;

/** The chart that a drawing call asks for, or null when its data leave nothing to draw. */
export function chartFromCall(call: DrawingCall): Chart | null {
  switch (call.name) {
    case "createGauge":
      return gauge(call);
    case "createDoughnutChart":
      return doughnut(call);
    case "createBarChart":
      return bar(call);
    case "createLineChart":
      return line(call);
  }
}

function gauge({ value, items, options }: DrawingCall): GaugeChart | null {
  const reading = decimal(value);
  if (reading === null) return null;
  const min = decimal(options.min) ?? 0;
  const max = decimal(options.max) ?? 100;
  const segments = (items ?? []).flatMap(segment).sort((a, b) => a.limit - b.limit);
  return { kind: "gauge", value: reading, ...(min < max ? { min, max } : { min: 0, max: 100 }), segments };
}

function segment(item: DrawingItem): GaugeSegment[] {
  if (item === null || typeof item !== "object") return [];
  const limit = decimal(item.limit);
  return limit === null ? [] : [{ limit, color: cssColor(item.color), label: label(item.label) }];
}

function doughnut({ items, options }: DrawingCall): DoughnutChart | null {
  const slices = (items ?? []).flatMap(slice).filter(({ value }) => value > 0);
  if (slices.length === 0) return null;
  const { title, showLegend } = options;
  return {
    kind: "doughnut",
    slices,
    title: titleOf(title),
    cutout: cutout(options),
    showLegend: showLegend !== false,
  };
}

function cutout({ innerRadius, outerRadius }: DrawingCall["options"]): number {
  const inner = decimal(innerRadius);
  const outer = decimal(outerRadius);
  if (inner === null || outer === null || inner < 0 || outer <= 0) return DEFAULT_CUTOUT;
  return Math.min(inner / outer, MAX_CUTOUT);
}

function bar({ items, options }: DrawingCall): BarChart | null {
  const bars = (items ?? []).flatMap(slice);
  if (bars.length === 0) return null;
  return { kind: "bar", bars, ...affixes(options), yAxisLabel: titleOf(options.yAxisLabel) };
}

function line({ items, options }: DrawingCall): LineChart | null {
  const values = (items ?? []).flatMap(slice).map(({ value }) => value);
  if (values.length === 0) return null;
  const strokeWidth = Math.min(Math.max(decimal(options.strokeWidth) ?? DEFAULT_STROKE_WIDTH, 0.5), 10);
  return { kind: "line", values, color: cssColor(options.color), ...affixes(options), strokeWidth };
}

/** A bare number is a point without a name, so that every kind of series accepts both forms. */
function slice(item: DrawingItem): Slice[] {
  const point = item === null || typeof item !== "object" ? { value: item } : item;
  const value = decimal(point.value);
  return value === null ? [] : [{ label: label(point.label), value, color: cssColor(point.color) }];
}

function affixes({ valuePrefix, valueSuffix }: DrawingCall["options"]) {
  return {
    valuePrefix: affixText(valuePrefix, AFFIX_LENGTH),
    valueSuffix: affixText(valueSuffix, AFFIX_LENGTH),
  };
}

function label(value: Scalar | undefined): string {
  return plainText(value, LABEL_LENGTH);
}

function titleOf(value: Scalar | undefined): string | null {
  return label(value) || null;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A finite number, or the number a string spells: "62" and " 1e3 " do, "73%", "" and "0x10" do not. */
function decimal(value: Scalar | undefined): number | null {
  if (typeof value === "string" && DECIMAL.test(value.trim())) return decimal(Number(value));
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
