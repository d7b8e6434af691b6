import * as z from "zod";
import type { CacheStats, Explanation, RedisStats, TierExplanation } from "../cache";
import type { PageCacheStats } from "../http/page-cache/page-cache";
import type { CacheReport, HitRates } from "../observability/cache-report";
import { exactly } from "./exactly";

const count = z.int().nonnegative();
const share = z.number().min(0).max(1).nullable();

const redisStats = exactly<RedisStats>()(
  z.object({
    connected: z.boolean(),
    breaker: z.enum(["closed", "open", "half-open"]),
    inFlight: count,
    failures: count,
    busContactAgeMs: z.number().nonnegative().exactOptional().describe("Absent before the first contact"),
    busTrusted: z.boolean(),
  }),
);

const hitRates = exactly<HitRates>()(
  z
    .object({ all: share, memory: share, redis: share, reads: count })
    .describe("Shares of the reads; null before the first one"),
);

const pageCacheStats = exactly<PageCacheStats>()(
  z
    .object({
      outcomes: z.object({ HIT: count, STALE: count, REVALIDATED: count, MISS: count }),
      coalesced: count,
      failures: count,
      entries: count,
      bytes: count,
      maxBytes: count,
      evictions: count,
      inFlight: count,
    })
    .describe("Answers that are kept as bytes"),
);

/** What /cache-stats answers. */
export type CacheStatistics = CacheReport & { readonly pages: PageCacheStats | null };

export const cacheStats = exactly<CacheStatistics>()(
  z
    .object({
      since: z.iso.datetime().describe("The counts are those of one process, from here on"),
      hitRates,
      memory: z.object({ entries: count, bytes: count, maxEntries: count, maxBytes: count }),
      redis: redisStats.exactOptional().describe("Absent where there is no Redis"),
      hits: z.object({ memory: count, redis: count }),
      misses: count,
      loads: count,
      loadFailures: count,
      coalesced: count,
      staleServed: count,
      refused: count,
      corrupt: count,
      flushes: count,
      invalidations: exactly<CacheStats["invalidations"]>()(
        z.object({ sent: count, received: count, replayed: count, pending: count }),
      ),
      listenerErrors: count,
      pages: pageCacheStats.nullable().describe("null where there is no cache of pages"),
    })
    .describe("What both tiers of the cache counted"),
);

const version = z.number();

const tags = z.array(
  exactly<NonNullable<TierExplanation["tags"]>[number]>()(
    z.object({
      tag: z.string(),
      hard: version.exactOptional().describe("The last hard invalidation; above version it applies"),
      soft: version.exactOptional(),
      verdict: z.enum(["valid", "stale", "invalid", "unknown"]),
    }),
  ),
);

const tier = exactly<TierExplanation>()(
  z.object({
    state: z.enum(["fresh", "stale", "invalid", "untrusted", "expired", "missing", "corrupt"]),
    ageMs: z.number().exactOptional(),
    freshForMs: z.number().exactOptional().describe("Negative when it is fresh no longer"),
    remainingMs: z.number().exactOptional().describe("Until it is gone"),
    version: version.exactOptional(),
    tags: tags.exactOptional(),
  }),
);

const unavailable = z.object({
  state: z.literal("unavailable"),
  reason: z
    .enum(["deadline", "busy", "breaker-open", "disconnected", "refused", "reply"])
    .describe("refused: the login, or the database. reply: an error. busy: too many commands wait"),
});

/** The key is text to whoever reads it. */
export const explanation = exactly<Omit<Explanation, "key"> & { readonly key: string }>()(
  z
    .object({
      key: z.string(),
      memory: tier,
      redis: z.union([tier, unavailable]).exactOptional().describe("Absent where there is no Redis"),
    })
    .describe("Why a key is fresh, stale or missing, tier by tier"),
);

/** Both answers of /cache-stats. */
export const cacheAnswer = z.union([cacheStats, explanation]);
