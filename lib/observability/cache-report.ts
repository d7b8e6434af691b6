import type { CacheStats } from "../cache";

/** Shares of the reads, 0 to 1; null before the first read. */
export interface HitRates {
  readonly all: number | null;
  readonly memory: number | null;
  readonly redis: number | null;
  readonly reads: number;
}

export interface CacheReport extends CacheStats {
  /** The counts are those of this process, from here on. */
  readonly since: Date;
  readonly hitRates: HitRates;
}

export function cacheReport(stats: CacheStats, since: Date): CacheReport {
  return { since, hitRates: hitRates(stats), ...stats };
}

export function hitRates({ hits, misses }: Pick<CacheStats, "hits" | "misses">): HitRates {
  const reads = hits.memory + hits.redis + misses;
  const share = (count: number) => (reads === 0 ? null : count / reads);
  return {
    all: share(hits.memory + hits.redis),
    memory: share(hits.memory),
    redis: share(hits.redis),
    reads,
  };
}
