/** The two orders in which a value and an invalidation can be compared. */
export interface Snapshot {
  /** Number from the sequence in Redis, at the start of the load. */
  readonly fence: number;
  /** `TagView.localVersion` at the start of the load. */
  readonly localVersion: number;
  readonly tags: readonly string[];
}

interface TagRecord {
  /** Numbers of the last hard and the last soft invalidation that Redis issued. */
  hard: number;
  soft: number;
  /** The same for invalidations made in this process, which count before Redis has heard of them. */
  localHard: number;
  localSoft: number;
  /** When what is softly invalidated is gone, on the local clock. */
  hardAt: number;
}

export type TagVerdict = "valid" | "stale" | "invalid";

const newRecord = (): TagRecord => ({ hard: 0, soft: 0, localHard: 0, localSoft: 0, hardAt: Infinity });

/**
 * What this process knows of invalidated tags. It holds every invalidation heard of since the bus was
 * joined, so that a tag without a record was not invalidated since: except those beyond `maxTags`,
 * for which `#floor` stands, the greatest numbers that were forgotten. A value older than that counts as
 * invalid: forgetting makes misses, never stale values.
 *
 * Numbers that Redis issued and those of this process are never compared with each other.
 */
export class TagView {
  readonly #records = new Map<string, TagRecord>();
  #floor = newRecord();
  #localVersion = 0;
  #highest = 0;
  readonly #maxTags: number;

  constructor(maxTags = 10_000) {
    this.#maxTags = maxTags;
  }

  /** Counts the invalidations made in this process. */
  get localVersion(): number {
    return this.#localVersion;
  }

  /**
   * The greatest number of Redis' sequence seen so far. A load that starts without Redis carries it: an
   * invalidation that Redis issues later has a greater one.
   */
  get highest(): number {
    return this.#highest;
  }

  see(number: number): void {
    if (number > this.#highest) this.#highest = number;
  }

  verdict(value: Snapshot, now: number): TagVerdict {
    let verdict: TagVerdict = "valid";
    for (const tag of value.tags) {
      const record = this.#records.get(tag) ?? this.#floor;
      if (record.hard > value.fence || record.localHard > value.localVersion) return "invalid";
      if (record.soft > value.fence || record.localSoft > value.localVersion) {
        if (now >= record.hardAt) return "invalid";
        verdict = "stale";
      }
    }
    return verdict;
  }

  /** An invalidation made here. Holds at once. */
  invalidateLocally(tags: readonly string[], mode: "hard" | "soft", now: number, hardAt = Infinity): void {
    this.#localVersion++;
    for (const tag of tags) {
      const record = this.#touch(tag, now);
      if (mode === "hard") record.localHard = this.#localVersion;
      else this.#soften(record, hardAt, () => (record.localSoft = this.#localVersion));
    }
  }

  /** Versions that Redis told, in any order: they only rise. */
  raise(tag: string, hard: number, soft: number, now: number, hardAt = Infinity): void {
    this.see(Math.max(hard, soft));
    const record = this.#touch(tag, now);
    record.hard = Math.max(record.hard, hard);
    if (soft > record.soft) this.#soften(record, hardAt, () => (record.soft = soft));
  }

  /** For `explain`. */
  versions(tag: string): { hard: number; soft: number } | undefined {
    const record = this.#records.get(tag);
    return record && { hard: record.hard, soft: record.soft };
  }

  /** Forgets everything; only together with all values that were judged by it. */
  reset(): void {
    this.#records.clear();
    this.#floor = newRecord();
    // The sequence itself may have been lost, and begun anew below.
    this.#highest = 0;
  }

  /** Of two time limits the nearer one holds for both: too early is a miss, too late would be stale. */
  #soften(record: TagRecord, hardAt: number, apply: () => void): void {
    record.hardAt = Math.min(record.hardAt, hardAt);
    apply();
  }

  #touch(tag: string, now: number): TagRecord {
    let record = this.#records.get(tag);
    if (record === undefined) {
      record = { ...this.#floor };
      this.#records.set(tag, record);
      this.#forgetOldest();
    } else {
      this.#records.delete(tag);
      this.#records.set(tag, record);
    }
    if (now >= record.hardAt) {
      record.hard = Math.max(record.hard, record.soft);
      record.localHard = Math.max(record.localHard, record.localSoft);
      record.hardAt = Infinity;
    }
    return record;
  }

  #forgetOldest(): void {
    if (this.#records.size <= this.#maxTags) return;
    for (const [tag, record] of this.#records) {
      this.#records.delete(tag);
      this.#floor.hard = Math.max(this.#floor.hard, record.hard, record.soft);
      this.#floor.localHard = Math.max(this.#floor.localHard, record.localHard, record.localSoft);
      return;
    }
  }
}
