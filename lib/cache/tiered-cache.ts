// Not the global of the same name, whose getter costs a third of a hit in memory.
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { CacheOptions, CacheStats, Loader, LoadOptions, Lookup, RedisStats, TieredCache } from "./cache";
import { ClaimDesk } from "./claim-desk";
import { explain } from "./explain";
import type { Trust } from "./freshness";
import { type Found, isServable, lookupOf } from "./freshness";
import { InvalidationBus } from "./invalidation-bus";
import { Invalidations } from "./invalidations";
import type { CacheKey } from "./keys";
import { type Job, LoadCoordinator } from "./load-coordinator";
import { MemoryTier } from "./memory-tier";
import { Meter } from "./meter";
import { connect, createClient } from "./redis-client";
import { RedisTier } from "./redis-tier";
import { RefreshBackoff } from "./refresh-backoff";
import { Removals } from "./removals";
import { lifeOf, type Strategy } from "./strategies";
import { TagView } from "./tag-view";
import { TwoTierStore } from "./two-tier-store";

const MIB = 1024 * 1024;

const DEFAULTS = {
  prefix: "web-server-report:",
  maxBytes: 64 * MIB,
  maxEntries: 2_000,
  maxValueBytes: 16 * MIB,
  deadlineMs: 100,
  maxInFlight: 256,
  breakerThreshold: 5,
  probeIntervalMs: 1_000,
  leaseMs: 2_000,
  waitMs: 4_000,
  trustLeaseMs: 5_000,
  claimMs: 30_000,
  connectWaitMs: 1_000,
  now: () => performance.now(),
};

const NO_OPTIONS: LoadOptions<never> = {};

