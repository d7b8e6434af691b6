import { readFileSync } from "node:fs";
import { AggregatorRegistry, type Registry } from "prom-client";
import { afterEach, describe, expect, test } from "vitest";
import { createTieredCache, defineKeys, defineTags, shortTerm, type TieredCache } from "@/lib/cache";
import { hitRates } from "@/lib/observability/cache-report";
import { processMetrics } from "@/lib/observability/metrics";

const { registry, cache: cacheMetrics, health, http, market, postgres } = processMetrics();
const key = defineKeys("metrics-test", 1);
const tag = defineTags("metrics-test");
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  registry.resetMetrics();
});

function watchedCache(): TieredCache {
  const cache = createTieredCache();
  ends.push(() => cache.close(), cacheMetrics.watch(cache));
  return cache;
}

/** `name{label="value"} 3` as `[["name", {label: "value"}, 3]]`, of one metric. */
async function samples(name: string): Promise<unknown[]> {
  const text = await registry.getSingleMetricAsString(name);
  return text
    .split("\n")
    .filter((line) => line.startsWith(name) && !line.startsWith("#"))
    .map((line) => line.slice(name.length));
}

test("there is one registry in a process", () => {
  expect(processMetrics().registry).toBe(registry);
});

test("no version of anything is told", async () => {
  expect(await registry.metrics()).not.toContain(process.version);
});

describe("the cache", () => {
  test("hits, misses, loads and their duration are counted by group, never by key", async () => {
    const cache = watchedCache();
    await cache.getOrLoad(key("one"), shortTerm, () => 1);
    await cache.getOrLoad(key("one"), shortTerm, () => 1);
    await cache.getOrLoad(key("two"), shortTerm, () => Promise.reject(new Error("no"))).catch(() => {});
    expect(await samples("cache_hits_total")).toEqual(['{tier="memory",group="metrics-test"} 1']);
    expect(await samples("cache_misses_total")).toEqual(['{group="metrics-test"} 2']);
    expect(await samples("cache_loads_total")).toEqual([
      '{group="metrics-test",outcome="value"} 1',
      '{group="metrics-test",outcome="failed"} 1',
    ]);
    expect(await samples("cache_load_duration_seconds")).toContain('_count{group="metrics-test"} 2');
    expect(await registry.metrics()).not.toMatch(/:v1|"one"|"two"/);
  });

  test("callers that share a load are counted", async () => {
    const cache = watchedCache();
    let finish = (_value: number) => {};
    const load = () => new Promise<number>((resolve) => (finish = resolve));
    const callers = [1, 2, 3].map(() => cache.getOrLoad(key("shared"), shortTerm, load));
    await expect.poll(() => cache.stats().coalesced).toBe(2);
    finish(7);
    await Promise.all(callers);
    expect(await samples("cache_coalesced_total")).toEqual(['{group="metrics-test"} 2']);
  });

  test("size and invalidations are those that the cache tells", async () => {
    const cache = watchedCache();
    await cache.set(key("sized"), "x".repeat(100), shortTerm, { tags: [tag()] });
    await cache.invalidateTags([tag()]);
    const { memory } = cache.stats();
    expect(await samples("cache_memory_bytes")).toEqual([` ${memory.bytes}`]);
    expect(await samples("cache_memory_max_entries")).toEqual([` ${memory.maxEntries}`]);
    expect(await samples("cache_invalidations_pending")).toEqual([` ${cache.stats().invalidations.pending}`]);
  });

  test("what was never measured has no sample", async () => {
    watchedCache();
    for (const name of ["cache_redis_connected", "cache_breaker_state", "cache_bus_contact_age_seconds"]) {
      expect(await samples(name), name).toEqual([]);
    }
  });

  test("that is watched no more counts no more", async () => {
    const cache = createTieredCache();
    const end = cacheMetrics.watch(cache);
    end();
    await cache.getOrLoad(key("late"), shortTerm, () => 1);
    await cache.close();
    expect(await samples("cache_loads_total")).toEqual([]);
    expect(await samples("cache_memory_bytes")).toEqual([]);
  });
});

