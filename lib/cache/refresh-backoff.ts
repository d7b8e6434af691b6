const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

interface Pause {
  readonly failures: number;
  readonly until: number;
  readonly isCurrent: () => boolean;
}

const NO_PAUSE: Pause = { failures: 0, until: Number.NEGATIVE_INFINITY, isCurrent: () => true };

/**
 * When a key may next be loaded: 1 s after a failure, then 2 s, 4 s, … up to 30 s. An invalidation ends the
 * pause: it says that there is something to load, so most likely from a source that is well again.
 */
export class RefreshBackoff {
  readonly #keys = new Map<string, Pause>();
  readonly #maxKeys: number;

  constructor(maxKeys = 10_000) {
    this.#maxKeys = maxKeys;
  }

  /** @param isCurrent whether nothing was invalidated since the failed load began */
  fail(key: string, now: number, isCurrent: () => boolean): void {
    const failures = (this.#keys.get(key)?.failures ?? 0) + 1;
    const until = now + Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
    this.#set(key, { failures, until, isCurrent });
  }

  /** Somebody else is at it: look again in `ms`. Does not count as a failure. */
  holdOff(key: string, now: number, ms: number): void {
    const { failures, until, isCurrent } = this.#keys.get(key) ?? NO_PAUSE;
    this.#set(key, { failures, until: Math.max(until, now + ms), isCurrent });
  }

  clear(key: string): void {
    this.#keys.delete(key);
  }

  mayRefresh(key: string, now: number): boolean {
    const { until, isCurrent } = this.#keys.get(key) ?? NO_PAUSE;
    return now >= until || !isCurrent();
  }

  /** Whether the last load failed, and it is too early for the next. */
  hasFailed(key: string, now: number): boolean {
    const { failures, until, isCurrent } = this.#keys.get(key) ?? NO_PAUSE;
    return failures > 0 && now < until && isCurrent();
  }

  #set(key: string, pause: Pause): void {
    this.#keys.delete(key);
    this.#keys.set(key, pause);
    if (this.#keys.size <= this.#maxKeys) return;
    for (const oldest of this.#keys.keys()) {
      this.#keys.delete(oldest);
      return;
    }
  }
}
