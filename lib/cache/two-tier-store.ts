import type { StoreOutcome } from "./cache";
import { decodeValue, encodeValue } from "./codec";
import { CorruptValueError, decodeEnvelope, encodeEnvelope } from "./envelope";
import { type Entry, type Found, judge, type Trust, type Verdict } from "./freshness";
import type { Invalidations } from "./invalidations";
import type { CacheKey } from "./keys";
import { Lease } from "./lease";
import type { LoadTicket } from "./load-ticket";
import type { MemoryTier } from "./memory-tier";
import type { Meter } from "./meter";
import type { RedisRead, RedisTier, TagVersions } from "./redis-tier";
import type { Removals } from "./removals";
import type { Strategy } from "./strategies";
import type { TagView } from "./tag-view";

export interface ReadResult {
  /** Of any verdict but `expired`. */
  readonly found?: Found;
  /** For a load that starts now. */
  readonly ticket: LoadTicket;
  /** False when another process holds the lease: its value is worth waiting for. */
  readonly mayLoad: boolean;
}

export type Validate = ((value: unknown) => unknown) | undefined;

export interface StoreParts {
  readonly memory: MemoryTier;
  readonly redis: RedisTier | undefined;
  readonly tags: TagView;
  readonly removals: Removals;
  readonly invalidations: Invalidations;
  readonly meter: Meter;
  readonly trust: Trust;
  readonly maxValueBytes: number;
  readonly leaseMs: number;
  readonly now: () => number;
}

/** Values in and out of both tiers: what is found is judged, what is stored is refused when it is outdated. */
export class TwoTierStore {
  readonly #parts: StoreParts;
  /** Redis is left alone until the cache was started. */
  redisActive = false;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  /** Only what need not even be refreshed. */
  freshInMemory(key: string, now: number): Entry | undefined {
    const entry = this.#parts.memory.get(key);
    return entry !== undefined && this.judge(entry, now) === "fresh" ? entry : undefined;
  }

  fromMemory(key: string, now: number): Found | undefined {
    const entry = this.#parts.memory.get(key);
    if (entry === undefined) return undefined;
    const verdict = this.judge(entry, now);
    if (verdict !== "expired") return { entry, verdict, source: "memory" };
    this.#parts.memory.delete(key);
    return undefined;
  }

