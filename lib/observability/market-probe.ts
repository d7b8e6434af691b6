import type { Finding, Probe } from "./health";

/** What the market says of itself (lib/market). */
export interface MarketState {
  readonly snapshot: {
    /** Milliseconds; null when nothing was received. */
    readonly ageMs: number | null;
    readonly stale: boolean;
    /** How late the latest entry was, milliseconds; null before one came. */
    readonly lagMs: number | null;
    readonly historyEntries: number;
    readonly snapshots: number;
    readonly rejections: readonly {
      readonly part: string;
      readonly reason: string;
      readonly count: number;
    }[];
  };
  readonly source: {
    readonly state: "connecting" | "reading" | "absent" | "wrong-type" | "refused" | "simulated";
    readonly contactAgeMs: number | null;
    readonly counts: {
      readonly entries: number;
      readonly lost: number;
      readonly gaps: number;
      readonly replaced: number;
      readonly deleted: number;
      readonly clockJumps: number;
      readonly disconnects: number;
      readonly errors: number;
    };
  };
  readonly streams: {
    readonly clients: number;
    readonly events: number;
    readonly skipped: number;
    readonly cut: number;
    readonly refused: number;
  };
}

const UNREADABLE = {
  connecting: "the stream cannot be reached; the last snapshot is shown with its age",
  "wrong-type": "the key of the stream holds something else",
  refused: "Redis refuses to read the stream",
} as const;

/** Whether the market that is shown is the current one. */
export function marketProbe(status: () => MarketState): Probe {
  return (): Finding => {
    const { snapshot, source, streams } = status();
    const details = {
      state: source.state,
      ageSeconds: snapshot.ageMs === null ? null : Math.floor(snapshot.ageMs / 1_000),
      lost: source.counts.lost,
      clients: streams.clients,
    };
    const { state } = source;
    if (state === "simulated") {
      return { status: "off", message: "REDIS_URL is not set: the market is simulated", details };
    }
    if (state !== "reading" && state !== "absent") {
      return { status: "down", message: UNREADABLE[state], details };
    }
    if (snapshot.ageMs === null) {
      return { status: "degraded", message: "nothing was received yet; all values are unknown", details };
    }
    if (snapshot.stale) return { status: "degraded", message: "no new snapshot for too long", details };
    return { status: "ok", details };
  };
}
