import { Counter, type Registry } from "prom-client";
import type { PageCacheStats } from "../../http/page-cache/page-cache";
import { gaugesOf } from "./gauges";

export interface PageMetrics {
  /** From now on these are told. @param shed requests turned away so far, by reason */
  watch(read: () => PageCacheStats, shed: () => Readonly<Record<string, number>>): void;
  /** What the page cache counted; undefined where there is none, as in development. */
  current(): PageCacheStats | undefined;
}

/** The page cache counts for itself, since a hit has no time for more; here its counts are read when asked for. */
export function createPageMetrics(registry: Registry): PageMetrics {
  const registers = [registry];
  let source: (() => PageCacheStats) | undefined;
  let shedSource: (() => Readonly<Record<string, number>>) | undefined;

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
  const gauge = gaugesOf(registry, () => source?.());

  /** The same for counts by a label. */
  const counters = (
    name: string,
    help: string,
    label: string,
    read: () => Readonly<Record<string, number>>,
  ) => {
    const told = new Map<string, number>();
    new Counter({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        for (const [value, count] of Object.entries(read())) {
          this.inc({ [label]: value }, count - (told.get(value) ?? 0));
          told.set(value, count);
        }
      },
    });
  };

  counters(
    "page_cache_answers_total",
    "Answers of the page cache, by what X-Cache said",
    "outcome",
    () => source?.().outcomes ?? {},
  );
  counters(
    "requests_shed_total",
    "Requests turned away because there was too much to do",
    "reason",
    () => shedSource?.() ?? {},
  );
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
    watch(read, shed) {
      source = read;
      shedSource = shed;
    },
    current: () => source?.(),
  };
}
