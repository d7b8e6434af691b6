import { Counter, Gauge, type Registry } from "prom-client";
import type { MarketState } from "../market-probe";
import { gaugesOf } from "./gauges";

export interface MarketMetrics {
  /** @returns ends it */
  watch(status: () => MarketState): () => void;
}

const STATES = ["connecting", "reading", "absent", "wrong-type", "refused", "simulated"] as const;
/** What may happen to a stream, by the name that the reader counts it under. */
const EVENTS = ["gaps", "replaced", "deleted", "clockJumps", "disconnects", "errors"] as const;
const EVENT_LABELS = {
  gaps: "gap",
  replaced: "replaced",
  deleted: "deleted",
  clockJumps: "clock_jump",
  disconnects: "disconnect",
  errors: "error",
} as const satisfies Record<(typeof EVENTS)[number], string>;

export function createMarketMetrics(registry: Registry): MarketMetrics {
  const registers = [registry];
  let source: (() => MarketState) | undefined;
  const seconds = (milliseconds: number | null) => (milliseconds === null ? undefined : milliseconds / 1_000);

  // Each of several workers reads the stream for itself, and together they are what the worst of them is.
  const gauge = gaugesOf(registry, () => source?.(), "max");
  const counter = (name: string, help: string, read: (state: MarketState) => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        if (source) this.inc(read(source()));
      },
    });

  gauge("market_snapshot_age_seconds", "Time since Redis took the snapshot that is shown", ({ snapshot }) =>
    seconds(snapshot.ageMs),
  );
  gauge("market_snapshot_stale", "1 when the snapshot is too old to count as current", ({ snapshot }) =>
    Number(snapshot.stale),
  );
  gauge("market_stream_lag_seconds", "How late the latest entry was, from Redis to here", ({ snapshot }) =>
    seconds(snapshot.lagMs),
  );
  gauge("market_stream_contact_age_seconds", "Time since the stream was last read to its end", ({ source }) =>
    seconds(source.contactAgeMs),
  );
  gauge("market_history_entries", "Snapshots kept for charts", ({ snapshot }) => snapshot.historyEntries);
  gauge("market_event_clients", "Clients of the stream of events", ({ streams }) => streams.clients, "sum");
  counter("market_entries_total", "Entries read from the stream", ({ source }) => source.counts.entries);
  counter(
    "market_entries_lost_total",
    "Entries that were trimmed or deleted before they were read",
    ({ source }) => source.counts.lost,
  );
  counter("market_snapshots_total", "Entries that were a snapshot", ({ snapshot }) => snapshot.snapshots);
  counter("market_events_sent_total", "Snapshots sent to clients", ({ streams }) => streams.events);
  counter(
    "market_events_skipped_total",
    "Snapshots that slow clients did not get",
    ({ streams }) => streams.skipped,
  );
  counter(
    "market_event_clients_cut_total",
    "Clients that had not read for too long",
    ({ streams }) => streams.cut,
  );
  counter(
    "market_event_clients_refused_total",
    "Clients that were sent away, since there were too many",
    ({ streams }) => streams.refused,
  );
  new Counter({
    name: "market_rejects_total",
    help: "Values of entries that are unknown, by field (entry: all of it) and reason",
    labelNames: ["field", "reason"],
    registers,
    collect() {
      this.reset();
      for (const { part, reason, count } of source?.().snapshot.rejections ?? []) {
        this.inc({ field: part, reason }, count);
      }
    },
  });
  new Counter({
    name: "market_stream_events_total",
    help: "What happened to the stream and the connection to it, by event",
    labelNames: ["event"],
    registers,
    collect() {
      this.reset();
      const counts = source?.().source.counts;
      for (const name of counts ? EVENTS : []) this.inc({ event: EVENT_LABELS[name] }, counts?.[name]);
    },
  });
  new Gauge({
    name: "market_stream_state",
    help: "1 for the state that the stream is in",
    labelNames: ["state"],
    registers,
    aggregator: "max",
    collect() {
      this.reset();
      const current = source?.().source.state;
      if (current === undefined) return;
      for (const state of STATES) this.set({ state }, Number(state === current));
    },
  });
  return {
    watch(status) {
      source = status;
      return () => {
        if (source === status) source = undefined;
      };
    },
  };
}
