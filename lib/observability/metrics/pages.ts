import { Counter, Gauge, type Registry } from "prom-client";
import type { PageCacheStats } from "../../http/page-cache/page-cache";

export interface PageMetrics {
  /** From now on these are told. @returns ends that */
  watch(read: () => PageCacheStats): () => void;
  /** What the page cache counted; undefined where there is none, as in development. */
  current(): PageCacheStats | undefined;
}

/** The page cache counts for itself, since a hit has no time for more; here its counts are read when asked for. */
export function createPageMetrics(registry: Registry): PageMetrics {
  const registers = [registry];
  let source: (() => PageCacheStats) | undefined;

  const counter = (name: string, help: string, read: (stats: PageCacheStats) => number) => {
    let told = 0;
    new Counter({
      name,
      help,
      registers,
      collect() {
        const count = source ? read(source()) : told;
        this.inc(Math.max(0, count - told));
        told = count;
      },
    });
  };
  const gauge = (name: string, help: string, read: (stats: PageCacheStats) => number) =>
    new Gauge({
      name,
      help,
      registers,
      aggregator: "sum",
      collect() {
        this.remove();
        if (source) this.set(read(source()));
      },
    });

  const told = new Map<string, number>();
  new Counter({
    name: "page_cache_answers_total",
    help: "Answers of the page cache, by what X-Cache said",
    labelNames: ["outcome"],
    registers,
    collect() {
      for (const [outcome, count] of Object.entries(source?.().outcomes ?? {})) {
        this.inc({ outcome }, count - (told.get(outcome) ?? 0));
        told.set(outcome, count);
      }
    },
  });
  counter(
    "page_cache_coalesced_total",
    "Requests that waited for the answer to another one",
    ({ coalesced }) => coalesced,
  );
  counter("page_cache_failures_total", "Requests that got an error", ({ failures }) => failures);
  counter("page_cache_evictions_total", "Pages that had to go for others", ({ evictions }) => evictions);
  gauge("page_cache_bytes", "Size of the kept pages in all codings", ({ bytes }) => bytes);
  gauge("page_cache_max_bytes", "Limit of that size", ({ maxBytes }) => maxBytes);
  gauge("page_cache_entries", "Kept pages", ({ entries }) => entries);
  gauge("page_cache_renders_in_flight", "Pages being rendered, or waiting to be", ({ inFlight }) => inFlight);

  return {
    watch(read) {
      source = read;
      return () => {
        source = undefined;
      };
    },
    current: () => source?.(),
  };
}
