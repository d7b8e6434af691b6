import type { Delivery, Moment } from "./cache";
import type { Trust } from "./freshness";
import type { BusMessage } from "./invalidation-bus";
import type { MemoryTier } from "./memory-tier";
import type { Meter } from "./meter";
import { type Invalidation, PendingInvalidations } from "./pending-invalidations";
import type { RedisTier } from "./redis-tier";
import type { Removals } from "./removals";
import { TagView } from "./tag-view";

export interface InvalidationsOptions {
  readonly redis: RedisTier | undefined;
  readonly memory: MemoryTier;
  readonly tags: TagView;
  readonly removals: Removals;
  readonly meter: Meter;
  readonly trust: Trust;
  readonly now: () => number;
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/**
 * Takes effect here at once, then tells Redis, and through it the others. What Redis does not confirm is
 * kept and sent again until it does; meanwhile values from Redis are judged as if it had.
 */
export class Invalidations {
  readonly #options: InvalidationsOptions;
  readonly #pending = new PendingInvalidations();
  readonly #sending = new Set<Invalidation>();
  /**
   * What the bus and this process told, for moments. In `tags` are also numbers that came with own commands,
   * ahead of the bus: a moment that carried one of those could be later than an invalidation that is still on
   * its way. Numbers on the bus rise: what has not been heard is greater than what has.
   */
  readonly #heard = new TagView();
  #retryMs = FIRST_RETRY_MS;
  #retryTimer: NodeJS.Timeout | undefined;
  #active = false;
  #clears = 0;
  #losses = 0;

  constructor(options: InvalidationsOptions) {
    this.#options = options;
  }

  /** Those that Redis has not confirmed. */
  get pending(): number {
    return this.#pending.size;
  }

  start(): void {
    this.#active = true;
    this.#retrySoon();
  }

