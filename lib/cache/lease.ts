import type { RedisTier } from "./redis-tier";

/**
 * The right to load a key while the other processes wait, as long as it is renewed. Should this process
 * stall or die, it lapses, and the fence keeps a late value from replacing a newer one.
 */
export class Lease {
  readonly #redis: RedisTier;
  readonly #key: string;
  readonly #fence: number;
  readonly #timer: NodeJS.Timeout;

  /** @param leaseMs its life; it is renewed three times in that time */
  constructor(redis: RedisTier, key: string, fence: number, leaseMs: number) {
    this.#redis = redis;
    this.#key = key;
    this.#fence = fence;
    this.#timer = setInterval(() => {
      // A renewal that fails needs no answer: the lease lapses, at worst there is a second load.
      redis.renew(key, fence).catch(() => {});
    }, leaseMs / 3.3).unref();
  }

  /** The value is on its way: storing it ends the lease in Redis. */
  stopRenewing(): void {
    clearInterval(this.#timer);
  }

  release(): void {
    this.stopRenewing();
    this.#redis.release(this.#key, this.#fence).catch(() => {});
  }
}
