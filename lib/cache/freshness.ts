import type { Lookup } from "./cache";
import { EARLY_REFRESH } from "./strategies";
import type { Snapshot, TagView } from "./tag-view";

/** A value in memory, with what decides whether it may be served. */
export interface Entry extends Snapshot {
  readonly value: unknown;
  readonly ttlMs: number;
  readonly graceMs: number;
  /** When its load began, on the local clock. */
  readonly bornAt: number;
  /** When it was last known that no tag of it had been invalidated: its load began, or Redis was asked. */
  readonly validatedAt: number;
  /** Its place among the loads and reads of this process. */
  readonly ordinal: number;
}

/**
 * - `early`: fresh, and due for a refresh in the background.
 * - `invalid`: a tag was invalidated since its load began.
 * - `untrusted`: a tag may have been invalidated without our hearing of it.
 */
export type Verdict = "fresh" | "early" | "stale" | "invalid" | "untrusted" | "expired";

/** Whether invalidations since `validatedAt` would have been heard. */
export type Trust = (validatedAt: number, now: number) => boolean;

export function judge(entry: Entry, now: number, tags: TagView, trust: Trust): Verdict {
  const age = now - entry.bornAt;
  if (age >= entry.ttlMs + entry.graceMs) return "expired";
  if (entry.tags.length > 0) {
    const verdict = tags.verdict(entry, now);
    if (verdict === "invalid") return "invalid";
    if (!trust(entry.validatedAt, now)) return "untrusted";
    if (verdict === "stale") return "stale";
  }
  if (age >= entry.ttlMs) return "stale";
  return age >= entry.ttlMs * EARLY_REFRESH ? "early" : "fresh";
}

/** A value and what it is worth now. */
export interface Found {
  readonly entry: Entry;
  readonly verdict: Verdict;
  readonly source: "memory" | "redis";
}

/** Whether it may be served without a load. */
export function isServable(verdict: Verdict): boolean {
  return verdict === "fresh" || verdict === "early" || verdict === "stale";
}

export function lookupOf<V>({ entry, verdict, source }: Found, now: number): Lookup<V> {
  const state = verdict === "fresh" || verdict === "early" ? "fresh" : "stale";
  // The caller names the type that it stored under this key.
  return { value: entry.value as V, state, source, ageMs: now - entry.bornAt };
}