test("requests are counted by route, method and status; what was aborted has no duration", async () => {
  http.begin();
  http.begin();
  http.end({ route: "/", method: "GET", status: 200, durationMs: 3 });
  http.begin();
  http.end({ route: "/", method: "PROPFIND", status: "aborted", durationMs: 60_000 });
  expect(await samples("http_requests_total")).toEqual([
    '{route="/",method="GET",status="200"} 1',
    '{route="/",method="other",status="aborted"} 1',
  ]);
  expect(await samples("http_request_duration_seconds")).toContain('_count{route="/"} 1');
  expect(await samples("http_requests_in_flight")).toEqual([" 1"]);
});

test("health and the pool are read when they are asked for", async () => {
  const since = new Date();
  ends.push(
    health.watch(() => ({
      status: "degraded",
      ready: true,
      checkedAt: since,
      dependencies: {
        redis: { status: "down", latencyMs: null, since },
        postgres: { status: "ok", latencyMs: 2, since },
      },
    })),
    postgres.watch(8, () => ({ open: 2, opened: 5, failed: 1 })),
  );
  expect(await samples("health_ready")).toEqual([" 1"]);
  expect(await samples("health_dependency_status")).toContain('{dependency="redis",status="down"} 1');
  expect(await samples("health_dependency_latency_seconds")).toEqual(['{dependency="postgres"} 0.002']);
  expect(await samples("postgres_pool_open_connections")).toEqual([" 2"]);
  expect(await samples("postgres_pool_connects_total")).toEqual([" 5"]);
  expect(await samples("postgres_pool_connects_total")).toEqual([" 5"]);
  expect(await samples("postgres_pool_connect_failures_total")).toEqual([" 1"]);
});

const STREAM_COUNTS = {
  entries: 12,
  lost: 3,
  gaps: 1,
  replaced: 0,
  deleted: 0,
  clockJumps: 2,
  disconnects: 4,
  errors: 0,
};

test("the market is read when it is asked for; what is not known has no sample", async () => {
  const streams = { clients: 2, events: 40, skipped: 5, cut: 1, refused: 0 };
  const rejections = [{ part: "btc_price_usd", reason: "not-positive", count: 6 }];
  const snapshot = { ageMs: 2_500, stale: false, lagMs: 40, historyEntries: 9, snapshots: 11, rejections };
  const nothing = { ...snapshot, ageMs: null, stale: true, lagMs: null, rejections: [] };
  ends.push(
    market.watch(() => ({
      snapshot,
      source: { state: "reading", contactAgeMs: 500, counts: STREAM_COUNTS },
      streams,
    })),
  );
  expect(await samples("market_snapshot_age_seconds")).toEqual([" 2.5"]);
  expect(await samples("market_snapshot_stale")).toEqual([" 0"]);
  expect(await samples("market_stream_lag_seconds")).toEqual([" 0.04"]);
  expect(await samples("market_entries_total")).toEqual([" 12"]);
  expect(await samples("market_entries_total")).toEqual([" 12"]);
  expect(await samples("market_entries_lost_total")).toEqual([" 3"]);
  expect(await samples("market_rejects_total")).toEqual(['{field="btc_price_usd",reason="not-positive"} 6']);
  expect(await samples("market_stream_events_total")).toContain('{event="clock_jump"} 2');
  expect(await samples("market_stream_state")).toContain('{state="reading"} 1');
  expect(await samples("market_event_clients")).toEqual([" 2"]);
  ends.push(
    market.watch(() => ({
      snapshot: nothing,
      source: { state: "absent", contactAgeMs: null, counts: STREAM_COUNTS },
      streams,
    })),
  );
  expect(await samples("market_snapshot_age_seconds")).toEqual([]);
  expect(await samples("market_snapshot_stale")).toEqual([" 1"]);
  expect(await samples("market_rejects_total")).toEqual([]);
});

