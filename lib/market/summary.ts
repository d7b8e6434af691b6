import type { MarketSnapshot } from "./snapshot";
import type { StreamId } from "./stream-id";

/** `cache`: what an earlier reader kept; the stream itself has given nothing yet. */
export type SnapshotOrigin = "stream" | "cache" | "simulated";

/** A snapshot that was received. */
export class Observation {
  readonly id: StreamId;
  readonly snapshot: MarketSnapshot;
  readonly origin: SnapshotOrigin;
  /** When Redis took it: milliseconds on a clock that nobody sets. */
  readonly bornAt: number;
  /** The same since 1970. */
  readonly observedAt: number;
  #json: string | undefined;

  constructor({ id, snapshot, origin, bornAt, observedAt }: Omit<Observation, "json">) {
    this.id = id;
    this.snapshot = snapshot;
    this.origin = origin;
    this.bornAt = bornAt;
    this.observedAt = observedAt;
  }

  /** `snapshot` as JSON: made once for all who get it, and not at all when nobody does. */
  get json(): string {
    this.#json ??= JSON.stringify(this.snapshot);
    return this.#json;
  }
}

/** What is said of a snapshot beside its fields. */
export interface SnapshotState {
  /** Whole seconds since Redis took it; null when nothing was received. */
  readonly age_seconds: number | null;
  /** Older than it may be to count as current, or nothing at all. */
  readonly stale: boolean;
  /** The stream cannot be read at this moment: what is shown stays as it is until it can be. */
  readonly interrupted: boolean;
  readonly source: SnapshotOrigin | null;
  /** RFC 3339: when Redis took it. */
  readonly observed_at: string | null;
}

/** The body of the dashboard's API: names of the publisher, and beside them how much they are worth. */
export type MarketSummary = MarketSnapshot & SnapshotState;

export interface Circumstances {
  /** Beyond this age a snapshot is stale. Milliseconds. */
  readonly staleMs: number;
  /** Now: milliseconds on a clock that nobody sets. */
  readonly elapsed: number;
  readonly interrupted: boolean;
}

export function stateOf(
  observation: Observation | undefined,
  { staleMs, elapsed, interrupted }: Circumstances,
): SnapshotState {
  if (observation === undefined) {
    return { age_seconds: null, stale: true, interrupted, source: null, observed_at: null };
  }
  const ageMs = Math.max(0, elapsed - observation.bornAt);
  return {
    age_seconds: Math.floor(ageMs / 1_000),
    stale: ageMs > staleMs,
    interrupted,
    source: observation.origin,
    observed_at: new Date(observation.observedAt).toISOString(),
  };
}

/** `MarketSummary` as JSON, without serialising the snapshot again. */
export function summaryJson(snapshotJson: string, state: SnapshotState): string {
  return `${snapshotJson.slice(0, -1)},${JSON.stringify(state).slice(1)}`;
}

/**
 * One for each entry, and others when the same entry has become stale or the stream cannot be read: who asks
 * with it is told that nothing changed, and must not go on believing that it is current. Weak, since the age
 * differs.
 */
export function summaryTag(
  observation: Observation | undefined,
  { stale, interrupted, source }: SnapshotState,
): string {
  const marks = `${stale ? "-stale" : ""}${interrupted ? "-interrupted" : ""}`;
  return `W/"${observation?.id ?? "none"}-${source ?? "unknown"}${marks}"`;
}
