import { Counter, type Registry } from "prom-client";
import type { ConnectionCounts } from "../../clients/connection-counts";
import { gaugesOf } from "./gauges";

export interface PostgresMetrics {
  /** @returns ends it */
  watch(max: number, counts: () => ConnectionCounts): () => void;
}

/**
 * The pool, as far as the client lets itself be looked at: its sockets. Which of them are busy, and what
 * waits for one, it keeps to itself.
 */
export function createPostgresMetrics(registry: Registry): PostgresMetrics {
  const registers = [registry];
  let pool: { readonly max: number; readonly counts: () => ConnectionCounts } | undefined;
  const gauge = gaugesOf(registry, () => pool);
  const counter = (name: string, help: string, read: (of: NonNullable<typeof pool>) => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        if (pool) this.inc(read(pool));
      },
    });
  gauge("postgres_pool_max_connections", "Most connections of the pool", ({ max }) => max);
  gauge(
    "postgres_pool_open_connections",
    "Connections of the pool that are open",
    ({ counts }) => counts().open,
  );
  counter(
    "postgres_pool_connects_total",
    "Connections that the pool opened",
    ({ counts }) => counts().opened,
  );
  counter(
    "postgres_pool_connect_failures_total",
    "Connections that the pool tried to open in vain",
    ({ counts }) => counts().failed,
  );
  return {
    watch(max, counts) {
      const watched = { max, counts };
      pool = watched;
      return () => {
        if (pool === watched) pool = undefined;
      };
    },
  };
}
