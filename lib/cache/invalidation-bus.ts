import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { withDeadline } from "./deadline";
import { dropConnection, runScript } from "./redis-client";
import { SCRIPTS } from "./scripts";

export interface BusMessage {
  readonly kind: "tags" | "delete" | "clear";
  /** The number of the invalidation. */
  readonly number: number;
  /** `RedisTier.owner` of the sender. */
  readonly origin: string;
  readonly payload: string;
  /** It was sent while we were away. */
  readonly replayed: boolean;
  /** Not before this moment on the local clock was it sent, as far as we know. */
  readonly sentAfter: number;
}

export interface BusOptions {
  /** Of its own: a blocking read keeps a connection busy. */
  readonly client: Redis;
  readonly prefix: string;
  readonly now: () => number;
  readonly onMessage: (message: BusMessage) => void;
  /** Messages may have been missed: what is in memory may be invalid. `start`: none was read before. */
  readonly onLost: (reason: "start" | "gap") => void;
}

/** How long Redis holds a read back when there is no message. Bounds how old "contact" gets in quiet times. */
const BLOCK_MS = 400;
/** Beyond that, a reply that does not come means a connection that is gone without a word. */
const PATIENCE_MS = 200;
const RETRY_MS = 50;
const BATCH = 200;

/**
 * Reads the stream of invalidations. Each message has a count without a gap, so that whatever is lost
 * (trimmed while we were away, flushed, evicted) is noticed: then `onLost` is told.
 */
export class InvalidationBus {
  readonly #options: BusOptions;
  #contactAt = Number.NEGATIVE_INFINITY;
  #lastId: string | undefined;
  #lastCount = 0;
  #lastBatch = 0;
  /** Since the last reconnection nothing has been read yet. */
  #behind = true;
  #closed = false;
  #running: Promise<void> | undefined;

  constructor(options: BusOptions) {
    this.#options = options;
    this.joined = new Promise((resolve) => {
      this.#join = resolve;
    });
    options.client.on("close", () => {
      this.#behind = true;
    });
  }

  /** Everything sent before this moment has been read. On the local clock; -Infinity before the first contact. */
  get contactAt(): number {
    return this.#contactAt;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves at the first contact. */
  readonly joined: Promise<void>;
  #join = () => {};

  async close(): Promise<void> {
    this.#closed = true;
    this.#options.client.disconnect();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        if (this.#options.client.status !== "ready") await this.#pause();
        else await this.#step();
      } catch {
        // A read without a reply in time, a lost connection, a stream that is none: try again, from the
        // last message read. Meanwhile there is no contact, and after the trust lease no trust.
        if (!this.#closed) dropConnection(this.#options.client);
        await this.#pause();
      }
    }
  }

  async #step(): Promise<void> {
    const sentAt = this.#options.now();
    if (this.#lastId === undefined || this.#behind) await this.#checkPosition();
    const messages = await this.#read(this.#behind ? 0 : BLOCK_MS);
    if (messages === 0 && !this.#behind) await this.#checkPosition();
    // After a full batch there may be more to read.
    if (this.#lastBatch === BATCH) return;
    this.#behind = false;
    this.#contactAt = sentAt;
    this.#join();
  }

  /** Compares where we are with where the bus is, and starts over from there when that does not fit. */
  async #checkPosition(): Promise<void> {
    const { client, prefix, onLost } = this.#options;
    const keys = [`${prefix}meta`, `${prefix}bus`];
    const reply = await this.#inTime(runScript(client, SCRIPTS.position, keys, []), PATIENCE_MS);
    const [count = "", lastId = ""] = (reply as Buffer[]).map((part) => part.toString());
    const first = this.#lastId === undefined;
    if (!first) {
      if (Number(count) === this.#lastCount) return;
      // What was sent since is there to be read, and its count tells whether something is missing.
      if ((await this.#read(0)) > 0) return;
    }
    this.#lastId = lastId;
    this.#lastCount = Number(count);
    onLost(first ? "start" : "gap");
  }

  /** @returns how many messages it read and handed on */
  async #read(blockMs: number): Promise<number> {
    const { client, prefix } = this.#options;
    const block = blockMs > 0 ? ["BLOCK", blockMs] : [];
    const args = ["COUNT", BATCH, ...block, "STREAMS", `${prefix}bus`, this.#lastId ?? "$"];
    const reply = await this.#inTime(client.call("XREAD", args), blockMs + PATIENCE_MS);
    const entries = messagesOf(reply);
    for (const [id, fields] of entries) this.#accept(id, fields);
    this.#lastBatch = entries.length;
    return entries.length;
  }

  #accept(id: string, fields: readonly string[]): void {
    const field = (name: string) => fields[fields.indexOf(name) + 1] ?? "";
    const count = Number(field("b"));
    if (count !== this.#lastCount + 1) this.#options.onLost("gap");
    this.#lastId = id;
    this.#lastCount = count;
    this.#options.onMessage({
      kind: field("k") as BusMessage["kind"],
      number: Number(field("n")),
      origin: field("o"),
      payload: field("p"),
      replayed: this.#behind,
      sentAfter: this.#contactAt,
    });
  }

  #inTime<T>(reply: Promise<T>, limitMs: number): Promise<T> {
    return withDeadline(reply, limitMs, () => new Error("No reply from the invalidation bus"));
  }

  async #pause(): Promise<void> {
    if (!this.#closed) await sleep(RETRY_MS, undefined, { ref: false });
  }
}

/** The entries of the one stream in a reply of XREAD, as `[id, [field, value, …]]`. */
function messagesOf(reply: unknown): [string, string[]][] {
  if (!Array.isArray(reply) || reply.length === 0) return [];
  // RESP3 maps arrive flat: [stream, entries]; RESP2 nests them: [[stream, entries]].
  const entries = Array.isArray(reply[0]) ? reply[0][1] : reply[1];
  return Array.isArray(entries) ? entries : [];
}
