import * as z from "zod";
import { cssColor } from "./color";
import { DEFAULT_LIMITS } from "./limits";
import type { Chart } from "./model";

export const LABEL_LENGTH = 200;
export const AFFIX_LENGTH = 40;

const label = z.string().max(LABEL_LENGTH);
const affix = z.string().max(AFFIX_LENGTH);
const title = z.string().min(1).max(LABEL_LENGTH).nullable();
const color = z
  .string()
  .refine((value) => cssColor(value) === value, "not a CSS colour")
  .nullable();

function series<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(DEFAULT_LIMITS.pointsPerChart).readonly();
}

const gauge = z.strictObject({
  kind: z.literal("gauge"),
  value: z.number(),
  min: z.number(),
  max: z.number(),
  segments: series(z.strictObject({ limit: z.number(), color, label })),
});

const doughnut = z.strictObject({
  kind: z.literal("doughnut"),
  slices: series(z.strictObject({ label, value: z.number().positive(), color })).refine(isNotEmpty),
  title,
  cutout: z.number().min(0).max(0.95),
  showLegend: z.boolean(),
});

const bar = z.strictObject({
  kind: z.literal("bar"),
  bars: series(z.strictObject({ label, value: z.number(), color })).refine(isNotEmpty),
  valuePrefix: affix,
  valueSuffix: affix,
  yAxisLabel: title,
});

const line = z.strictObject({
  kind: z.literal("line"),
  values: series(z.number()).refine(isNotEmpty),
  color,
  valuePrefix: affix,
  valueSuffix: affix,
  strokeWidth: z.number().min(0.5).max(10),
});

function isNotEmpty(items: readonly unknown[]): boolean {
  return items.length > 0;
}

/** What `model.ts` promises of a chart; zod numbers are finite. */
export const chartSchema = z.discriminatedUnion("kind", [
  gauge,
  doughnut,
  bar,
  line,
]) satisfies z.ZodType<Chart>;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const item = z.object({
  value: scalar.optional(),
  limit: scalar.optional(),
  label: scalar.optional(),
  color: scalar.optional(),
});

/**
 * One call of a drawing function as the sandbox hands it over. The text comes from a machine the
 * script runs in, so it is checked like any other input.
 */
export const drawingCallSchema = z.object({
  name: z.enum(["createGauge", "createDoughnutChart", "createBarChart", "createLineChart"]),
  /** Index of the host element, null where there is none. */
  host: z.int().nonnegative().nullable(),
  value: scalar,
  /** Null where the argument is no list. */
  items: z
    .array(z.union([scalar, item]))
    .max(DEFAULT_LIMITS.pointsPerChart)
    .nullable(),
  /** Whether the list had more items than are handed over. */
  cut: z.boolean(),
  options: z.record(z.string(), scalar),
});

export type DrawingCall = z.infer<typeof drawingCallSchema>;
export type DrawingItem = NonNullable<DrawingCall["items"]>[number];
