import type { InvalidationMessage } from "./redis-tier";

export type Invalidation =
  | ({ readonly kind: "tags"; readonly hardAt: number } & Pick<InvalidationMessage, "mode" | "tags">)
  | { readonly kind: "delete"; readonly key: string }
  | { readonly kind: "clear" };

/**
 * Invalidations that Redis has not confirmed, each tag and key once. Beyond `limit` all of them become
 * one `clear`: more than asked for, but bounded.
 */
export class PendingInvalidations {
  readonly #tags = new Map<string, { mode: "hard" | "soft"; hardAt: number }>();
  readonly #keys = new Set<string>();
  #clear = false;
  readonly #limit: number;

  constructor(limit = 1_000) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#tags.size + this.#keys.size + (this.#clear ? 1 : 0);
  }

  add(invalidation: Invalidation): void {
    if (invalidation.kind === "clear") this.#clear = true;
    else if (invalidation.kind === "delete") this.#keys.add(invalidation.key);
    else for (const tag of invalidation.tags) this.#addTag(tag, invalidation.mode, invalidation.hardAt);
    if (this.#tags.size + this.#keys.size > this.#limit) this.#clear = true;
    // A clear covers the rest.
    if (this.#clear) this.#forgetKeysAndTags();
  }

  /** Whether an unconfirmed invalidation concerns a value read from Redis, which does not know of it. */
  touchesTags(tags: readonly string[]): boolean {
    return this.#tags.size > 0 && tags.some((tag) => this.#tags.has(tag));
  }

  touchesKey(key: string): boolean {
    return this.#clear || this.#keys.has(key);
  }

  /** Everything, in as few commands as possible, in an order that may be sent again. */
  takeAll(): Invalidation[] {
    const taken: Invalidation[] = [];
    if (this.#clear) taken.push({ kind: "clear" });
    for (const mode of ["hard", "soft"] as const) {
      const entries = [...this.#tags].filter(([, entry]) => entry.mode === mode);
      const hardAt = Math.min(...entries.map(([, entry]) => entry.hardAt));
      if (entries.length > 0) taken.push({ kind: "tags", mode, hardAt, tags: entries.map(([tag]) => tag) });
    }
    for (const key of this.#keys) taken.push({ kind: "delete", key });
    this.#clear = false;
    this.#forgetKeysAndTags();
    return taken;
  }

  #addTag(tag: string, mode: "hard" | "soft", hardAt: number): void {
    const earlier = this.#tags.get(tag);
    this.#tags.set(tag, {
      mode: earlier?.mode === "hard" ? "hard" : mode,
      hardAt: Math.min(earlier?.hardAt ?? Number.POSITIVE_INFINITY, hardAt),
    });
  }

  #forgetKeysAndTags(): void {
    this.#tags.clear();
    this.#keys.clear();
  }
}
