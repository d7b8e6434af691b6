import type { TieredCache } from "../cache";
import type { ConnectionCounts } from "../clients/connection-counts";
import type { MigrationReport } from "../clients/migrations";
import type { PostgresTarget } from "../clients/postgres";
import { createHealthMonitor, type Health, type Probe } from "./health";
import { type MarketState, marketProbe } from "./market-probe";
import { type Metrics, processMetrics } from "./metrics";
import { createPostgresProbe } from "./postgres-probe";
import {
  breakerProbe,
  invalidationProbe,
  migrationProbe,
  type PublishingStatus,
  publishingProbe,
  redisProbe,
} from "./probes";

/** What the site is made of, as far as it is observed. */
export interface Observed {
  readonly target: PostgresTarget;
  readonly pool: { readonly max: number; readonly counts: () => ConnectionCounts };
  readonly cache: TieredCache;
  readonly migrations: MigrationReport;
  /** Absent where changes of reports are not watched. */
  readonly publishing?: (() => PublishingStatus) | undefined;
  readonly market: () => MarketState;
}

export interface Observability {
  readonly metrics: Metrics;
  /** When this process began to observe. */
  readonly startedAt: Date;
  health(): Health;
  /** When the newest report was written; null when there is none, undefined when unknown. */
  newestReportAt(): Date | null | undefined;
  close(): Promise<void>;
}

/** Resolves when each dependency was asked once. */
export async function startObservability(observed: Observed): Promise<Observability> {
  const metrics = processMetrics();
  const { cache, migrations, pool, publishing, market } = observed;
  const postgres = createPostgresProbe(observed.target);
  const probes: Record<string, Probe> = {
    postgres: postgres.probe,
    redis: redisProbe(cache),
    cache: breakerProbe(cache),
    invalidations: invalidationProbe(cache),
    migrations: migrationProbe(migrations),
    ...(publishing && { publishing: publishingProbe(publishing) }),
    market: marketProbe(market),
  };
  const monitor = createHealthMonitor({ probes, essential: ["postgres"], onProbe: metrics.health.probed });
  const ends = [
    metrics.cache.watch(cache),
    metrics.health.watch(monitor.current),
    metrics.postgres.watch(pool.max, pool.counts),
    metrics.market.watch(market),
  ];
  await monitor.start();
  return {
    metrics,
    startedAt: new Date(),
    health: monitor.current,
    newestReportAt: postgres.newestReportAt,
    async close() {
      for (const end of ends) end();
      await monitor.close();
      await postgres.close();
    },
  };
}