  close(): void {
    this.#active = false;
    clearTimeout(this.#retryTimer);
  }

  async invalidateTags(tags: readonly string[], mode: "hard" | "soft", hardAt: number): Promise<Delivery> {
    const distinct = [...new Set(tags)];
    if (distinct.length === 0) return "local";
    for (const view of [this.#options.tags, this.#heard]) {
      view.invalidateLocally(distinct, mode, this.#options.now(), hardAt);
    }
    return this.#send({ kind: "tags", mode, hardAt, tags: distinct });
  }

  async delete(key: string): Promise<Delivery> {
    this.#options.memory.delete(key);
    this.#options.removals.remove(key);
    return this.#send({ kind: "delete", key });
  }

  async clear(): Promise<Delivery> {
    this.flush("clear");
    return this.#send({ kind: "clear" });
  }

  /** Whether a value read from Redis carries a tag whose invalidation Redis may not know of yet. */
  touchesTags(tags: readonly string[]): boolean {
    if (this.#pending.touchesTags(tags)) return true;
    for (const invalidation of this.#sending) {
      if (invalidation.kind === "tags" && invalidation.tags.some((tag) => tags.includes(tag))) return true;
    }
    return false;
  }

  touchesKey(key: string): boolean {
    if (this.#pending.touchesKey(key)) return true;
    for (const invalidation of this.#sending) {
      if (invalidation.kind === "clear" || (invalidation.kind === "delete" && invalidation.key === key))
        return true;
    }
    return false;
  }

  /** Empties memory, and what this process knows of tags with it. Loads under way are not kept either. */
  flush(reason: "gap" | "start" | "clear"): void {
    const { memory, tags, removals, meter } = this.#options;
    const entries = memory.size;
    if (reason === "clear") this.#clears++;
    else this.#losses++;
    memory.clear();
    tags.reset();
    this.#heard.reset();
    removals.removeAll();
    meter.flush(reason, entries);
  }

  moment(): Moment {
    const { highest, localVersion } = this.#heard;
    const [clears, losses] = [this.#clears, this.#losses];
    return { fence: highest, localVersion, at: this.#options.now(), clears, losses };
  }

  since({ fence, localVersion, at, clears, losses }: Moment, names: readonly string[]) {
    const { trust, now } = this.#options;
    if (clears !== this.#clears) return "invalid";
    if (names.length === 0) return "valid";
    // What was known of tags then is forgotten, and numbers may have begun anew.
    if (losses !== this.#losses) return "untrusted";
    const time = now();
    const verdict = this.#heard.verdict({ fence, localVersion, tags: names }, time);
    return verdict === "valid" && !trust(at, time) ? "untrusted" : verdict;
  }

  /** A message of the bus. Our own count too: only they bring the numbers that Redis gave. */
  receive(message: BusMessage): void {
    const { redis, tags, meter } = this.#options;
    tags.see(message.number);
    this.#heard.see(message.number);
    const ours = message.origin === redis?.owner;
    let count = 1;
    if (message.kind === "tags") count = this.#receiveTags(message, ours);
    else if (message.kind === "delete") this.#receiveDelete(message, ours);
    else if (message.kind === "clear" && !ours) this.flush("clear");
    if (ours) return;
    meter.invalidation({ direction: message.replayed ? "replayed" : "received", kind: message.kind, count });
  }

  #receiveTags(message: BusMessage, ours: boolean): number {
    const { tags, now } = this.#options;
    const parsed = parseTags(message.payload);
    // A message that cannot be read may have named anything.
    if (parsed === undefined) {
      this.flush("gap");
      return 0;
    }
    const soft = parsed.mode === "soft";
    const hardAt = Math.max(message.sentAfter, 0) + (parsed.hardAfterMs ?? Number.POSITIVE_INFINITY);
    // What was made since an invalidation of our own is not outdated by the news of it.
    for (const view of ours ? [tags] : [tags, this.#heard]) {
      for (const tag of parsed.tags) {
        view.raise(tag, soft ? 0 : message.number, message.number, now(), soft ? hardAt : undefined);
      }
    }
    return parsed.tags.length;
  }

  #receiveDelete(message: BusMessage, ours: boolean): void {
    const { memory, removals } = this.#options;
    const entry = memory.peek(message.payload);
    if (entry !== undefined && entry.fence <= message.number) memory.delete(message.payload);
    if (!ours) removals.remove(message.payload);
  }

  async #send(invalidation: Invalidation): Promise<Delivery> {
    const { redis, meter } = this.#options;
    if (redis === undefined || !this.#active) return "local";
    const kind = invalidation.kind;
    const count = invalidation.kind === "tags" ? invalidation.tags.length : 1;
    this.#sending.add(invalidation);
    try {
      await this.#deliver(redis, invalidation);
      meter.invalidation({ direction: "sent", kind, count });
      return "sent";
    } catch {
      // Redis may have done it all the same: a second time does no harm.
      this.#pending.add(invalidation);
      meter.invalidation({ direction: "queued", kind, count });
      this.#retrySoon();
      return "queued";
    } finally {
      this.#sending.delete(invalidation);
    }
  }

  async #deliver(redis: RedisTier, invalidation: Invalidation): Promise<void> {
    const { tags, now } = this.#options;
    if (invalidation.kind === "clear") {
      tags.see(await redis.clear());
      // The values are gone already; a sweep that fails leaves them to expire.
      redis.sweep().catch(() => {});
    } else if (invalidation.kind === "delete") {
      tags.see(await redis.delete(invalidation.key));
    } else {
      const { hardAt } = invalidation;
      const hardAfterMs = hardAt === Number.POSITIVE_INFINITY ? undefined : Math.max(hardAt - now(), 0);
      const number = await redis.invalidate({
        mode: invalidation.mode,
        tags: invalidation.tags,
        hardAfterMs,
      });
      for (const tag of invalidation.tags) {
        tags.raise(tag, invalidation.mode === "hard" ? number : 0, number, now(), hardAt);
      }
    }
  }

  #retrySoon(): void {
    if (!this.#active || this.#retryTimer !== undefined || this.#pending.size === 0) return;
    this.#retryTimer = setTimeout(() => void this.#retry(), this.#retryMs).unref();
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  async #retry(): Promise<void> {
    const outcomes = await Promise.all(
      this.#pending.takeAll().map((invalidation) => this.#send(invalidation)),
    );
    this.#retryTimer = undefined;
    if (!outcomes.includes("queued")) this.#retryMs = FIRST_RETRY_MS;
    this.#retrySoon();
  }
}

function parseTags(
  payload: string,
): { mode: "hard" | "soft"; tags: string[]; hardAfterMs: number | undefined } | undefined {
  try {
    const { mode, tags, hardAfterMs } = JSON.parse(payload);
    const valid = Array.isArray(tags) && tags.every((tag) => typeof tag === "string");
    if (!valid || (mode !== "hard" && mode !== "soft")) return undefined;
    return { mode, tags, hardAfterMs: typeof hardAfterMs === "number" ? hardAfterMs : undefined };
  } catch {
    return undefined;
  }
}
