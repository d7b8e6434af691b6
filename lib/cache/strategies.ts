/** How long a value lives, in milliseconds since its load began. */
export interface Strategy {
  /** Fresh until this age. From 80 % of it on, one refresh runs in the background. */
  readonly ttlMs: number;
  /** After `ttlMs`, served as stale for this long while it is refreshed. 0 for never. */
  readonly graceMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const LONGEST_LIFE = 30 * 24 * HOUR;

/** 30 s, then up to 2 min stale. */
export const realTime: Strategy = { ttlMs: 30 * SECOND, graceMs: 2 * MINUTE };
/** 5 min, then up to 30 min stale. */
export const shortTerm: Strategy = { ttlMs: 5 * MINUTE, graceMs: 30 * MINUTE };
/** 1 h, then up to 6 h stale. */
export const mediumTerm: Strategy = { ttlMs: HOUR, graceMs: 6 * HOUR };
/** 3 h, then up to 24 h stale. */
export const longTerm: Strategy = { ttlMs: 3 * HOUR, graceMs: 24 * HOUR };

/** @throws RangeError when a time is not a whole number of milliseconds or the life exceeds 30 days. */
export function custom({ ttlMs, graceMs = 0 }: { ttlMs: number; graceMs?: number }): Strategy {
  const valid = Number.isSafeInteger(ttlMs) && ttlMs >= 1 && Number.isSafeInteger(graceMs) && graceMs >= 0;
  if (!valid || ttlMs + graceMs > LONGEST_LIFE) {
    throw new RangeError(
      `ttlMs and graceMs are whole milliseconds, together at most 30 days, e.g. 60000 and 0; not ${ttlMs} and ${graceMs}`,
    );
  }
  return { ttlMs, graceMs };
}

/** Absence (`null`) is remembered for 30 s at most and never served stale: what is missing may appear. */
export const ABSENCE_TTL_MS = 30 * SECOND;

export function lifeOf(value: unknown, strategy: Strategy): Strategy {
  if (value !== null) return strategy;
  return { ttlMs: Math.min(strategy.ttlMs, ABSENCE_TTL_MS), graceMs: 0 };
}

/** The share of `ttlMs` after which a fresh value is refreshed in the background. */
export const EARLY_REFRESH = 0.8;
