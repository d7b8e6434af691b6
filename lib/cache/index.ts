/**
 * A cache in two tiers, memory and Redis, with one load a key: in a process by single flight, between
 * processes by a lease with a fencing token. It knows keys and bytes; nothing of Next, reports, the
 * environment or metrics.
 *
 * ```ts
 * const reportKey = defineKeys("report", 1);
 * const reportTag = defineTags("report");
 * const cache = createTieredCache({ redis: "redis://localhost:6379" });
 * await cache.start();
 * const report = await cache.getOrLoad(reportKey(7), mediumTerm, () => readReport(7), { tags: [reportTag(7)] });
 * await cache.invalidateTags([reportTag(7)]);
 * ```
 */
export type * from "./cache";
export type { CacheEvents, CacheListener, RedisFailure } from "./events";
export {
  type CacheKey,
  type CacheTag,
  defineKeys,
  defineTags,
  groupOf,
  parseKey,
} from "./keys";
export { custom, longTerm, mediumTerm, realTime, type Strategy, shortTerm } from "./strategies";
export { createTieredCache } from "./tiered-cache";
