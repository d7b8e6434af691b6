import type { OpenNoticeConnection } from "../../clients/notice-connection";
import { log } from "../../log";
import { EVERYTHING, type ReportChange } from "./change";
import { createDelivery } from "./delivery";
import { TIMING, type WatchTiming } from "./timing";
import { pause } from "./waiting";
import { watchConnection } from "./watch-connection";

/** How changes are learnt of: told by triggers (by the embedded database itself), or found by comparing. */
export type WatchMode = "trigger" | "embedded" | "poll";

export interface WatchStatus {
  readonly mode: WatchMode;
  readonly connected: boolean;
  /** Since when `mode` and `connected` are what they are. */
  readonly since: Date;
  /** When a change was last noticed; catching up after a lost connection does not count. */
  readonly lastChangeAt: Date | null;
  /** When the database last answered. */
  readonly lastCheckAt: Date | null;
  /** Since when a change could not be passed on. */
  readonly undeliveredSince: Date | null;
  /** Why there is no connection, or why changes are found by comparing. */
  readonly reason?: string;
}

export interface ReportChangeWatch {
  status(): WatchStatus;
  /** Leaves no connection and no timer behind; waits for an `onChange` that runs. */
  close(): Promise<void>;
}

export interface WatchOptions {
  /** `postgresNotices(target)` or `embeddedNotices(embedded)`. */
  readonly open: OpenNoticeConnection;
  /** What to call it when the database tells of changes. */
  readonly told: "trigger" | "embedded";
  /**
   * Makes readers get the new rows. One call at a time, repeated until one resolves, with what changed
   * meanwhile; so it must be idempotent.
   */
  readonly onChange: (change: ReportChange) => Promise<void>;
  /** Milliseconds since 1970, for `status`. */
  readonly now?: () => number;
  /** Milliseconds on a clock that nobody sets, for intervals. */
  readonly elapsed?: () => number;
  readonly timing?: Partial<WatchTiming>;
}

/**
 * Watches the rows of `crypto_report`, which a foreign program writes. Triggers tell what changed as it
 * is committed; beside them the table itself is compared about once a second, so that nothing is missed
 * where they are absent, disabled or passed by. After each connection `onChange` gets "everything": what
 * happened before it is unknown.
 *
 * Returns at once; connects, again and again if need be, in the background.
 */
export function watchReportChanges({
  open,
  told,
  onChange,
  now = Date.now,
  elapsed = () => performance.now(),
  timing: overrides,
}: WatchOptions): ReportChangeWatch {
  const timing = { ...TIMING, ...overrides };
  const closing = new AbortController();
  const delivery = createDelivery({
    onChange,
    now,
    coalesce: timing.coalesce,
    patience: timing.delivery,
    retry: timing.retry,
  });
  let state: Pick<WatchStatus, "mode" | "connected" | "reason"> = {
    mode: "poll",
    connected: false,
    reason: "not connected yet",
  };
  let since = now();
  let lastChange: number | null = null;
  let lastCheck: number | null = null;
  let delay = timing.reconnect.first;

  function enter(mode: WatchMode, connected: boolean, reason: string | undefined): void {
    const isNew = mode !== state.mode || connected !== state.connected;
    state = { mode, connected, ...(reason !== undefined && { reason }) };
    if (!isNew) return;
    since = now();
    if (reason === undefined) log.info("changes of reports are told by the database", { mode });
    else log.warn("changes of reports are not told by the database", { ...state });
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await watchConnection({
          open,
          timing,
          elapsed,
          closing: closing.signal,
          checked(untold) {
            lastCheck = now();
            delay = timing.reconnect.first;
            enter(untold === undefined ? told : "poll", true, untold);
          },
          noticed(change) {
            lastChange = now();
            delivery.add(change);
          },
          caughtUp: () => delivery.add(EVERYTHING),
        });
      } catch (error) {
        enter(state.mode, false, error instanceof Error ? error.message : String(error));
        await pause(delay, closing.signal);
        delay = Math.min(delay * 2, timing.reconnect.most);
      }
    }
  }
  const running = run();

  return {
    status: () => ({
      ...state,
      since: new Date(since),
      lastChangeAt: asDate(lastChange),
      lastCheckAt: asDate(lastCheck),
      undeliveredSince: delivery.undeliveredSince(),
    }),
    async close() {
      closing.abort(new Error("the watch was closed"));
      await Promise.all([running, delivery.close()]);
    },
  };
}

function asDate(time: number | null): Date | null {
  return time === null ? null : new Date(time);
}
