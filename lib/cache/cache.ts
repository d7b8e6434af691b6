import type { Redis, RedisOptions } from "ioredis";
import type { BreakerState, CacheEvents, CacheListener, RedisFailure, RefusalReason } from "./events";
import type { CacheKey, CacheTag } from "./keys";
import type { Strategy } from "./strategies";

/**
 * Where a value stands.
 * - `fresh`: younger than its ttl, no tag of it invalidated since its load began.
 * - `stale`: anything else that may still be served: in grace, softly invalidated, or the best there is
 *   after a load failed.
 */
export type Freshness = "fresh" | "stale";
export type Source = "memory" | "redis" | "loader";

/** A value with what is known about it. Values are shared between callers: never change one. */
export interface Lookup<V> {
  readonly value: V;
  readonly state: Freshness;
  readonly source: Source;
  /** Milliseconds since the load of the value began; never less than the truth. */
  readonly ageMs: number;
}

export interface LoadOptions<V> {
  readonly tags?: readonly CacheTag[];
  /**
   * Checks a value from Redis and from the loader alike: returns it (or a repaired one), throws when
   * the shape is wrong. From Redis that is a counted miss, from the loader a failed load. Not asked
   * about `null`.
   */
  readonly validate?: (value: unknown) => NonNullable<V>;
}

export type Loader<V> = () => V | Promise<V>;

/** The right, and for a lease holder the duty, to produce a value. Opaque; use it once. */
export interface Claim {
  readonly key: CacheKey;
  /** The fencing token: a value stored with a smaller one never replaces a value with a greater one. */
  readonly fence: number;
}

/**
 * - `hit` without `refresh`: serve it, whatever its state.
 * - `hit` with `refresh`: serve it and produce a new one. Exactly one claimer in all processes gets this
 *   while the value is stale (exactly one in each process while Redis is away).
 * - `miss`: produce a value. Ends in `fulfil` or `release`; the others wait for it.
 */
export type ClaimResult<V> =
  | { readonly kind: "hit"; readonly hit: Lookup<V>; readonly refresh?: Claim }
  | { readonly kind: "miss"; readonly claim: Claim };

export interface ClaimOptions {
  /** Those already known. More may be named when the value is there. */
  readonly tags?: readonly CacheTag[];
}

export interface FulfilOptions extends Strategy {
  readonly tags?: readonly CacheTag[];
}

/** A place in the order of invalidations. Opaque; of this process alone. */
export interface Moment {
  readonly fence: number;
  readonly localVersion: number;
  /** The local clock. */
  readonly at: number;
  /** Times that memory was emptied: cleared on demand, and after messages were lost. */
  readonly clears: number;
  readonly losses: number;
}

/** `stored`, or why not. `redis`: Redis did not take it, it is in this process's memory alone. */
export type StoreOutcome = "stored" | RefusalReason;

export interface InvalidateOptions {
  /**
   * `hard` (default): values loaded before are gone. `getOrLoad` may return one, marked stale, only when
   * a load fails. `soft`: they are stale, and served while one refresh runs.
   */
  readonly mode?: "hard" | "soft";
  /** Soft only: after this many ms what is still not refreshed is gone. Default: never. */
  readonly hardAfterMs?: number;
}

/** `queued`: done in this process, retried until the others are told. */
export type Delivery = "sent" | "queued" | "local";

export interface TieredCache {
  /** The value, from memory, Redis or `loader`. Rejects only with what `loader` or `validate` threw. */
  getOrLoad<V>(
    key: CacheKey,
    strategy: Strategy,
    loader: Loader<V>,
    options?: LoadOptions<NoInfer<V>>,
  ): Promise<V>;
  /** As `getOrLoad`, with state, source and age. */
  lookup<V>(
    key: CacheKey,
    strategy: Strategy,
    loader: Loader<V>,
    options?: LoadOptions<NoInfer<V>>,
  ): Promise<Lookup<V>>;
  /** What is cached, stale included. `undefined` when nothing is; a cached absence has `value: null`. */
  get<V>(key: CacheKey, validate?: (value: unknown) => NonNullable<V>): Promise<Lookup<V | null> | undefined>;
  /**
   * Stores a value as of now. An invalidation between the moment the caller read its data and this call
   * is not seen: prefer `getOrLoad`, or `claim` before and `fulfil` after.
   */
  set(
    key: CacheKey,
    value: unknown,
    strategy: Strategy,
    options?: { readonly tags?: readonly CacheTag[] },
  ): Promise<StoreOutcome>;
  delete(key: CacheKey): Promise<Delivery>;

  /** For a caller that cannot pass a loader. Never rejects. */
  claim<V>(key: CacheKey, options?: ClaimOptions): Promise<ClaimResult<V>>;
  /** Stores what was produced for a claim and wakes those who wait. Never rejects. */
  fulfil(claim: Claim, value: unknown, options: FulfilOptions): Promise<StoreOutcome>;
  /** Gives a claim back without a value: the next one in line may claim. */
  release(claim: Claim): void;

