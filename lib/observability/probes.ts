import { defineKeys, type RedisFailure, type TieredCache } from "../cache";
import type { MigrationReport } from "../clients/migrations";
import type { Finding, Probe } from "./health";

/** What a watch over the reports says of itself (lib/reports/changes). */
export interface PublishingStatus {
  readonly mode: string;
  readonly connected: boolean;
  readonly lastChangeAt: Date | null;
  readonly lastCheckAt: Date | null;
  readonly undeliveredSince: Date | null;
  readonly reason?: string;
}

/** A key that nobody stores. */
const PROBE_KEY = defineKeys("health", 1)("probe");
const OFF: Finding = { status: "off", message: "REDIS_URL is not set: one instance, memory only" };

/** What Redis is said to be, by why it did not do what it was asked. */
const UNAVAILABLE = {
  disconnected: "cannot be reached",
  refused: "refuses the login, or the database that REDIS_URL names",
  deadline: "no answer in time",
  reply: "answers with an error",
  busy: "no answer in time: too many commands wait for one",
  "breaker-open": "passed by after failures",
} as const satisfies Record<RedisFailure, string>;

type CacheView = Pick<TieredCache, "stats" | "explain">;

/**
 * Whether Redis answers, asked the way the site asks: through the deadline and the breaker of the cache,
 * which this also closes again when nobody else is there to try.
 */
export function redisProbe(cache: CacheView, elapsed: () => number = () => performance.now()): Probe {
  return async () => {
    if (cache.stats().redis === undefined) return OFF;
    const begin = elapsed();
    const { redis } = await cache.explain(PROBE_KEY);
    const latencyMs = elapsed() - begin;
    // Not started, or closed again.
    if (redis === undefined) return { status: "down", message: UNAVAILABLE.disconnected };
    if (redis.state === "unavailable") return { status: "down", message: UNAVAILABLE[redis.reason] };
    return { status: "ok", latencyMs };
  };
}

/** Whether the cache lets commands through to Redis. */
export function breakerProbe(cache: CacheView): Probe {
  return () => {
    const { redis } = cache.stats();
    if (redis === undefined) return OFF;
    const details = { breaker: redis.breaker, inFlight: redis.inFlight };
    if (redis.breaker === "closed") return { status: "ok", details };
    return { status: "degraded", message: "Redis is passed by; the memory tier serves alone", details };
  };
}

/** Whether invalidations pass between the instances. */
export function invalidationProbe(cache: CacheView): Probe {
  return () => {
    const { redis, invalidations } = cache.stats();
    if (redis === undefined) return OFF;
    const contactAgeMs = redis.busContactAgeMs === undefined ? null : Math.round(redis.busContactAgeMs);
    const details = { contactAgeMs, pending: invalidations.pending };
    if (!redis.busTrusted) {
      const message = "no contact with the other instances; what is in memory is checked before it is served";
      return { status: "degraded", message, details };
    }
    if (invalidations.pending > 0) {
      return { status: "degraded", message: "invalidations wait to be delivered", details };
    }
    return { status: "ok", details };
  };
}

/** What the start could add to the database. Known once and for all. */
export function migrationProbe({ applied, refused }: MigrationReport): Probe {
  const details = { applied, refused: refused.map(({ name }) => name) };
  const finding: Finding =
    refused.length === 0
      ? { status: "ok", details }
      : { status: "degraded", message: "the database role may not make all changes, or not now", details };
  return () => finding;
}

/** How new and edited reports are learnt of. */
export function publishingProbe(status: () => PublishingStatus): Probe {
  return () => {
    const { mode, connected, reason, undeliveredSince, lastChangeAt, lastCheckAt } = status();
    const details = { mode, connected, lastChangeAt, lastCheckAt, undeliveredSince };
    const degraded = (message: string): Finding => ({ status: "degraded", message, details });
    if (!connected) return degraded("not connected; new reports appear when the connection is back");
    if (undeliveredSince !== null) return degraded("changed reports could not be passed on yet");
    // What follows a colon is the database's own text.
    if (reason !== undefined) return degraded(reason.split(":", 1)[0] ?? reason);
    return { status: "ok", details };
  };
}
