export type RedisFailure = "deadline" | "busy" | "breaker-open" | "disconnected" | "refused" | "reply";
export type RefusalReason =
  | "oversize"
  | "codec"
  | "newer"
  | "invalidated"
  | "deleted"
  | "cleared"
  | "expired"
  | "redis";
export type BreakerState = "closed" | "open" | "half-open";

/** What a cache tells its listeners. `group` is the label of a key (`groupOf`), never the key. */
export interface CacheEvents {
  hit: { readonly group: string; readonly tier: "memory" | "redis" };
  miss: { readonly group: string };
  /** A caller that was given the result of a load or read that another caller had started. */
  coalesced: { readonly group: string };
  /** A loader ended. `error` is present when `outcome` is `failed`. */
  load: {
    readonly group: string;
    readonly durationMs: number;
    readonly outcome: "value" | "absent" | "failed";
    readonly background: boolean;
    readonly error?: unknown;
  };
  stale: { readonly group: string };
  /** A value was not kept in that tier. */
  refused: { readonly group: string; readonly tier: "memory" | "redis"; readonly reason: RefusalReason };
  /** Bytes in Redis that are no value of ours; counted as a miss. */
  corrupt: { readonly group: string; readonly reason: string };
  redisFailure: { readonly command: string; readonly reason: RedisFailure; readonly message: string };
  breaker: { readonly state: BreakerState };
  /** `queued`: Redis did not take it; it holds in this process and is retried until it is `sent`. */
  invalidation: {
    readonly direction: "sent" | "queued" | "received" | "replayed";
    readonly kind: "tags" | "delete" | "clear";
    readonly count: number;
  };
  /** The memory tier was emptied. `gap`: messages were lost; `start`: the bus was joined; `clear`: on demand. */
  flush: { readonly reason: "gap" | "start" | "clear"; readonly entries: number };
}

export type CacheListener<Name extends keyof CacheEvents> = (event: CacheEvents[Name]) => void;
type Listeners = { [Name in keyof CacheEvents]?: Set<CacheListener<Name>> };

/** Typed, synchronous. Unlike Node's EventEmitter a listener that throws harms neither cache nor others. */
export class EventHub {
  #listeners: Listeners = {};
  /** Errors that listeners threw. */
  listenerErrors = 0;

  /** @returns takes the listener away again */
  on<Name extends keyof CacheEvents>(name: Name, listener: CacheListener<Name>): () => void {
    const listeners = (this.#listeners[name] as Set<CacheListener<Name>> | undefined) ?? new Set();
    listeners.add(listener);
    Object.assign(this.#listeners, { [name]: listeners });
    return () => void listeners.delete(listener);
  }

  /** Whether anyone listens: lets a hot path do without the event object. */
  has(name: keyof CacheEvents): boolean {
    const listeners = this.#listeners[name];
    return listeners !== undefined && listeners.size > 0;
  }

  emit<Name extends keyof CacheEvents>(name: Name, event: CacheEvents[Name]): void {
    const listeners = this.#listeners[name] as Set<CacheListener<Name>> | undefined;
    if (listeners === undefined) return;
    for (const listener of listeners) {
      try {
        listener(event);
      } catch {
        this.listenerErrors++;
      }
    }
  }
}
