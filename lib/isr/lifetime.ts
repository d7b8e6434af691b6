import type { Strategy } from "../cache";
import {
  type CacheControl,
  isAbsence,
  type NextEntry,
  type NextValue,
  type StoredEntry,
} from "./next-values";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** For `revalidate: false`. A page in use is rendered anew once in a while, for the price of one render. */
const LONGEST_MS = 7 * 24 * HOUR;
/** How long an old page is kept, to be served while a new one is rendered or cannot be. */
const GRACE_MS = 24 * HOUR;
/** What is missing may appear; and a crawl over addresses that do not exist must not fill the cache. */
const ABSENCE_S = 30;
/** A page that was made of outdated data. */
const OUTDATED_S = 5;

/**
 * The cache control to store with a value.
 *
 * @param fromOutdated whether data that went into the value were known to be outdated
 */
export function controlOf(value: NextValue, asked: CacheControl, fromOutdated: boolean): CacheControl {
  const limits = [isAbsence(value) ? ABSENCE_S : undefined, fromOutdated ? OUTDATED_S : undefined];
  const revalidate = Math.min(
    ...limits.map((limit) => limit ?? Number.POSITIVE_INFINITY),
    asked.revalidate === false ? Number.POSITIVE_INFINITY : asked.revalidate,
  );
  return { ...asked, revalidate: revalidate === Number.POSITIVE_INFINITY ? false : revalidate };
}

/** How long the cache keeps it. Null: not at all. */
export function lifeOf(value: NextValue, { revalidate, expire }: CacheControl): Strategy | null {
  const ttlMs = revalidate === false ? LONGEST_MS : Math.min(Math.round(revalidate * SECOND), LONGEST_MS);
  if (ttlMs <= 0) return null;
  if (isAbsence(value)) return { ttlMs, graceMs: 0 };
  const untilExpiry = expire === undefined ? GRACE_MS : Math.max(Math.round(expire * SECOND) - ttlMs, 0);
  return { ttlMs, graceMs: Math.min(untilExpiry, GRACE_MS) };
}

/**
 * Next decides by age whether to serve an entry, or to serve it and render anew behind the visitor's
 * back. The cache has decided that already, and better, since it knows the other instances: so an entry
 * is as young as can be.
 */
export function asFresh({ value, cacheControl }: StoredEntry, now: number): NextEntry {
  return { value, cacheControl, lastModified: now };
}

/**
 * Served once more, and rendered anew in the background: a second old beyond a life of one second. Its
 * expiry stays far, since Next would make the visitor wait for one that is past.
 */
export function asStale({ value, cacheControl: { expire } }: StoredEntry, now: number): NextEntry {
  const cacheControl = { revalidate: 1, ...(expire !== undefined && { expire: Math.max(expire, 60) }) };
  return { value, cacheControl, lastModified: now - 2 * SECOND };
}
