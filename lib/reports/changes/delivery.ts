import { settleWithin } from "../../deadline";
import { log } from "../../log";
import { mergeChanges, type ReportChange } from "./change";
import type { Backoff } from "./timing";
import { pause } from "./waiting";

export interface ChangeDelivery {
  add(change: ReportChange): void;
  /** Since when a change waits for a callback that fails; null when none does. */
  undeliveredSince(): Date | null;
  /** Waits for the callback that runs; what was not delivered yet is dropped. */
  close(): Promise<void>;
}

export interface DeliveryOptions {
  /** Called with one change at a time. Called again, with what came since, until it resolves. */
  readonly onChange: (change: ReportChange) => Promise<void>;
  readonly now: () => number;
  /** Milliseconds that a change waits for others to join it. */
  readonly coalesce: number;
  /** Milliseconds after which a callback counts as failed. */
  readonly patience: number;
  /** Before a retry. */
  readonly retry: Backoff;
}

/** Hands changes to `onChange`: a burst as one, and again after a failure. */
export function createDelivery({
  onChange,
  now,
  coalesce,
  patience,
  retry,
}: DeliveryOptions): ChangeDelivery {
  const closing = new AbortController();
  let pending: ReportChange | null = null;
  let failingSince: number | null = null;
  let running: Promise<void> | null = null;

  async function deliverPending(): Promise<void> {
    let delay = retry.first;
    await pause(coalesce, closing.signal);
    while (pending && !closing.signal.aborted) {
      const change: ReportChange = pending;
      pending = null;
      try {
        // Its own signal, not ours: at the end we wait for a callback rather than leave it behind.
        await settleWithin(patience, new AbortController().signal, () => onChange(change));
        failingSince = null;
        delay = retry.first;
        await pause(coalesce, closing.signal);
      } catch (error) {
        failingSince ??= now();
        log.warn("a change of reports could not be passed on; trying again", { error, ms: delay });
        pending = pending ? mergeChanges(change, pending) : change;
        await pause(delay, closing.signal);
        delay = Math.min(delay * 2, retry.most);
      }
    }
    // In the same step as the look at `pending`: nothing can be added between the two.
    running = null;
  }

  return {
    add(change) {
      if (closing.signal.aborted) return;
      pending = mergeChanges(pending, change);
      running ??= deliverPending();
    },
    undeliveredSince: () => (failingSince === null ? null : new Date(failingSince)),
    async close() {
      closing.abort();
      await running;
    },
  };
}
