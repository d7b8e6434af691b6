import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { settleWithin } from "../deadline";
import { MarketUnreadableError } from "../errors";
import { log } from "../log";
import { createRedisClock } from "./redis-clock";
import {
  type EntryListener,
  isInterruption,
  type MarketSource,
  type RawEntry,
  type SourceCounts,
  type SourceState,
} from "./source";
import {
  causeOf,
  connectionId,
  createConnection,
  endConnection,
  lookAtNewest,
  lookBehind,
  type StreamEntry,
  type StreamLook,
  unblock,
  waitForEntries,
} from "./stream-commands";
import { StreamPosition } from "./stream-position";

export interface StreamReaderOptions {
  /** `redis://…` */
  readonly url: string;
  /** The stream. */
  readonly key: string;
  /** Entries read at the start. */
  readonly historyEntries: number;
  /** Milliseconds on a clock that nobody sets. */
  readonly elapsed?: () => number;
  readonly timing?: Partial<ReaderTiming>;
}

/** Milliseconds. */
export interface ReaderTiming {
  /** How long Redis holds a read back when there is nothing new; then the stream is looked at as a whole. */
  readonly block: number;
  /** Beyond that, an answer that does not come means a connection that is gone without a word. */
  readonly patience: number;
  /** Before connecting again, and before asking again after an error: first, and doubling, at most. */
  readonly retry: { readonly first: number; readonly most: number };
  /** How long the start waits for a first answer. */
  readonly start: number;
}

const TIMING: ReaderTiming = {
  block: 1_000,
  patience: 1_000,
  retry: { first: 50, most: 2_000 },
  start: 1_000,
};

const WAKE_AGAIN_MS = 5;
/** Entries a read. Handing them over takes a few milliseconds, in which nobody else is served. */
const BATCH = 250;

/**
 * Reads a Redis stream to its end and waits for more, for ever: connects again after a loss and goes on
 * behind the last entry that was handed over.
 */
