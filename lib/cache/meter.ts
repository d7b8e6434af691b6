import type { CacheEvents, RefusalReason } from "./events";
import { EventHub } from "./events";
import { type CacheKey, groupOf } from "./keys";

/** Counts what happens and tells the listeners. */
export class Meter {
  readonly events = new EventHub();
  memoryHits = 0;
  redisHits = 0;
  misses = 0;
  loads = 0;
  loadFailures = 0;
  coalesced = 0;
  staleServed = 0;
  refusals = 0;
  corruptions = 0;
  flushes = 0;
  readonly invalidations = { sent: 0, received: 0, replayed: 0 };

  hit(key: CacheKey, tier: "memory" | "redis", stale: boolean): void {
    if (tier === "memory") this.memoryHits++;
    else this.redisHits++;
    // Cutting the group out of the key costs as much as the hit itself.
    if (this.events.has("hit")) this.events.emit("hit", { group: groupOf(key), tier });
    if (stale) this.stale(key);
  }

  stale(key: CacheKey): void {
    this.staleServed++;
    this.events.emit("stale", { group: groupOf(key) });
  }

  miss(key: CacheKey): void {
    this.misses++;
    this.events.emit("miss", { group: groupOf(key) });
  }

  join(key: CacheKey): void {
    this.coalesced++;
    this.events.emit("coalesced", { group: groupOf(key) });
  }

  load(key: CacheKey, load: Omit<CacheEvents["load"], "group">): void {
    if (load.outcome === "failed") this.loadFailures++;
    this.events.emit("load", { group: groupOf(key), ...load });
  }

  refused(key: CacheKey, tier: "memory" | "redis", reason: RefusalReason): void {
    this.refusals++;
    this.events.emit("refused", { group: groupOf(key), tier, reason });
  }

  corrupt(key: CacheKey, reason: string): void {
    this.corruptions++;
    this.events.emit("corrupt", { group: groupOf(key), reason });
  }

  flush(reason: CacheEvents["flush"]["reason"], entries: number): void {
    this.flushes++;
    this.events.emit("flush", { reason, entries });
  }

  invalidation(event: CacheEvents["invalidation"]): void {
    if (event.direction !== "queued") this.invalidations[event.direction]++;
    this.events.emit("invalidation", event);
  }
}
