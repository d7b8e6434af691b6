import * as z from "zod";
import type { Delivery } from "../cache";
import type { ProblemDocument } from "../http/problem";
import {
  DURATION,
  FUND_CHANGE,
  FUND_CHANGE_PERCENT,
  FUND_PRICE,
  FUNDS,
  type Fund,
  NUMBER_FIELDS,
  NUMBER_RULES,
  type NumberField,
  type NumberRule,
} from "../market/fields";
import type { FieldHistory } from "../market/market";
import type { FundReading } from "../market/snapshot";
import type { MarketSummary, SnapshotOrigin } from "../market/summary";
import type { DependencyHealth, Health } from "../observability/health";
import { exactly } from "./exactly";
import { cacheAnswer, cacheStats, explanation } from "./schemas-of-caches";

const count = z.int().nonnegative();
const time = z.iso.datetime();

/** RFC 9457. */
export const problem = exactly<ProblemDocument>()(
  z
    .object({
      type: z.literal("about:blank"),
      title: z.string(),
      status: z.int().min(400).max(599),
      detail: z.string().exactOptional().describe("What was wrong, and what would be right"),
      code: z.string().exactOptional().describe("Stable; what programs go by"),
    })
    .describe("An error (RFC 9457). Without detail and code only the log of the site knows more"),
);

/** Null where it is not known. */
function reading({ min, max, above, integer }: NumberRule, text: string) {
  const number: z.ZodNumber = integer ? z.int() : z.number();
  return (above ? number.gt(min) : number.min(min)).max(max).nullable().describe(text);
}

/** What a field is counted in, by its name. The first that fits. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_price_usd$/, "USD"],
  [/_change_24h$/, "Percent, over 24 hours"],
  [/change_percentage_24h/, "Percent, over 24 hours"],
  [/_percentage$/, "Percent of the whole market"],
  [/_usd$/, "USD"],
  [/^fng_/, "Fear and greed, from 0 to 100"],
  [/_rsi_14$/, "Relative strength index, from 0 to 100"],
];

export function unitOf(field: NumberField): string | undefined {
  return UNITS.find(([pattern]) => pattern.test(field))?.[1];
}

const numbers = Object.fromEntries(
  NUMBER_FIELDS.map((field) => [field, reading(NUMBER_RULES[field], unitOf(field) ?? "")]),
) as Record<NumberField, ReturnType<typeof reading>>;

export const fundReading = exactly<FundReading>()(
  z
    .object({
      price: reading(FUND_PRICE, "USD").unwrap(),
      change: reading(FUND_CHANGE, "USD, since the previous close"),
      change_percent: reading(FUND_CHANGE_PERCENT, "Percent, since the previous close"),
      status: z.literal("success"),
      symbol: z.string().exactOptional(),
      name: z.string().exactOptional(),
    })
    .describe("An index fund whose price is known"),
);

const funds = Object.fromEntries(FUNDS.map((fund) => [fund, fundReading.nullable()])) as Record<
  Fund,
  z.ZodNullable<typeof fundReading>
>;

const origin = exactly<SnapshotOrigin | null>()(
  z
    .enum(["stream", "cache", "simulated"])
    .nullable()
    .describe(
      "cache: kept by an earlier reader, the stream has given nothing yet. null: nothing was received",
    ),
);

/** What stands beside the fields of a snapshot (`SnapshotState` in lib/market/summary.ts). */
const state = {
  age_seconds: count.nullable().describe("Since the stream took the entry; null when nothing was received"),
  stale: z.boolean().describe("Older than it may be to count as current, or nothing at all"),
  interrupted: z.boolean().describe("The stream cannot be read at this moment"),
  source: origin,
  observed_at: time.nullable().describe("When the stream took the entry"),
};

export const marketSummary = exactly<MarketSummary>()(
  z
    .object({
      ...numbers,
      us_stock_indices: z.object(funds),
      fetch_duration_ms: reading(DURATION, "Milliseconds that the publisher took"),
      partial_failure: z.boolean().nullable().describe("The publisher could not fetch everything"),
      last_updated: z.string().nullable().describe("RFC 3339, as the publisher wrote it"),
      timestamp: z.string().nullable().describe("RFC 3339, as the publisher wrote it"),
      ...state,
    })
    .describe("The market at one moment, in the names and units of its publisher; null is unknown"),
);

export const numberField = exactly<NumberField>()(z.enum(NUMBER_FIELDS));

export const fieldHistory = exactly<FieldHistory>()(
  z
    .object({
      field: numberField,
      source: origin,
      points: z
        .array(z.tuple([count.describe("Milliseconds since 1970"), z.number()]))
        .describe("Time and value, oldest first; what was unknown is left out"),
    })
    .describe("One value of the last hours"),
);

const dependencyHealth = exactly<DependencyHealth>()(
  z
    .object({
      status: z
        .enum(["ok", "degraded", "down", "off", "unknown"])
        .describe("off: not configured, and not missed. unknown: not asked yet, or not for too long"),
      latencyMs: z
        .number()
        .nonnegative()
        .nullable()
        .describe("null where nothing was asked, or nothing answered"),
      since: time.describe("Since when the status is what it is"),
      message: z.string().exactOptional(),
      details: z.record(z.string(), z.unknown()).exactOptional(),
    })
    .describe("What is known of a dependency"),
);

export const health = exactly<Omit<Health, "ready">>()(
  z
    .object({
      status: z.enum(["ok", "degraded", "down", "unknown"]),
      checkedAt: time.nullable().describe("null before the first time"),
      dependencies: z.record(z.string(), dependencyHealth),
    })
    .describe("The site and what it depends on, as they were last asked"),
);

/** What /health/live answers. */
export type Liveness = z.infer<typeof liveness>;
export const liveness = z.object({ status: z.literal("ok") }).describe("The process is up");

/** What /clear-cache answers. */
export type CacheCleared = z.infer<typeof cacheCleared>;
export const cacheCleared = z
  .object({
    cleared: z.literal(true),
    delivery: exactly<Delivery>()(z.enum(["sent", "queued", "local"])).describe(
      "queued: done in this process, repeated until the others are told. local: there are no others",
    ),
    memory: z.object({ entries: count, bytes: count }).describe("What this process had in memory"),
  })
  .describe("What was cleared");

/** The document of `/api/openapi.json`, as far as it describes itself. */
export const openApiDocument = z
  .looseObject({
    openapi: z.string().regex(/^3\.1\.\d+$/),
    info: z.looseObject({ title: z.string(), version: z.string() }),
    paths: z.record(z.string(), z.unknown()),
  })
  .describe("An OpenAPI document");

/** Those that stand in the document once, by their names there. */
export const components = z.registry<{ id: string }>();
const named = {
  Problem: problem,
  MarketSummary: marketSummary,
  FundReading: fundReading,
  FieldHistory: fieldHistory,
  NumberField: numberField,
  Health: health,
  DependencyHealth: dependencyHealth,
  Liveness: liveness,
  CacheStats: cacheStats,
  CacheExplanation: explanation,
  CacheAnswer: cacheAnswer,
  CacheCleared: cacheCleared,
  OpenApiDocument: openApiDocument,
};
for (const [id, schema] of Object.entries(named)) components.add(schema, { id });
