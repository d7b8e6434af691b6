/** Milliseconds, except the shares. */
export interface WatchTiming {
  /** Between two checks that the connection lives and that nothing changed unnoticed. */
  readonly check: number;
  /** That an answer may take before the connection counts as dead. */
  readonly answer: number;
  /** That comparing the table may take; more than a statement is given (lib/clients/postgres.ts). */
  readonly comparison: number;
  /** At most so much of the time is spent comparing, while the triggers tell and while they do not. */
  readonly share: { readonly told: number; readonly untold: number };
  /** Between attempts to listen where that has no effect. */
  readonly listen: number;
  readonly reconnect: Backoff;
  /** That a change waits for others to join it. */
  readonly coalesce: number;
  /** That `onChange` may take before it counts as failed. */
  readonly delivery: number;
  readonly retry: Backoff;
}

/** Before the first attempt and, doubling, at most before any. */
export interface Backoff {
  readonly first: number;
  readonly most: number;
}

export const TIMING: WatchTiming = {
  check: 1_000,
  answer: 2_000,
  comparison: 6_000,
  share: { told: 1 / 500, untold: 1 / 30 },
  listen: 30_000,
  // What is published after an outage shall not wait for it either: an attempt costs next to nothing.
  reconnect: { first: 250, most: 500 },
  coalesce: 50,
  delivery: 10_000,
  retry: { first: 100, most: 2_000 },
};