/** Opens nothing: see `TieredCache.start`. Without `redis` the cache is memory alone. */
export function createTieredCache(options: CacheOptions = {}): TieredCache {
  const settings = { ...DEFAULTS, ...withoutUndefined(options) };
  const { now } = settings;
  const meter = new Meter();
  const memory = new MemoryTier(settings);
  const tags = new TagView();
  const removals = new Removals();
  const backoff = new RefreshBackoff();
  const clients =
    options.redis === undefined
      ? undefined
      : { commands: createClient(options.redis), bus: createClient(options.redis) };
  const redis =
    clients &&
    new RedisTier({
      ...settings,
      client: clients.commands,
      onBreaker: (state) => meter.events.emit("breaker", { state }),
      onFailure: (command, { reason, message }) =>
        meter.events.emit("redisFailure", { command, reason, message }),
    });
  const invalidations = new Invalidations({
    redis,
    memory,
    tags,
    removals,
    meter,
    now,
    trust: (validatedAt, at) => trust(validatedAt, at),
  });
  const bus =
    clients &&
    new InvalidationBus({
      client: clients.bus,
      prefix: settings.prefix,
      now,
      onMessage: (message) => invalidations.receive(message),
      onLost: (reason) => invalidations.flush(reason),
    });
  const trust: Trust = (validatedAt, at) =>
    bus === undefined ||
    !store.redisActive ||
    at - Math.max(validatedAt, bus.contactAt) <= settings.trustLeaseMs;
  const store: TwoTierStore = new TwoTierStore({
    ...settings,
    memory,
    redis,
    tags,
    removals,
    invalidations,
    meter,
    trust,
  });
  const loads = new LoadCoordinator({ ...settings, store, meter, backoff });
  const claims = new ClaimDesk({ ...settings, store, meter, backoff });

  /** A servable value in memory, counted; one that is due is refreshed behind the caller's back. */
  function fromMemory(
    key: CacheKey,
    strategy: Strategy,
    loader: Loader<unknown>,
    loadOptions: LoadOptions<unknown>,
  ): Found | undefined {
    const found = store.fromMemory(key, now());
    if (found === undefined || !isServable(found.verdict)) return found;
    meter.hit(key, "memory", found.verdict === "stale");
    if (found.verdict !== "fresh") loads.refresh({ key, strategy, loader, options: loadOptions });
    return found;
  }

  function redisStats(): RedisStats | undefined {
    if (redis === undefined || bus === undefined) return undefined;
    const { connected, breaker, inFlight, failures } = redis.gate;
    const contact = bus.contactAt;
    const busContactAgeMs = contact === Number.NEGATIVE_INFINITY ? undefined : now() - contact;
    const busTrusted = busContactAgeMs !== undefined && busContactAgeMs <= settings.trustLeaseMs;
    return { connected, breaker, inFlight, failures, busContactAgeMs, busTrusted };
  }

  return {
    getOrLoad: (key, strategy, loader, loadOptions = NO_OPTIONS) => {
      // By far the most frequent case: no object is made for it, and nothing awaited.
      const fresh = store.freshInMemory(key, now());
      if (fresh !== undefined) {
        meter.hit(key, "memory", false);
        return Promise.resolve(fresh.value as never);
      }
      const found = fromMemory(key, strategy, loader, loadOptions);
      if (found && isServable(found.verdict)) return Promise.resolve(found.entry.value as never);
      const job: Job = { key, strategy, loader, options: loadOptions };
      return loads.bring(job, found).then((lookup) => lookup.value as never);
    },

    lookup: async <V>(
      key: CacheKey,
      strategy: Strategy,
      loader: Loader<V>,
      loadOptions: LoadOptions<V> = NO_OPTIONS,
    ) => {
      const found = fromMemory(key, strategy, loader, loadOptions);
      if (found && isServable(found.verdict)) return lookupOf<V>(found, now());
      return (await loads.bring({ key, strategy, loader, options: loadOptions }, found)) as Lookup<V>;
    },

    get: async <V>(key: CacheKey, validate?: (value: unknown) => NonNullable<V>) => {
      let found = store.fromMemory(key, now());
      if (!found || !isServable(found.verdict)) {
        found = await store.peekRedis(key, validate).catch(() => undefined);
      }
      if (!found || !isServable(found.verdict)) {
        meter.miss(key);
        return undefined;
      }
      meter.hit(key, found.source, found.verdict === "stale");
      return lookupOf<V | null>(found, now());
    },

    set: async (key, value, strategy, { tags: valueTags = [] } = {}) => {
      const life = lifeOf(value, strategy);
      const ticket = await store.takeTicket(key, valueTags, life.ttlMs + life.graceMs);
      return store.store(ticket, value, life, valueTags);
    },

    delete: (key) => invalidations.delete(key),
    claim: (key, claimOptions = {}) => claims.claim(key, claimOptions),
    fulfil: (claim, value, fulfilOptions) => claims.fulfil(claim, value, fulfilOptions),
    release: (claim) => claims.release(claim),

    invalidateTags: (names, { mode = "hard", hardAfterMs = Number.POSITIVE_INFINITY } = {}) =>
      invalidations.invalidateTags(names, mode, now() + hardAfterMs),

    moment: () => invalidations.moment(),
    since: (moment, names) => invalidations.since(moment, names),
    clear: () => invalidations.clear(),

    stats: (): CacheStats => ({
      memory: {
        entries: memory.size,
        bytes: memory.bytes,
        maxEntries: memory.maxEntries,
        maxBytes: memory.maxBytes,
      },
      redis: redisStats(),
      hits: { memory: meter.memoryHits, redis: meter.redisHits },
      misses: meter.misses,
      loads: meter.loads,
      loadFailures: meter.loadFailures,
      coalesced: meter.coalesced,
      staleServed: meter.staleServed,
      refused: meter.refusals,
      corrupt: meter.corruptions,
      flushes: meter.flushes,
      invalidations: { ...meter.invalidations, pending: invalidations.pending },
      listenerErrors: meter.events.listenerErrors,
    }),

    explain: (key) =>
      explain(key, { ...settings, memory, redis: store.redisActive ? redis : undefined, tags, trust }),

    on: (name, listener) => meter.events.on(name, listener),

    start: async () => {
      if (clients === undefined || bus === undefined || store.redisActive) return;
      store.redisActive = true;
      const connected = Promise.all([connect(clients.commands), connect(clients.bus)]);
      bus.start();
      invalidations.start();
      const late = new AbortController();
      const limit = sleep(settings.connectWaitMs, undefined, { signal: late.signal }).catch(() => {});
      await Promise.race([connected.then(() => bus.joined), limit]);
      late.abort();
    },

    close: async () => {
      store.redisActive = false;
      loads.close();
      claims.close();
      invalidations.close();
      await bus?.close();
      clients?.commands.disconnect();
    },
  };
}

/** An option that is given as `undefined` means its default. */
function withoutUndefined<T extends object>(options: T): { [P in keyof T]?: Exclude<T[P], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