  judge(entry: Entry, now: number): Verdict {
    return judge(entry, now, this.#parts.tags, this.#parts.trust);
  }

  /** Whether nothing has been invalidated or removed since: then a load that holds it may be joined. */
  isCurrent(ticket: LoadTicket, tags: readonly string[]): boolean {
    const { removals, tags: view, now } = this.#parts;
    if (!removals.allows(ticket.key, ticket.ordinal)) return false;
    return tags.length === 0 || view.verdict({ ...ticket, tags }, now()) === "valid";
  }

  /** For a load that Redis knows nothing of. */
  localTicket(key: CacheKey): LoadTicket {
    const { tags, removals, now } = this.#parts;
    return {
      key,
      fence: tags.highest,
      localVersion: tags.localVersion,
      ordinal: removals.nextOrdinal(),
      startedAt: now(),
    };
  }

  /** Looks into Redis; nothing is claimed. @throws RedisCommandError */
  async peekRedis(key: CacheKey, validate: Validate): Promise<Found | undefined> {
    const { redis } = this.#parts;
    if (redis === undefined || !this.redisActive) return undefined;
    const before = this.localTicket(key);
    return this.#accept(await redis.read({ key }), before, validate);
  }

  /**
   * The value in Redis, or the right to make it. Never rejects: without Redis everyone may load.
   *
   * @param tags of the load to come, as far as they are known
   * @param lifeMs of the value to come
   */
  async readOrClaim(
    key: CacheKey,
    tags: readonly string[],
    lifeMs: number,
    validate: Validate,
  ): Promise<ReadResult> {
    const { redis, tags: view } = this.#parts;
    const before = this.localTicket(key);
    if (redis === undefined || !this.redisActive) return { ticket: before, mayLoad: true };
    const claim = { tags, recordLifeMs: lifeMs };
    try {
      let read = await redis.read({ key, claim });
      let found = await this.#accept(read, before, validate);
      if (found === undefined && read.bytes !== undefined && !read.leased) {
        // Redis took for fresh what is none of ours: claim as if it were not there.
        read = await redis.read({ key, claim, ignoreValue: true });
        found = undefined;
      }
      view.see(read.fence);
      const lease = read.leased ? new Lease(redis, key, read.fence, this.#parts.leaseMs) : undefined;
      const ticket: LoadTicket = {
        ...before,
        fence: read.fence,
        redisStartedAt: read.redisNow,
        ...(lease && { lease }),
      };
      return { ...(found && { found }), ticket, mayLoad: read.leased };
    } catch {
      // Counted where it happened. The load goes on without Redis.
      return { ticket: { ...before, startedAt: this.#parts.now() }, mayLoad: true };
    }
  }

  /** For a value that the caller has already: a number later than all invalidations so far. Never rejects. */
  async takeTicket(key: CacheKey, tags: readonly string[], lifeMs: number): Promise<LoadTicket> {
    const { redis, tags: view } = this.#parts;
    const before = this.localTicket(key);
    if (redis === undefined || !this.redisActive) return before;
    try {
      const claim = { tags, recordLifeMs: lifeMs };
      const read = await redis.read({ key, claim, ignoreValue: true });
      view.see(read.fence);
      if (read.leased) redis.release(key, read.fence).catch(() => {});
      return { ...before, fence: read.fence, redisStartedAt: read.redisNow };
    } catch {
      return before;
    }
  }

  /** Gives up the right to make the value. */
  abandon(ticket: LoadTicket): void {
    ticket.lease?.release();
  }

  /**
   * Keeps a loaded value: at once in memory, then in Redis.
   *
   * @returns how Redis, or memory where there is none, took it. Never rejects.
   */
  store(ticket: LoadTicket, value: unknown, life: Strategy, tags: readonly string[]): Promise<StoreOutcome> {
    ticket.lease?.stopRenewing();
    let encoded: Buffer;
    try {
      encoded = encodeValue(value);
    } catch {
      this.abandon(ticket);
      this.#parts.meter.refused(ticket.key, "memory", "codec");
      return Promise.resolve("codec");
    }
    const inMemory = this.#storeInMemory(ticket, value, life, tags, encoded.length);
    if (ticket.redisStartedAt === undefined) {
      const missed = inMemory === "stored" && this.redisActive && this.#parts.redis !== undefined;
      return Promise.resolve(missed ? "redis" : inMemory);
    }
    return this.#storeInRedis(ticket, ticket.redisStartedAt, encoded, life, tags);
  }

  #storeInMemory(
    ticket: LoadTicket,
    value: unknown,
    life: Strategy,
    tags: readonly string[],
    bytes: number,
  ): StoreOutcome {
    const { memory, removals, meter, now } = this.#parts;
    const { key, fence, localVersion, ordinal, startedAt } = ticket;
    const { ttlMs, graceMs } = life;
    const entry: Entry = {
      value,
      tags,
      fence,
      localVersion,
      ordinal,
      bornAt: startedAt,
      validatedAt: startedAt,
      ttlMs,
      graceMs,
    };
    const verdict = this.judge(entry, now());
    let outcome: StoreOutcome = "stored";
    if (!removals.allows(key, ordinal)) outcome = "deleted";
    else if (verdict === "invalid") outcome = "invalidated";
    else if (verdict === "expired") outcome = "expired";
    else outcome = memory.put(key, entry, bytes);
    if (outcome !== "stored") meter.refused(key, "memory", outcome);
    return outcome;
  }

  async #storeInRedis(
    ticket: LoadTicket,
    claimedAt: number,
    encoded: Buffer,
    life: Strategy,
    tags: readonly string[],
  ): Promise<StoreOutcome> {
    const { redis, meter, maxValueBytes, memory } = this.#parts;
    const { key, fence } = ticket;
    if (redis === undefined) return "redis";
    let outcome: StoreOutcome;
    try {
      if (encoded.length > maxValueBytes) throw new OversizeError();
      const bytes = await encodeEnvelope({ fence, ttlMs: life.ttlMs, graceMs: life.graceMs, tags }, encoded);
      const stored = await redis.store({
        key,
        fence,
        claimedAt,
        lifeMs: life.ttlMs + life.graceMs,
        tags,
        bytes,
      });
      this.#raise(stored.bumped);
      outcome = stored.outcome;
    } catch (error) {
      this.abandon(ticket);
      outcome = error instanceof OversizeError || error instanceof CorruptValueError ? "oversize" : "redis";
    }
    if (outcome === "newer" || outcome === "deleted" || outcome === "cleared") {
      if (memory.peek(key)?.fence === fence) memory.delete(key);
    }
    if (outcome !== "stored") meter.refused(key, "redis", outcome);
    return outcome;
  }

  /** Decodes what Redis gave, keeps it in memory, and judges it. */
  async #accept(read: RedisRead, before: LoadTicket, validate: Validate): Promise<Found | undefined> {
    const { key } = before;
    const { meter, invalidations, memory, removals, now } = this.#parts;
    if (read.state === "corrupt") meter.corrupt(key, read.reason);
    this.#raise(read.bumped);
    if (read.bytes === undefined || invalidations.touchesKey(key)) return undefined;
    const decoded = await this.#decode(key, read.bytes, validate);
    if (decoded === undefined) return undefined;
    const { header, value, size } = decoded;
    const { fence, tags, ttlMs, graceMs } = header;
    const entry: Entry = {
      value,
      tags,
      fence,
      ttlMs,
      graceMs,
      ordinal: before.ordinal,
      // An invalidation that Redis does not know of yet outdates whatever Redis has.
      localVersion: invalidations.touchesTags(tags) ? -1 : before.localVersion,
      // The age is what Redis has counted off, and was reached before the command was sent, at the latest
      // when it arrived there: no life grows on the way, and no two clocks are compared.
      bornAt: read.sentAt - (ttlMs + graceMs - read.remainingMs),
      validatedAt: read.sentAt,
    };
    if (read.state === "invalid") return { entry, verdict: "invalid", source: "redis" };
    const verdict = this.judge(entry, now());
    if (verdict === "expired") return undefined;
    if (!removals.allows(key, before.ordinal)) return undefined;
    if (verdict !== "invalid") {
      const outcome = memory.put(key, entry, size);
      if (outcome === "oversize") meter.refused(key, "memory", outcome);
      if (outcome === "newer") return this.fromMemory(key, now());
    }
    const stale = read.state === "stale" && (verdict === "fresh" || verdict === "early");
    return { entry, verdict: stale ? "stale" : verdict, source: "redis" };
  }

  async #decode(key: CacheKey, bytes: Buffer, validate: Validate) {
    const { maxValueBytes, meter } = this.#parts;
    try {
      const { header, body } = await decodeEnvelope(bytes, maxValueBytes);
      const value = decodeValue(body);
      return { header, size: body.length, value: validate && value !== null ? validate(value) : value };
    } catch (error) {
      meter.corrupt(key, error instanceof CorruptValueError ? error.reason : "shape");
      return undefined;
    }
  }

  #raise(versions: readonly TagVersions[]): void {
    const { tags, now } = this.#parts;
    for (const { tag, hard, soft, hardInMs } of versions)
      tags.raise(tag, hard, soft, now(), now() + hardInMs);
  }
}

class OversizeError extends Error {}
