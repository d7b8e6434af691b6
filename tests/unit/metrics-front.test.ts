import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createHttpMetrics } from "@/lib/observability/metrics/http";
import { createPageMetrics } from "@/lib/observability/metrics/pages";
import { parseMetrics } from "../support/prometheus";

const stats = {
  outcomes: { HIT: 3, STALE: 0, REVALIDATED: 0, MISS: 2 },
  coalesced: 7,
  failures: 1,
  entries: 2,
  bytes: 512,
  maxBytes: 1_024,
  evictions: 4,
  inFlight: 5,
};

test("what the page cache counts is told, and told once", async () => {
  const registry = new Registry();
  const pages = createPageMetrics(registry);
  expect(pages.current()).toBeUndefined();
  expect(parseMetrics(await registry.metrics()).get("page_cache_bytes")).toBeUndefined();

  let current = stats;
  pages.watch(
    () => current,
    () => ({ queue: 6 }),
  );
  await registry.metrics();
  current = { ...stats, outcomes: { ...stats.outcomes, HIT: 10 }, coalesced: 8 };
  const samples = parseMetrics(await registry.metrics());
  expect(samples.get('page_cache_answers_total{outcome="HIT"}')).toBe(10);
  expect(samples.get('page_cache_answers_total{outcome="MISS"}')).toBe(2);
  expect(samples.get("page_cache_coalesced_total")).toBe(8);
  expect(samples.get("page_cache_evictions_total")).toBe(4);
  expect(samples.get("page_cache_bytes")).toBe(512);
  expect(samples.get('requests_shed_total{reason="queue"}')).toBe(6);
  expect(pages.current()).toBe(current);
});

test("answers out of memory are counted by route, in bounded memory", async () => {
  const registry = new Registry();
  const http = createHttpMetrics(registry, (url) => (url.startsWith("/report/") ? "/report/{id}" : "other"));
  for (let id = 0; id < 2_500; id++) http.served("GET", `/report/${id}`, 200);
  http.served("HEAD", "/x", 304);
  const samples = parseMetrics(await registry.metrics());
  const counted = [...samples].filter(([name]) => name.startsWith("http_requests_total"));
  expect(counted).toEqual([
    ['http_requests_total{method="GET",route="/report/{id}",status="200"}', 2_500],
    ['http_requests_total{method="HEAD",route="other",status="304"}', 1],
  ]);
});
