import { compareIds, parseStreamId, type StreamId } from "@/lib/market/stream-id";
import type { MarketSummary } from "@/lib/market/summary";

/** A summary that came. */
export interface Reading {
  readonly summary: MarketSummary;
  /** Of the stream's entry; null where there is none, or nobody has told. */
  readonly id: StreamId | null;
  /** When its age was the one that it names, on the monotonic clock. Milliseconds. */
  readonly receivedAt: number;
}

/**
 * @param id what may be the id of a stream's entry
 * @param ageMs for how long the text had been on its way
 * @returns null where the text is no summary
 */
export function parseReading(json: string, id: string | undefined, ageMs: number): Reading | null {
  try {
    const summary: unknown = JSON.parse(json);
    if (typeof summary !== "object" || summary === null || !("observed_at" in summary)) return null;
    return {
      summary: summary as MarketSummary,
      id: parseStreamId(id ?? ""),
      receivedAt: performance.now() - ageMs,
    };
  } catch {
    return null;
  }
}

/**
 * Positive when `one` is of a later entry, negative when of an earlier one, 0 when of the same. Times come
 * first: the ids of a stream that was replaced may begin anew. But two servers may name times of the same
 * entry that differ by what their clocks do, and when one of them runs ahead, a later id is no earlier entry.
 */
export function compareReadings(one: Reading, other: Reading): number {
  const byId = one.id === null || other.id === null ? null : compareIds(one.id, other.id);
  if (byId === 0) return 0;
  const byTime = observedAt(one) - observedAt(other);
  return byId !== null && (byTime === 0 || byId > 0) ? byId : byTime;
}

/** Milliseconds since 1970. Nothing at all is older than anything. */
function observedAt({ summary }: Reading): number {
  return Date.parse(summary.observed_at ?? "") || 0;
}
