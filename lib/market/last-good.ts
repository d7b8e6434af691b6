import { setTimeout as sleep } from "node:timers/promises";
import { custom, defineKeys, type TieredCache } from "../cache";
import { decodeValues, type MarketSnapshot } from "./snapshot";
import { parseStreamId, type StreamId } from "./stream-id";
import type { Observation } from "./summary";

export interface KeptSnapshot {
  readonly id: StreamId;
  readonly snapshot: MarketSnapshot;
  /** Milliseconds since Redis took it. */
  readonly ageMs: number;
}

export interface LastGoodOptions {
  readonly cache: Pick<TieredCache, "get" | "set">;
  /** Of the stream: snapshots of others are never taken for ours. */
  readonly stream: string;
  /** Milliseconds between two writes. */
  readonly everyMs: number;
  /** Milliseconds on a clock that nobody sets. */
  readonly elapsed: () => number;
}

/** Keeps the latest snapshot where an instance that starts finds it, also when the stream is dead by then. */
export interface LastGood {
  /** Of many, the last one is kept. */
  keep(observation: Observation): void;
  /** What was kept, with its true age. Never rejects. */
  read(): Promise<KeptSnapshot | null>;
  /** Waits for what is still to be written. */
  close(): Promise<void>;
}

const DAY = 24 * 3_600_000;
/** What is older says nothing about the market any more, marked or not. */
const KEPT = custom({ ttlMs: 7 * DAY, graceMs: 0 });

const key = defineKeys("market-snapshot", 1);

export function createLastGood({ cache, stream, everyMs, elapsed }: LastGoodOptions): LastGood {
  const closing = new AbortController();
  let pending: Observation | undefined;
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    while (pending) {
      const { id, snapshot, bornAt } = pending;
      pending = undefined;
      await cache.set(key(stream), { id, snapshot, ageMs: Math.max(0, elapsed() - bornAt) }, KEPT);
      await sleep(everyMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
    }
    writing = undefined;
  }

  return {
    keep(observation) {
      pending = observation;
      writing ??= write();
    },
    async read() {
      const found = await cache.get(key(stream), readKept).catch(() => undefined);
      // The cache counts from the moment that it was given the snapshot, which had an age by then.
      return found?.value ? { ...found.value, ageMs: found.value.ageMs + found.ageMs } : null;
    },
    async close() {
      closing.abort();
      await writing;
    },
  };
}

/** What comes from Redis may be anything. */
function readKept(value: unknown): KeptSnapshot {
  const { id, snapshot, ageMs } = value as Partial<Record<keyof KeptSnapshot, unknown>>;
  const parsedId = typeof id === "string" ? parseStreamId(id) : null;
  const isAge = typeof ageMs === "number" && ageMs >= 0;
  if (parsedId === null || !isAge || typeof snapshot !== "object" || snapshot === null) {
    throw new TypeError("no snapshot that was kept");
  }
  return { id: parsedId, snapshot: decodeValues(snapshot as Record<string, unknown>, () => {}), ageMs };
}
