import type { NumberField } from "./fields";
import { History } from "./history";
import type { KeptSnapshot } from "./last-good";
import { downsample, type Point } from "./lttb";
import { decodeEntry, type RejectedPart, type RejectReason } from "./snapshot";
import type { EntryListener, RawEntry } from "./source";
import type { StreamId } from "./stream-id";
import { Observation, type SnapshotOrigin, type SnapshotState, stateOf } from "./summary";

export interface HubOptions {
  readonly origin: "stream" | "simulated";
  /** Beyond this age a snapshot is stale. Milliseconds. */
  readonly staleMs: number;
  /** Most snapshots kept for charts and for clients that come back. */
  readonly historyEntries: number;
  /** A source that cannot be read for shorter is one that connects again. Milliseconds; default 1,000. */
  readonly interruptedAfterMs?: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds on a clock that nobody sets. */
  readonly elapsed: () => number;
}

export interface Rejection {
  readonly part: RejectedPart;
  readonly reason: RejectReason;
  readonly count: number;
}

export interface HubStatus {
  /** Milliseconds; null when nothing was received. */
  readonly ageMs: number | null;
  readonly stale: boolean;
  readonly origin: SnapshotOrigin | null;
  readonly lastId: StreamId | null;
  /** From Redis having taken the latest entry to this process having it; null before one came while we watched. */
  readonly lagMs: number | null;
  readonly historyEntries: number;
  readonly snapshots: number;
  readonly rejections: readonly Rejection[];
}

/**
 * `restarted`: what is in the history now replaces what was there before. `interruption`: one began or ended, and
 * the history is as it was.
 */
export type HubChange = "added" | "restarted" | "interruption";

export type HubListener = (change: HubChange) => void;

/** Holds the latest snapshot and those before it, and tells subscribers of new ones. */
export interface MarketHub extends EntryListener {
  readonly history: Pick<History<Observation>, "head" | "oldest" | "at" | "latest">;
  /** What an earlier reader kept, unless something was received meanwhile. */
  restore(kept: KeptSnapshot): void;
  /** Of an observation, now. */
  state(observation?: Observation): SnapshotState;
  /** Known values of a field, oldest first, at most `limit` of them. */
  series(field: NumberField, limit: number): readonly Point[];
  /** Called once for each batch of new snapshots, and when an interruption begins or ends. @returns ends it */
  subscribe(listener: HubListener): () => void;
  status(): HubStatus;
}

export function createHub(options: HubOptions): MarketHub {
  const { origin, staleMs, historyEntries, interruptedAfterMs = 1_000, now, elapsed } = options;
  const history = new History<Observation>(historyEntries);
  const listeners = new Set<HubListener>();
  const rejections = new Map<string, { part: RejectedPart; reason: RejectReason; count: number }>();
  let snapshots = 0;
  let lagMs: number | null = null;
  let interrupted = false;
  let interruption: NodeJS.Timeout | undefined;

  function reject(part: RejectedPart, reason: RejectReason): void {
    const key = `${part} ${reason}`;
    const known = rejections.get(key);
    if (known) known.count++;
    else rejections.set(key, { part, reason, count: 1 });
  }

  /** @returns how many of the entries were a snapshot */
  function observe(entries: readonly RawEntry[]): number {
    // The ages are those of this moment, not of the one when an entry's turn has come.
    const moment = { now: now(), elapsed: elapsed() };
    const before = snapshots;
    for (const { id, fields, ageMs } of entries) {
      const snapshot = decodeEntry(fields, reject);
      if (snapshot === null) continue;
      snapshots++;
      keep({ id, snapshot, ageMs }, origin, moment);
    }
    return snapshots - before;
  }

  function keep(
    { id, snapshot, ageMs }: KeptSnapshot,
    from: SnapshotOrigin,
    moment: { readonly now: number; readonly elapsed: number },
  ): void {
    // A chart's time never runs backwards, whatever the clocks do.
    const observedAt = Math.max(history.latest?.observedAt ?? 0, Math.round(moment.now - ageMs));
    const bornAt = moment.elapsed - ageMs;
    history.push(new Observation({ id, snapshot, origin: from, bornAt, observedAt }));
  }

  function tell(change: HubChange): void {
    for (const listener of listeners) listener(change);
  }

  function setInterrupted(isInterrupted: boolean): void {
    if (isInterrupted === interrupted) return;
    interrupted = isInterrupted;
    tell("interruption");
  }

  return {
    history,
    restarted(entries) {
      // An empty stream takes nothing away: the last snapshot is shown, with its age, until there is another.
      if (entries.length === 0) return;
      const last = history.latest;
      history.clear();
      if (observe(entries) === 0 && last !== undefined) history.push(last);
      tell("restarted");
    },
    added(entries) {
      const received = observe(entries);
      const newest = entries.at(-1);
      if (newest) lagMs = newest.ageMs;
      if (received > 0) tell("added");
    },
    interrupted(isInterrupted) {
      clearTimeout(interruption);
      // A connection that is made again at once is not worth a word; that the stream is read again is, at once.
      if (!isInterrupted) setInterrupted(false);
      else interruption = setTimeout(setInterrupted, interruptedAfterMs, true).unref();
    },
    restore(kept) {
      if (history.latest !== undefined) return;
      keep(kept, "cache", { now: now(), elapsed: elapsed() });
      tell("restarted");
    },
    state: (observation = history.latest) =>
      stateOf(observation, { staleMs, elapsed: elapsed(), interrupted }),
    series(field, limit) {
      const points: Point[] = [];
      for (const { observedAt, snapshot } of history) {
        const value = snapshot[field];
        if (value !== null) points.push([observedAt, value]);
      }
      return downsample(points, limit);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status() {
      const { latest } = history;
      const ageMs = latest === undefined ? null : Math.max(0, elapsed() - latest.bornAt);
      return {
        ageMs,
        stale: ageMs === null || ageMs > staleMs,
        origin: latest?.origin ?? null,
        lastId: latest?.id ?? null,
        lagMs,
        historyEntries: history.head - history.oldest,
        snapshots,
        rejections: [...rejections.values()],
      };
    },
  };
}
