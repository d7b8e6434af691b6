import type { Fields } from "./fields";
import type { Lifetime } from "./lifetime";
import type { PageKey } from "./page-keys";
import type { StoredAnswer } from "./stored-answer";

/** What the cache asks its owner: whether what an answer was made of has changed since. */
export interface Validity {
  /** Taken when an answer is asked for; given back to `judge`. */
  stamp(): unknown;
  /**
   * - `valid`: nothing that carries one of the tags has changed since the stamp, as far as is known.
   * - `doubtful`: something may have. Served once more, while it is asked for anew.
   * - `invalid`: something has. Not served, unless nothing else is to be had.
   */
  judge(stamp: unknown, tags: readonly string[]): "valid" | "doubtful" | "invalid";
}

/** An answer in the cache. */
export interface CachedPage {
  /** To ask for it anew, when nobody waits for it. */
  readonly question: { readonly key: PageKey; readonly headers: Readonly<Record<string, string>> };
  readonly answer: StoredAnswer;
  /** As the handler sent them, to ask it with again, and to complete a 304. */
  readonly handlerFields: Fields;
  readonly lifetime: Lifetime;
  readonly isNegative: boolean;
  /** When it was asked for, on the monotonic clock. */
  readonly askedAt: number;
  readonly stamp: unknown;
  readonly tags: readonly string[];
  /** After a failed revalidation: not again before this moment. */
  retryAt: number;
}

/**
 * - `fresh`: to be served.
 * - `stale`: to be served, while it is asked for anew.
 * - `outdated`: to be asked for anew first, and served if that fails.
 * - `useless`: not to be served at all.
 */
export type Standing = "fresh" | "stale" | "outdated" | "useless";

export function ageOf(page: CachedPage, now: number): number {
  return now - page.askedAt + page.lifetime.initialAgeMs;
}

export function standingOf(page: CachedPage, now: number, validity: Validity): Standing {
  const { freshMs, staleWhileRevalidateMs, staleIfErrorMs } = page.lifetime;
  const age = ageOf(page, now);
  if (age >= freshMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs)) {
    return "useless";
  }
  const verdict = validity.judge(page.stamp, page.tags);
  if (verdict === "invalid") return page.isNegative ? "useless" : "outdated";
  if (age < freshMs) return verdict === "valid" ? "fresh" : "stale";
  return age < freshMs + staleWhileRevalidateMs ? "stale" : "outdated";
}

/** The answers under one URL: one, or several that differ by request fields (`Vary`). */
export class PageVariants {
  /** Names that any of them varies by, in lower case. */
  #names: readonly string[] = [];
  readonly #pages = new Map<string, CachedPage>();

  get bytes(): number {
    let sum = 0;
    for (const { answer } of this.#pages.values()) sum += answer.bytes;
    return sum;
  }

  get pages(): Iterable<CachedPage> {
    return this.#pages.values();
  }

  /** Whether all of them say that something is not there. */
  get isNegative(): boolean {
    for (const { isNegative } of this.#pages.values()) if (!isNegative) return false;
    return true;
  }

  find(fieldOf: (name: string) => string | undefined): CachedPage | undefined {
    const variant = this.#variantOf(fieldOf);
    const page = this.#pages.get(variant);
    if (page !== undefined && this.#pages.size === MAX_VARIANTS) {
      // One of them is about to go: not this one.
      this.#pages.delete(variant);
      this.#pages.set(variant, page);
    }
    return page;
  }

  put(page: CachedPage, names: readonly string[], fieldOf: (name: string) => string | undefined): void {
    const all = [...new Set([...this.#names, ...names])].sort();
    if (all.length > this.#names.length) {
      // What was kept by fewer fields cannot be found by these.
      this.#pages.clear();
      this.#names = all;
    }
    const variant = this.#variantOf(fieldOf);
    const other = this.#pages.get(variant);
    // That something made up is not there is not worth a place among what is.
    if (other === undefined && page.isNegative && !this.isNegative) return;
    // It was asked for before that one, and took longer.
    if (other !== undefined && other.askedAt > page.askedAt) return;
    this.#pages.delete(variant);
    this.#pages.set(variant, page);
    // Values that a client makes up shall not fill the cache: the oldest goes.
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MAX_VARIANTS) break;
      this.#pages.delete(oldest);
    }
  }

  #variantOf(fieldOf: (name: string) => string | undefined): string {
    let variant = "";
    for (const name of this.#names) variant += `${fieldOf(name) ?? "\u0000"}\n`;
    return variant;
  }
}

const MAX_VARIANTS = 16;

/** What an answer varies by, beside the coding, which is chosen here. */
export function varyNames(fields: Fields): readonly string[] {
  const names = new Set<string>();
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] !== "vary") continue;
    for (const name of (fields[at + 1] ?? "").split(",")) names.add(name.trim().toLowerCase());
  }
  names.delete("");
  names.delete("accept-encoding");
  return [...names];
}