  /** One command, whatever the number of keys that carry the tags. Never rejects. */
  invalidateTags(tags: readonly CacheTag[], options?: InvalidateOptions): Promise<Delivery>;
  /** Now, for something that is made from here on and kept elsewhere. */
  moment(): Moment;
  /**
   * What has happened since a moment to something that carries these tags. In memory alone, and cheap.
   * - `valid`: nothing, as far as is known.
   * - `stale`: a tag was softly invalidated.
   * - `untrusted`: a tag may have been invalidated without our hearing of it.
   * - `invalid`: a tag was invalidated, or everything was cleared.
   */
  since(moment: Moment, tags: readonly CacheTag[]): "valid" | "stale" | "untrusted" | "invalid";
  /** Empties both tiers on every instance; touches only this cache's prefix. Never rejects. */
  clear(): Promise<Delivery>;

  stats(): CacheStats;
  /** Why a key is fresh, stale or missing. Reads Redis without changing anything. */
  explain(key: CacheKey): Promise<Explanation>;
  /** @returns takes the listener away again */
  on<Name extends keyof CacheEvents>(name: Name, listener: CacheListener<Name>): () => void;

  /**
   * Connects to Redis; before, the cache is memory alone and opens nothing. Resolves when connected or
   * when `connectWaitMs` is over; never rejects. Without Redis it does nothing.
   */
  start(): Promise<void>;
  /** Closes the connections and stops refreshing. What is cached in memory stays readable. */
  close(): Promise<void>;
}

export interface CacheStats {
  readonly memory: {
    readonly entries: number;
    readonly bytes: number;
    readonly maxEntries: number;
    readonly maxBytes: number;
  };
  readonly redis: RedisStats | undefined;
  readonly hits: { readonly memory: number; readonly redis: number };
  readonly misses: number;
  readonly loads: number;
  readonly loadFailures: number;
  readonly coalesced: number;
  readonly staleServed: number;
  readonly refused: number;
  readonly corrupt: number;
  readonly flushes: number;
  readonly invalidations: {
    readonly sent: number;
    readonly received: number;
    readonly replayed: number;
    /** Not delivered yet: tags, keys and clears. */
    readonly pending: number;
  };
  readonly listenerErrors: number;
}

export interface RedisStats {
  readonly connected: boolean;
  readonly breaker: BreakerState;
  readonly inFlight: number;
  readonly failures: number;
  /** Milliseconds since the invalidation bus was last heard; `undefined` before the first contact. */
  readonly busContactAgeMs: number | undefined;
  /** Whether memory is trusted for tagged values, whatever their age. */
  readonly busTrusted: boolean;
}

export interface Explanation {
  readonly key: CacheKey;
  readonly memory: TierExplanation;
  /** `unavailable` when Redis did not answer; absent when there is none. */
  readonly redis?: TierExplanation | { readonly state: "unavailable"; readonly reason: RedisFailure };
}

export interface TierExplanation {
  /** `invalid`: a tag was invalidated. `untrusted`: tagged, and the bus is silent for too long. */
  readonly state: "fresh" | "stale" | "invalid" | "untrusted" | "expired" | "missing" | "corrupt";
  readonly ageMs?: number;
  /** Until the value is no longer fresh by age; negative in grace. */
  readonly freshForMs?: number;
  /** Until the value is gone. */
  readonly remainingMs?: number;
  /** The fencing token of the load: the version that tags are compared with. */
  readonly version?: number;
  readonly tags?: readonly {
    readonly tag: string;
    /** Versions of the last hard and the last soft invalidation; above `version` they apply. */
    readonly hard: number | undefined;
    readonly soft: number | undefined;
    readonly verdict: "valid" | "stale" | "invalid" | "unknown";
  }[];
}

export interface CacheOptions {
  /** A URL (`redis://…`), or a function that creates a client with at least the options it is given. */
  readonly redis?: string | ((options: RedisOptions) => Redis) | undefined;
  /** Of everything in Redis. Default `web-server-report:`. */
  readonly prefix?: string;
  /** Default 64 MiB. A value above an eighth of it is not kept in memory. */
  readonly maxBytes?: number;
  /** Default 2,000. */
  readonly maxEntries?: number;
  /** Largest decoded value read from or written to Redis, bytes. Default 16 MiB. */
  readonly maxValueBytes?: number;
  /** A command in Redis, ms. Default 100. */
  readonly deadlineMs?: number;
  /** Commands in flight at once; further ones are refused. Default 256. */
  readonly maxInFlight?: number;
  /** Consecutive failures that open the breaker. Default 5. */
  readonly breakerThreshold?: number;
  /** Between probes while the breaker is open, ms. Default 1,000. */
  readonly probeIntervalMs?: number;
  /** Life of a lease between renewals, ms. Default 2,000. */
  readonly leaseMs?: number;
  /** How long to wait for another process's value, ms; more than `leaseMs`. Default 4,000. */
  readonly waitMs?: number;
  /** How long memory is trusted for tagged values without contact with the bus, ms. Default 5,000. */
  readonly trustLeaseMs?: number;
  /** How long a claim without `fulfil` or `release` holds the others up at most, ms. Default 30,000. */
  readonly claimMs?: number;
  /** How long `start` waits for Redis, ms. Default 1,000. */
  readonly connectWaitMs?: number;
  /** Monotonic milliseconds. Default `performance.now`. */
  readonly now?: () => number;
}
