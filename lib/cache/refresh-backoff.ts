const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** When a key may next be refreshed: 1 s after a failure, then 2 s, 4 s, … up to 30 s. */
export class RefreshBackoff {
  readonly #keys = new Map<string, { failures: number; until: number }>();
  readonly #maxKeys: number;

  constructor(maxKeys = 10_000) {
    this.#maxKeys = maxKeys;
  }

  fail(key: string, now: number): void {
    const failures = (this.#keys.get(key)?.failures ?? 0) + 1;
    this.#set(key, failures, now + Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS));
  }

  /** Somebody else is at it: look again in `ms`. Does not count as a failure. */
  holdOff(key: string, now: number, ms: number): void {
    const entry = this.#keys.get(key);
    this.#set(key, entry?.failures ?? 0, Math.max(entry?.until ?? 0, now + ms));
  }

  clear(key: string): void {
    this.#keys.delete(key);
  }

  mayRefresh(key: string, now: number): boolean {
    const entry = this.#keys.get(key);
    return entry === undefined || now >= entry.until;
  }

  /** Whether the last load failed, and it is too early for the next. */
  hasFailed(key: string, now: number): boolean {
    const entry = this.#keys.get(key);
    return entry !== undefined && entry.failures > 0 && now < entry.until;
  }

  #set(key: string, failures: number, until: number): void {
    this.#keys.delete(key);
    this.#keys.set(key, { failures, until });
    if (this.#keys.size <= this.#maxKeys) return;
    for (const oldest of this.#keys.keys()) {
      this.#keys.delete(oldest);
      return;
    }
  }
}
