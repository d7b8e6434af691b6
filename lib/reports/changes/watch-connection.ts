import type { OpenNoticeConnection } from "../../clients/notice-connection";
import { settleWithin } from "../../deadline";
import { EVERYTHING, parseNotice, type ReportChange } from "./change";
import { type ListeningState, readContent, readState, type TableContent, tryToListen } from "./comparison";
import type { WatchTiming } from "./timing";
import { pause } from "./waiting";

export interface ConnectionWatch {
  readonly open: OpenNoticeConnection;
  readonly timing: WatchTiming;
  /** Milliseconds on a clock that nobody sets. */
  readonly elapsed: () => number;
  readonly closing: AbortSignal;
  /** After each answer of the database; `untold` is why it does not tell of changes, if it does not. */
  checked(untold: string | undefined): void;
  /** Rows changed. */
  noticed(change: ReportChange): void;
  /** Once, when all later changes will be noticed. */
  caughtUp(): void;
}

/**
 * Watches over one connection. Resolves when `closing` aborts.
 *
 * @throws when the connection is lost or its other side falls silent
 */
export async function watchConnection(watch: ConnectionWatch): Promise<void> {
  const { timing, elapsed, closing } = watch;
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, closing]);
  let heard = false;
  const connection = watch.open({
    heard(payload) {
      if (signal.aborted) return;
      heard = true;
      watch.noticed(parseNotice(payload));
    },
    lost: () => gone.abort(new Error("the connection was closed")),
  });
  let known: TableContent | null = null;
  let compared = { at: 0, took: 0 };
  let listened = { at: Number.NEGATIVE_INFINITY, refusal: null as string | null };

  async function check(): Promise<void> {
    if (elapsed() - listened.at >= timing.listen) await listen();
    const state = await settleWithin(timing.answer, signal, () => readState(connection.sql));
    // Behind a pooler the statement may have reached another session than LISTEN did.
    if (state.listening) listened.at = elapsed();
    const untold = reasonUntold(state, listened.refusal);
    watch.checked(untold);
    const share = untold === undefined ? timing.share.told : timing.share.untold;
    const isDue = elapsed() - compared.at >= compared.took / share;
    if (known === null || (state.snapshot !== known.snapshot && isDue)) await compare(state, untold);
  }

  async function listen(): Promise<void> {
    listened = {
      at: elapsed(),
      refusal: await settleWithin(timing.answer, signal, () => tryToListen(connection)),
    };
  }

  /** Reads the table and, if no notice explains a difference, says that everything changed. */
  async function compare(state: ListeningState, untold: string | undefined): Promise<void> {
    const explained = untold === undefined && heard;
    heard = false;
    const start = elapsed();
    const found = await settleWithin(timing.comparison, signal, () => readContent(connection.sql, state));
    compared = { at: elapsed(), took: elapsed() - start };
    const before = known;
    known = found;
    if (before === null) watch.caughtUp();
    // What could not be compared counts as changed.
    else if (!explained && (found.fingerprint === null || found.fingerprint !== before.fingerprint)) {
      watch.noticed(EVERYTHING);
    }
  }

  try {
    while (!closing.aborted) {
      await check();
      await pause(timing.check, signal);
      gone.signal.throwIfAborted();
    }
  } catch (error) {
    if (!closing.aborted) throw error;
  } finally {
    gone.abort();
    await connection.close();
  }
}

function reasonUntold(state: ListeningState, refusal: string | null): string | undefined {
  if (!state.listening) return refusal ?? "LISTEN has no effect, as behind a pooler";
  return state.triggers ? undefined : "the triggers on crypto_report are missing or disabled";
}