test("several workers' market is as old as that of the worst, and has the clients of all", async () => {
  const workers = [2_500, 90_000].map((ageMs, index) => ({
    snapshot: { ageMs, stale: index === 1, lagMs: 1, historyEntries: 9, snapshots: 1, rejections: [] },
    source: { state: "reading" as const, contactAgeMs: 1, counts: STREAM_COUNTS },
    streams: { clients: 3 + index, events: 0, skipped: 0, cut: 0, refused: 0 },
  }));
  const parts = [];
  for (const worker of workers) {
    const end = market.watch(() => worker);
    parts.push(await registry.getMetricsAsJSON());
    end();
  }
  const together = AggregatorRegistry.aggregate(parts as never);
  const value = async (name: string) =>
    (await together.getSingleMetricAsString(name)).split("\n").filter((line) => !line.startsWith("#"));
  expect(await value("market_snapshot_age_seconds")).toEqual(["market_snapshot_age_seconds 90"]);
  expect(await value("market_snapshot_stale")).toEqual(["market_snapshot_stale 1"]);
  expect(await value("market_event_clients")).toEqual(["market_event_clients 7"]);
  expect(await value("market_stream_state")).toContain('market_stream_state{state="reading"} 1');
});

test("hit rates are shares of all reads, and unknown before the first", () => {
  expect(hitRates({ hits: { memory: 6, redis: 1 }, misses: 3 })).toEqual({
    all: 0.7,
    memory: 0.6,
    redis: 0.1,
    reads: 10,
  });
  expect(hitRates({ hits: { memory: 0, redis: 0 }, misses: 0 })).toEqual({
    all: null,
    memory: null,
    redis: null,
    reads: 0,
  });
});

describe("what is named outside of the code exists", () => {
  const known = (from: Registry): Set<string> => {
    const names = from
      .getMetricsAsArray()
      .flatMap(({ name }) => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]);
    return new Set(names);
  };

  /** Names of metrics in PromQL: what is no function, label, keyword, text, range or number. */
  function metricsIn(expression: string): string[] {
    const bare = expression
      .replace(/"[^"]*"/g, "")
      .replace(/\{[^}]*\}|\[[^\]]*\]/g, " ")
      .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, " ");
    return [...bare.matchAll(/[a-z_:][\w:]*(?!\w|\s*\()/gi)]
      .map(([name]) => name)
      .filter((name) => !/^(?:and|or|unless|bool)$/.test(name));
  }

  const dashboard: { panels: { title: string; targets: { expr: string }[] }[] } = JSON.parse(
    readFileSync("docs/operations/grafana-dashboard.json", "utf8"),
  );
  const alerts = readFileSync("docs/operations/alerts.yml", "utf8");
  const documented = [
    ...readFileSync("docs/operations.md", "utf8").matchAll(
      /^\| (`[a-z_]+_[a-z_]+`(?:, `[a-z_]+`)*) \|.*\|.*\|$/gm,
    ),
  ]
    .flatMap(([, names = ""]) => names.split(", "))
    .map((name) => name.replaceAll("`", ""));

  test("in the dashboard", () => {
    const used = dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr)));
    expect(new Set(used).size).toBeGreaterThan(20);
    expect(used.filter((name) => !known(registry).has(name))).toEqual([]);
  });

  test("in the dashboard, which shows every part of the site", () => {
    const used = dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr)));
    const parts = new Set([...known(registry)].map((name) => /^[a-z]+/.exec(name)?.[0]));
    const shown = new Set(used.map((name) => /^[a-z]+/.exec(name)?.[0]));
    expect([...parts].filter((part) => !shown.has(part))).toEqual([]);
  });

  test("in the alert rules", () => {
    const expressions = [...alerts.matchAll(/^ +expr: (.+)$/gm)].map(([, expression = ""]) => expression);
    expect(expressions).toHaveLength([...alerts.matchAll(/- alert:/g)].length);
    const used = expressions.flatMap(metricsIn);
    expect(used.length).toBeGreaterThanOrEqual(expressions.length);
    expect(used.filter((name) => !known(registry).has(name))).toEqual([]);
  });

  test("in the documentation, which names every metric of ours", () => {
    const ours = registry
      .getMetricsAsArray()
      .map(({ name }) => name)
      .filter((name) => /^(?:cache|health|http|market|page|postgres|requests)_/.test(name));
    expect(
      documented.filter((name) => /^(?:cache|health|http|market|page|postgres|requests)_/.test(name)).sort(),
    ).toEqual(ours.sort());
  });
});
