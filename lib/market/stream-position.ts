import type { SourceCounts } from "./source";
import { compareIds, STREAM_START, type StreamId } from "./stream-id";

/** What `XINFO STREAM` says; null where there is no such key. */
export interface StreamInfo {
  readonly lastId: StreamId;
  /** Entries ever added, trimmed ones included. */
  readonly added: number;
}

type Counts = { -readonly [Name in keyof SourceCounts]: SourceCounts[Name] };

/** `replaced`: the stream is another one, whose ids come before those that were read. Begin anew. */
export type Verdict = "continues" | "replaced";

/**
 * Where a reader is in a stream, and what it missed. Redis counts what is added, so that entries which were
 * trimmed before they were read are noticed, to the number, however the ids look.
 */
export class StreamPosition {
  readonly #counts: Pick<Counts, "lost" | "gaps" | "replaced" | "deleted">;
  #lastId = STREAM_START;
  /** Entries ever added, up to and with `lastId`, when all of them had been read. */
  #added = 0;
  /** Since then. */
  #read = 0;
  #present = false;

  constructor(counts: Pick<Counts, "lost" | "gaps" | "replaced" | "deleted">) {
    this.#counts = counts;
  }

  get lastId(): StreamId {
    return this.#lastId;
  }

  /** Begins at the end of a stream, all of which counts as read. */
  begin(info: StreamInfo | null): void {
    this.#lastId = info?.lastId ?? STREAM_START;
    this.#settle(info);
  }

  /** Entries were read. */
  advance(lastId: StreamId, entries: number): void {
    this.#lastId = lastId;
    this.#read += entries;
    this.#present = true;
  }

  /** Compares with what the stream says of itself, before its entries behind `lastId` are taken. */
  compare(info: StreamInfo | null): Verdict {
    if (info === null) {
      if (this.#present) this.#counts.deleted++;
      this.#settle(null);
      return "continues";
    }
    if (compareIds(info.lastId, this.#lastId) < 0) {
      this.#counts.replaced++;
      return "replaced";
    }
    // Another one, whose ids come behind those that were read: it is read on from there.
    if (info.added < this.#added) {
      this.#counts.replaced++;
      this.#added = Number.NaN;
    }
    return "continues";
  }

  /** All that the stream had when it said this of itself has been read. */
  caughtUp(info: StreamInfo | null): void {
    const lost = (info?.added ?? 0) - this.#added - this.#read;
    // Not a number where a stream of which nothing was known was read on.
    if (lost > 0) {
      this.#counts.lost += lost;
      this.#counts.gaps++;
    }
    this.#settle(info);
  }

  #settle(info: StreamInfo | null): void {
    this.#added = info?.added ?? 0;
    this.#read = 0;
    this.#present = info !== null;
  }
}