export function createStreamReader(options: StreamReaderOptions): MarketSource {
  const { url, key, historyEntries, elapsed = () => performance.now() } = options;
  const timing = { ...TIMING, ...options.timing };
  const closing = new AbortController();
  const counts = {
    entries: 0,
    lost: 0,
    gaps: 0,
    replaced: 0,
    deleted: 0,
    clockJumps: 0,
    disconnects: 0,
    errors: 0,
  } satisfies { -readonly [Name in keyof SourceCounts]: number };
  const position = new StreamPosition(counts);
  const clock = createRedisClock({ elapsed, onJump: () => counts.clockJumps++ });
  let listener: EntryListener = { restarted() {}, added() {}, interrupted() {} };
  let state: SourceState = "connecting";
  let reported: SourceState | undefined;
  /** Until `start` is over it is not said that the stream cannot be read: it has not been waited for. */
  let started = false;
  let interrupted = false;
  let begun = false;
  let contactAt: number | null = null;
  let delay = timing.retry.first;
  /** Of the connection that is being read from. */
  let readerId: number | null = null;
  /** Those who wait for the stream to be read to its end, from its beginning on. */
  const waiting = new Set<() => void>();
  let answered = () => {};
  let wakeUp: Redis | undefined;
  let running: Promise<void> = Promise.resolve();

  const inTime = <T>(work: () => Promise<T>, blockMs = 0): Promise<T> =>
    settleWithin(blockMs + timing.patience, closing.signal, work);

  function enter(next: SourceState, reason?: string): void {
    state = next;
    answered();
    if (started) tellInterruption(isInterruption(state));
    if (next === reported) return;
    reported = next;
    const fields = { state, ...(reason !== undefined && { reason }) };
    if (state === "reading") log.info("the market stream is being read");
    else if (state === "absent") log.warn("there is no market stream at this key", { key, state });
    else log.warn("the market stream cannot be read", fields);
  }

  function tellInterruption(isInterrupted: boolean): void {
    if (isInterrupted === interrupted) return;
    interrupted = isInterrupted;
    listener.interrupted(isInterrupted);
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const client = createConnection(url);
      try {
        await inTime(() => client.connect());
        await follow(client);
      } catch (error) {
        if (closing.signal.aborted) break;
        counts.disconnects++;
        enter("connecting", causeOf(client, error));
      } finally {
        readerId = null;
        endConnection(client);
      }
      await pause();
    }
  }

  /** @throws when the connection is lost or its other side falls silent */
  async function follow(client: Redis): Promise<void> {
    readerId = await inTime(() => connectionId(client)).catch(() => null);
    while (!closing.signal.aborted) {
      try {
        await readToEnd(client);
        delay = timing.retry.first;
        // Who asked while that went on is to have it read once more.
        if (waiting.size > 0) continue;
        const wait = () => waitForEntries(client, key, position.lastId, BATCH, timing.block);
        handOver(await inTime(wait, timing.block));
      } catch (error) {
        if (!isReply(error)) throw error;
        counts.errors++;
        enter(error.message.startsWith("WRONGTYPE") ? "wrong-type" : "refused", error.message);
        await pause();
      }
    }
  }

  /** Looks at the stream as a whole, and takes what is behind the last entry. */
  async function readToEnd(client: Redis): Promise<void> {
    const asked = [...waiting];
    let look: StreamLook;
    do {
      const sentAt = elapsed();
      look = await inTime(() => (begun ? lookBehind(client, key, position.lastId, BATCH) : newest(client)));
      clock.read(look.time, sentAt);
      // Before its entries, which would be said to come from a stream that cannot be read.
      tellInterruption(false);
      if (!begun) restart(look);
      else if (position.compare(look.info) === "replaced") {
        look = await inTime(() => newest(client));
        restart(look);
      } else {
        handOver(look.entries);
        if (look.entries.length < BATCH) position.caughtUp(look.info);
      }
      contactAt = sentAt;
    } while (look.entries.length === BATCH && !closing.signal.aborted);
    enter(look.info === null ? "absent" : "reading");
    for (const done of asked) done();
  }

  const newest = (client: Redis): Promise<StreamLook> => lookAtNewest(client, key, historyEntries);

  function restart({ info, entries }: StreamLook): void {
    begun = true;
    position.begin(info);
    counts.entries += entries.length;
    listener.restarted(entries.map(withAge));
  }

  function handOver(entries: readonly StreamEntry[]): void {
    const last = entries.at(-1);
    if (last === undefined) return;
    position.advance(last.id, entries.length);
    counts.entries += entries.length;
    listener.added(entries.map(withAge));
  }

  function withAge({ id, fields }: StreamEntry): RawEntry {
    return { id, fields, ageMs: clock.ageOf(id) };
  }

  async function pause(): Promise<void> {
    await sleep(delay, undefined, { signal: closing.signal }).catch(() => {});
    delay = Math.min(delay * 2, timing.retry.most);
  }

  /**
   * Lets a read that is held back return. Where that is not allowed, it does so by itself before long.
   *
   * @param isDone whether it need not any more
   */
  async function wake(isDone: () => boolean): Promise<void> {
    if (wakeUp?.status === "end") wakeUp = undefined;
    wakeUp ??= createConnection(url);
    if (wakeUp.status === "wait") await wakeUp.connect();
    // The read may be on its way to Redis still.
    while (!isDone() && readerId !== null && !(await unblock(wakeUp, readerId))) await sleep(WAKE_AGAIN_MS);
  }

  return {
    async start(to) {
      listener = to;
      const first = new Promise<void>((resolve) => {
        answered = resolve;
      });
      running = run();
      await settleWithin(timing.start, closing.signal, () => first).catch(() => {});
      started = true;
      tellInterruption(isInterruption(state));
    },
    status: () => ({
      state,
      contactAgeMs: contactAt === null ? null : elapsed() - contactAt,
      counts: { ...counts },
    }),
    async reread() {
      let finish = () => {};
      const read = new Promise<void>((resolve) => {
        finish = () => {
          waiting.delete(finish);
          resolve();
        };
      });
      waiting.add(finish);
      wake(() => !waiting.has(finish)).catch(() => {});
      try {
        await settleWithin(timing.block + timing.patience, closing.signal, () => read);
      } catch (error) {
        throw new MarketUnreadableError(error);
      } finally {
        waiting.delete(finish);
      }
    },
    async close() {
      closing.abort(new Error("the reader was closed"));
      if (wakeUp) endConnection(wakeUp);
      await running;
    },
  };
}

/** An answer of Redis, in contrast to a connection that is lost. */
function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError";
}
