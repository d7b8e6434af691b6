import type { CacheKey } from "./keys";
import type { Lease } from "./lease";

/** Where a load stands in the order of things, taken before it starts. */
export interface LoadTicket {
  readonly key: CacheKey;
  readonly fence: number;
  readonly localVersion: number;
  readonly ordinal: number;
  /** The local clock. */
  readonly startedAt: number;
  /** Redis' clock. Absent when Redis did not give this ticket: then the value stays in memory. */
  readonly redisStartedAt?: number;
  readonly lease?: Lease;
}
