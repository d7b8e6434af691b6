import type { StreamId } from "./stream-id";

/** An entry as it came, in either encoding. */
export interface RawEntry {
  readonly id: StreamId;
  /** Names and values, one after the other. */
  readonly fields: readonly string[];
  /** Milliseconds since Redis took it, when it was handed over; never negative. */
  readonly ageMs: number;
}

/** Hears of entries. Each entry is told once, in the order of the stream. */
export interface EntryListener {
  /** What the stream holds now: at the start, and when it was replaced by another one. What was told before is void. */
  restarted(entries: readonly RawEntry[]): void;
  added(entries: readonly RawEntry[]): void;
  /** Whether the source cannot be read, told when that changes; it can until the first time. */
  interrupted(isInterrupted: boolean): void;
}

/**
 * - `connecting`: not connected, which it goes on trying to be.
 * - `reading`: everything that is in the stream has been read, but for what arrives this moment.
 * - `absent`: connected; there is no such key, or it was deleted.
 * - `wrong-type`: the key holds something else. `refused`: Redis answers with another error.
 * - `simulated`: there is no stream.
 */
export type SourceState = "connecting" | "reading" | "absent" | "wrong-type" | "refused" | "simulated";

/** Whether a source cannot be read in a state. An absent stream can: there is nothing in it. */
export function isInterruption(state: SourceState): boolean {
  return state === "connecting" || state === "wrong-type" || state === "refused";
}

export interface SourceCounts {
  /** Entries that were handed over. */
  readonly entries: number;
  /** Entries that were trimmed or deleted before they were read. */
  readonly lost: number;
  /** Times that entries were lost. */
  readonly gaps: number;
  /** Times that the stream was replaced by another. */
  readonly replaced: number;
  /** Times that it was deleted. */
  readonly deleted: number;
  /** Times that Redis' clock was set, or was found to be behind the ids of the stream. */
  readonly clockJumps: number;
  /** Connections that were lost or could not be made. */
  readonly disconnects: number;
  /** Answers of Redis that were errors. */
  readonly errors: number;
}

export interface SourceStatus {
  readonly state: SourceState;
  /** Milliseconds since the stream was last found to be read to its end; null before the first time. */
  readonly contactAgeMs: number | null;
  readonly counts: SourceCounts;
}

/** Where entries come from: the stream, or the simulator. */
export interface MarketSource {
  /** Begins to read. Resolves after the first answer, whatever it is; never rejects. */
  start(listener: EntryListener): Promise<void>;
  status(): SourceStatus;
  /**
   * Resolves when the source was read to its end after this call.
   *
   * @throws MarketUnreadableError when that cannot be done in time
   */
  reread(): Promise<void>;
  close(): Promise<void>;
}
