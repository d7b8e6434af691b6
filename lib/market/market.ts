import type { TieredCache } from "../cache";
import { createEventStreams, type EventStreams, type EventStreamsStatus } from "./event-streams";
import type { NumberField } from "./fields";
import { createHub, type HubStatus } from "./hub";
import { createLastGood } from "./last-good";
import type { Point } from "./lttb";
import { createRereading } from "./rereading";
import { createSimulator } from "./simulator";
import { decodeValues } from "./snapshot";
import type { MarketSource, SourceStatus } from "./source";
import { createStreamReader } from "./stream-reader";
import { type SnapshotOrigin, summaryJson, summaryTag } from "./summary";

/** The stream that publishers write. */
export const MARKET_STREAM = "market_data_stream";
/** More than a stream holds that is trimmed to about 1,000 entries: two to three hours, and 8 MB at most. */
const HISTORY_ENTRIES = 2_000;
const KEEP_EVERY_MS = 5_000;
const SIMULATION_SEED = 7;
/** An hour, which takes no time worth mentioning to make up. */
const SIMULATED_ENTRIES = 720;

export interface MarketOptions {
  /** Absent: a simulated market. */
  readonly redisUrl: string | undefined;
  readonly cache: Pick<TieredCache, "get" | "set">;
  /** Beyond this age a snapshot is stale. Milliseconds. */
  readonly staleMs: number;
  /** Default: the stream at `redisUrl`, or the simulator. */
  readonly source?: MarketSource;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Milliseconds on a clock that nobody sets. */
  readonly elapsed?: () => number;
}

export interface MarketStatus {
  readonly snapshot: HubStatus;
  readonly source: SourceStatus;
  readonly streams: EventStreamsStatus;
}

/** The latest snapshot as it stands now. */
export interface CurrentSummary {
  /** A `MarketSummary` as JSON. */
  readonly body: string;
  /** An entity tag. */
  readonly tag: string;
}

export interface FieldHistory {
  readonly field: NumberField;
  /** Of the latest snapshot; null when nothing was received. */
  readonly source: SnapshotOrigin | null;
  readonly points: readonly Point[];
}

/** The live market. */
export interface Market {
  summary(): CurrentSummary;
  /** Known values of a field, oldest first, at most `points` of them, which is at least 2. */
  history(field: NumberField, points: number): FieldHistory;
  /**
   * Reads the stream to its end now. Callers share what is under way.
   *
   * @throws MarketUnreadableError
   */
  reread(): Promise<void>;
  readonly streams: Pick<EventStreams, "open">;
  status(): MarketStatus;
  /** Ends the streams of events, so that their connections do not hold up a stop. */
  endStreams(): void;
  close(): Promise<void>;
}

/** All fields unknown. */
const NULL_SNAPSHOT_JSON = JSON.stringify(decodeValues({}, () => {}));

/** Resolves when the stream has answered, or after a second; never rejects. */
export async function openMarket({
  redisUrl,
  cache,
  staleMs,
  source = redisUrl === undefined
    ? createSimulator({ seed: SIMULATION_SEED, historyEntries: SIMULATED_ENTRIES })
    : createStreamReader({ url: redisUrl, key: MARKET_STREAM, historyEntries: HISTORY_ENTRIES }),
  now = Date.now,
  elapsed = () => performance.now(),
}: MarketOptions): Promise<Market> {
  const isSimulated = source.status().state === "simulated";
  const origin = isSimulated ? "simulated" : "stream";
  const hub = createHub({ origin, staleMs, historyEntries: HISTORY_ENTRIES, now, elapsed });
  const streams = createEventStreams({ hub, nullSnapshotJson: NULL_SNAPSHOT_JSON, elapsed });
  const lastGood = createLastGood({ cache, stream: MARKET_STREAM, everyMs: KEEP_EVERY_MS, elapsed });
  const reread = createRereading({ reread: source.reread, elapsed });
  // What is simulated is never kept: a stream that is configured later would begin with it.
  const endKeeping = hub.subscribe((change) => {
    if (change === "interruption") return;
    const { latest } = hub.history;
    if (latest?.origin === "stream") lastGood.keep(latest);
  });
  await source.start(hub);
  if (!isSimulated && hub.history.latest === undefined) {
    const kept = await lastGood.read();
    if (kept) hub.restore(kept);
  }

  return {
    summary() {
      const { latest } = hub.history;
      const state = hub.state(latest);
      return {
        body: summaryJson(latest?.json ?? NULL_SNAPSHOT_JSON, state),
        tag: summaryTag(latest, state),
      };
    },
    history: (field, points) => ({
      field,
      source: hub.history.latest?.origin ?? null,
      points: hub.series(field, points),
    }),
    reread,
    streams,
    status: () => ({ snapshot: hub.status(), source: source.status(), streams: streams.status() }),
    endStreams: streams.close,
    async close() {
      streams.close();
      endKeeping();
      await source.close();
      await lastGood.close();
    },
  };
}
