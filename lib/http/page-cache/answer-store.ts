import { LRUCache } from "lru-cache";

/** Something kept under a key. Its size may grow while it is kept: see `AnswerStore.resized`. */
export interface Sized {
  readonly bytes: number;
}

export interface AnswerStoreOptions {
  /** Everything that is kept, with all its representations. */
  readonly maxBytes: number;
}

/** The share of what is asked for once; the rest is for what was asked for again. */
const PROBATION = 1 / 4;
const NEGATIVE = 1 / 64;
const MAX_NEGATIVE = 1_000;
/** An answer above this share would push out too much else. */
const LARGEST = 1 / 8;

/**
 * A segmented LRU, bounded by bytes. What comes in is on probation; a second request admits it to the
 * protected segment, whose own least recently used go back on probation. So a crawl over everything
 * that there is only ever turns over the probation segment, and the pages that visitors read stay. Answers that
 * something is not there have a small segment of their own, and never cost a page its place.
 */
export class AnswerStore<T extends Sized> {
  readonly #probation: LRUCache<string, T>;
  readonly #protected: LRUCache<string, T>;
  readonly #negative: LRUCache<string, T>;
  readonly maxBytes: number;
  /** Answers that had to go for others. */
  evictions = 0;

  constructor({ maxBytes }: AnswerStoreOptions) {
    this.maxBytes = maxBytes;
    const probationBytes = Math.floor(maxBytes * PROBATION);
    const negativeBytes = Math.floor(maxBytes * NEGATIVE);
    const largest = Math.max(1, Math.floor(maxBytes * LARGEST));
    const segment = (bytes: number) => ({
      maxSize: Math.max(1, bytes),
      // Of an entry larger than all of itself an LRUCache loses count.
      maxEntrySize: Math.max(1, Math.min(bytes, largest)),
      sizeCalculation: (value: T) => value.bytes,
    });
    const count = (_value: T, _key: string, reason: LRUCache.DisposeReason) => {
      if (reason === "evict") this.evictions++;
    };
    this.#probation = new LRUCache({ ...segment(probationBytes), dispose: count });
    this.#negative = new LRUCache({ ...segment(negativeBytes), max: MAX_NEGATIVE, dispose: count });
    this.#protected = new LRUCache({
      ...segment(maxBytes - probationBytes - negativeBytes),
      disposeAfter: (value, key, reason) => {
        if (reason === "evict") this.#probation.set(key, value);
      },
    });
  }

  get size(): number {
    return this.#probation.size + this.#protected.size + this.#negative.size;
  }

  get bytes(): number {
    return this.#probation.calculatedSize + this.#protected.calculatedSize + this.#negative.calculatedSize;
  }

  /** Counts as a use. */
  get(key: string): T | undefined {
    const hot = this.#protected.get(key);
    if (hot !== undefined) return hot;
    const value = this.#probation.peek(key);
    if (value === undefined) return this.#negative.get(key);
    this.#probation.delete(key);
    this.#protected.set(key, value);
    return value;
  }

  /** Without counting as a use. */
  peek(key: string): T | undefined {
    return this.#protected.peek(key) ?? this.#probation.peek(key) ?? this.#negative.peek(key);
  }

  /** Whether it was asked for again. */
  isHot(key: string): boolean {
    return this.#protected.has(key);
  }

  /** What was asked for again, the most recently used first. */
  hot(): Iterable<[string, T]> {
    return this.#protected.entries();
  }

  /** In the place of what was there; what was asked for again before stays where such things are. */
  put(key: string, value: T, isNegative: boolean): void {
    const wasHot = this.#protected.has(key);
    this.delete(key);
    if (isNegative) this.#negative.set(key, value);
    else if (wasHot) this.#protected.set(key, value);
    else this.#probation.set(key, value);
  }

  /** After `value` became larger or smaller. */
  resized(key: string, value: T): void {
    for (const segment of [this.#protected, this.#probation, this.#negative]) {
      if (segment.peek(key) !== value) continue;
      // Setting the same value again would leave its size as it was.
      segment.delete(key);
      segment.set(key, value);
    }
  }

  delete(key: string): void {
    for (const segment of [this.#protected, this.#probation, this.#negative]) segment.delete(key);
  }
}
