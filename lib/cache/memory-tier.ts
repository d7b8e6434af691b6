import { LRUCache } from "lru-cache";
import type { Entry } from "./freshness";

/** What an entry costs beside its value and its key: maps, records, the value's own header. Estimated. */
export const ENTRY_OVERHEAD_BYTES = 512;
/** A value above this share of the limit would push out too much else. */
const LARGEST_SHARE = 1 / 8;

/**
 * The values of this process, bounded by bytes and entries; the least recently used goes first. The
 * bytes of a value are those of its encoded form. Values are live objects, shared by all readers.
 */
export class MemoryTier {
  readonly maxBytes: number;
  readonly maxEntries: number;
  readonly #entries: LRUCache<string, Entry>;

  constructor({ maxBytes, maxEntries }: { maxBytes: number; maxEntries: number }) {
    this.maxBytes = maxBytes;
    this.maxEntries = maxEntries;
    this.#entries = new LRUCache({ max: maxEntries, maxSize: maxBytes });
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** Without counting as a use. */
  peek(key: string): Entry | undefined {
    return this.#entries.peek(key);
  }

  /**
   * `newer`: a value with a greater fencing token is there, and stays. `oversize`: not kept, and what was
   * there is gone, since it is older.
   */
  put(key: string, entry: Entry, encodedBytes: number): "stored" | "newer" | "oversize" {
    const existing = this.#entries.peek(key);
    if (existing !== undefined && isNewer(existing, entry)) return "newer";
    const size = sizeOf(key, entry.tags, encodedBytes);
    if (size > this.maxBytes * LARGEST_SHARE) {
      this.#entries.delete(key);
      return "oversize";
    }
    this.#entries.set(key, entry, { size });
    return "stored";
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }
}

function isNewer(existing: Entry, candidate: Entry): boolean {
  if (existing.fence !== candidate.fence) return existing.fence > candidate.fence;
  return existing.ordinal > candidate.ordinal;
}

/** JavaScript strings take up to two bytes a character. */
function sizeOf(key: string, tags: readonly string[], encodedBytes: number): number {
  const characters = tags.reduce((sum, tag) => sum + tag.length, key.length);
  return ENTRY_OVERHEAD_BYTES + 2 * characters + encodedBytes;
}
