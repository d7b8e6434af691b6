import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { CacheEvents, TieredCache } from "../../cache";
import { gaugesOf } from "./gauges";

export interface CacheMetrics {
  /** Counts what happens in the cache from now on. @returns ends it */
  watch(cache: Pick<TieredCache, "on" | "stats">): () => void;
}

const BREAKER_STATES = ["closed", "open", "half-open"] as const;
/** Seconds: from a lookup in the memory of another process to a page that is rendered on a busy machine. */
const LOAD_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Labels carry the group of a key (`report-page`), never the key: their number is known. */
export function createCacheMetrics(registry: Registry): CacheMetrics {
  let cache: Pick<TieredCache, "stats"> | undefined;
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });

  const hits = counter("cache_hits_total", "Values served, by tier and key group", ["tier", "group"]);
  const misses = counter("cache_misses_total", "Reads that found no servable value, by key group", ["group"]);
  const loads = counter("cache_loads_total", "Loads that ended, by key group and outcome", [
    "group",
    "outcome",
  ]);
  const coalesced = counter(
    "cache_coalesced_total",
    "Callers that were given the result of a load that another had started, by key group",
    ["group"],
  );
  const stale = counter("cache_stale_served_total", "Stale values served, by key group", ["group"]);
  const refused = counter("cache_refused_total", "Values that a tier did not keep, by tier and reason", [
    "tier",
    "reason",
  ]);
  const corrupt = counter("cache_corrupt_total", "Values in Redis that were not ours, by key group", [
    "group",
  ]);
  const failures = counter("cache_redis_failures_total", "Redis commands that failed, by reason", ["reason"]);
  const changes = counter("cache_breaker_changes_total", "Changes of the breaker, by the state entered", [
    "state",
  ]);
  const invalidations = counter(
    "cache_invalidations_total",
    "Invalidations, by direction (sent, queued, received, replayed) and kind",
    ["direction", "kind"],
  );
  const flushes = counter("cache_flushes_total", "Times the memory tier was emptied, by reason", ["reason"]);
  const loadSeconds = new Histogram({
    name: "cache_load_duration_seconds",
    help: "Duration of loads, by key group",
    labelNames: ["group"],
    buckets: LOAD_BUCKETS,
    registers,
  });

  const gauge = gaugesOf(registry, () => cache?.stats());
  gauge("cache_memory_bytes", "Bytes in the memory tier", ({ memory }) => memory.bytes);
  gauge("cache_memory_max_bytes", "Most bytes that the memory tier holds", ({ memory }) => memory.maxBytes);
  gauge("cache_memory_entries", "Entries in the memory tier", ({ memory }) => memory.entries);
  gauge(
    "cache_memory_max_entries",
    "Most entries that the memory tier holds",
    ({ memory }) => memory.maxEntries,
  );
  gauge(
    "cache_redis_connected",
    "Whether the cache is connected to Redis",
    ({ redis }) => flag(redis?.connected),
    "min",
  );
  gauge("cache_redis_in_flight", "Redis commands that wait for an answer", ({ redis }) => redis?.inFlight);
  gauge(
    "cache_bus_contact_age_seconds",
    "Time since the invalidation bus was last heard",
    ({ redis }) => (redis?.busContactAgeMs === undefined ? undefined : redis.busContactAgeMs / 1000),
    "max",
  );
  gauge(
    "cache_bus_trusted",
    "Whether memory is trusted for tagged values",
    ({ redis }) => flag(redis?.busTrusted),
    "min",
  );
  gauge(
    "cache_invalidations_pending",
    "Invalidations that the other instances were not told of yet",
    ({ invalidations: { pending } }) => pending,
  );
  new Gauge({
    name: "cache_breaker_state",
    help: "1 for the state that the breaker is in",
    labelNames: ["state"],
    registers,
    aggregator: "max",
    collect() {
      this.reset();
      const current = cache?.stats().redis?.breaker;
      if (current === undefined) return;
      for (const state of BREAKER_STATES) this.set({ state }, Number(state === current));
    },
  });

  return {
    watch(watched) {
      cache = watched;
      const listeners: { [Name in keyof CacheEvents]: (event: CacheEvents[Name]) => void } = {
        hit: ({ tier, group }) => hits.inc({ tier, group }),
        miss: ({ group }) => misses.inc({ group }),
        coalesced: ({ group }) => coalesced.inc({ group }),
        load: ({ group, outcome, durationMs }) => {
          loads.inc({ group, outcome });
          loadSeconds.observe({ group }, durationMs / 1000);
        },
        stale: ({ group }) => stale.inc({ group }),
        refused: ({ tier, reason }) => refused.inc({ tier, reason }),
        corrupt: ({ group }) => corrupt.inc({ group }),
        redisFailure: ({ reason }) => failures.inc({ reason }),
        breaker: ({ state }) => changes.inc({ state }),
        invalidation: ({ direction, kind, count }) => invalidations.inc({ direction, kind }, count),
        flush: ({ reason }) => flushes.inc({ reason }),
      };
      const ends = (Object.keys(listeners) as (keyof CacheEvents)[]).map((name) =>
        watched.on(name, listeners[name] as never),
      );
      return () => {
        for (const end of ends) end();
        if (cache === watched) cache = undefined;
      };
    },
  };
}

function flag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}
