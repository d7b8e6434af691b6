/**
 * What happened, for `X-Cache`:
 * - `HIT`: from the cache, fresh.
 * - `STALE`: from the cache; it is being asked for anew, or could not be.
 * - `REVALIDATED`: from the cache, after the handler said that it is still good.
 * - `MISS`: the handler's answer.
 */
export type Outcome = "HIT" | "STALE" | "REVALIDATED" | "MISS";
