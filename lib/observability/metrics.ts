import { collectDefaultMetrics, Registry } from "prom-client";
import { routePattern } from "../http/route-pattern";
import { type CacheMetrics, createCacheMetrics } from "./metrics/cache";
import { createHealthMetrics, type HealthMetrics } from "./metrics/health";
import { createHttpMetrics, type HttpMetrics } from "./metrics/http";
import { createMarketMetrics, type MarketMetrics } from "./metrics/market";
import { createPageMetrics, type PageMetrics } from "./metrics/pages";
import { createPostgresMetrics, type PostgresMetrics } from "./metrics/postgres";

export interface Metrics {
  readonly registry: Registry;
  readonly cache: CacheMetrics;
  readonly health: HealthMetrics;
  readonly http: HttpMetrics;
  readonly pages: PageMetrics;
  readonly market: MarketMetrics;
  readonly postgres: PostgresMetrics;
}

// Next compiles routes apart from the entry, and Node's own figures are collected once a process.
const KEY = Symbol.for("web-server-report.metrics");
const store = globalThis as { [KEY]?: Metrics };

/**
 * Of several workers prom-client would take the mean: one that stands still would hide behind the others.
 * Gauges of ours are added up unless they say otherwise (`aggregator`).
 */
const WORST_OF_ALL = [
  "nodejs_eventloop_lag_seconds",
  "nodejs_eventloop_lag_p50_seconds",
  "nodejs_eventloop_lag_p90_seconds",
  "nodejs_eventloop_lag_p99_seconds",
];

/** The metrics of this process. What was never measured has no sample, rather than a zero. */
export function processMetrics(): Metrics {
  store[KEY] ??= createMetrics();
  return store[KEY];
}

function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of WORST_OF_ALL) Object.assign(registry.getSingleMetric(name) ?? {}, { aggregator: "max" });
  // Anyone may read the metrics; versions are nobody's business.
  registry.removeSingleMetric("nodejs_version_info");
  return {
    registry,
    cache: createCacheMetrics(registry),
    health: createHealthMetrics(registry),
    http: createHttpMetrics(registry, routePattern),
    pages: createPageMetrics(registry),
    market: createMarketMetrics(registry),
    postgres: createPostgresMetrics(registry),
  };
}
