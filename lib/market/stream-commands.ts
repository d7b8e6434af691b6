import { Redis, type RedisOptions } from "ioredis";
import { parseStreamId, type StreamId } from "./stream-id";
import type { StreamInfo } from "./stream-position";

/** An entry as Redis sends it. */
export interface StreamEntry {
  readonly id: StreamId;
  readonly fields: readonly string[];
}

/** What one look at the stream found, all of it at one moment. */
export interface StreamLook {
  /** Redis' clock: milliseconds since 1970. */
  readonly time: number;
  /** Null where there is no such key. */
  readonly info: StreamInfo | null;
  /** Oldest first. */
  readonly entries: readonly StreamEntry[];
}

const OPTIONS = {
  lazyConnect: true,
  enableOfflineQueue: false,
  enableReadyCheck: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  // Replies as Redis 7 and everything like it give them.
  protocol: 2,
  // The reader itself decides when it connects again.
  retryStrategy: () => null,
} satisfies RedisOptions;

/** Why connections could not be made; `connect` itself rejects with no more than that they are closed. */
const failures = new WeakMap<Redis, Error>();

/** A connection that has not been made yet, and that is never made again by itself. */
export function createConnection(url: string): Redis {
  const client = new Redis(url, OPTIONS);
  // Each failing command tells its own error; without a listener ioredis prints these too.
  client.on("error", (error: Error & { readonly command?: { readonly name?: string } }) => {
    failures.set(client, error);
    // Otherwise ioredis would go on in database 0, and read the market of another site.
    if (error.command?.name === "select") endConnection(client);
  });
  return client;
}

/** What made a connection fail, or what was thrown when it did. */
export function causeOf(client: Redis, thrown: unknown): string {
  const cause = failures.get(client) ?? thrown;
  return cause instanceof Error ? cause.message : String(cause);
}

/** Ends a connection at once: `disconnect` alone waits two seconds for a silent server. */
export function endConnection(client: Redis): void {
  if (client.status === "connect" || client.status === "ready") client.stream.destroy();
  client.disconnect();
}

/** The newest `count` entries, and the end of the stream. */
export async function lookAtNewest(client: Redis, key: string, count: number): Promise<StreamLook> {
  const [time, info, newest] = await transaction(client, [
    ["TIME"],
    ["XINFO", "STREAM", key],
    ["XREVRANGE", key, "+", "-", "COUNT", count],
  ]);
  return { time: asTime(time), info: asInfo(info), entries: asEntries(newest).reverse() };
}

/** At most `count` entries behind `after`. Reading and asking are one: nothing is added in between. */
export async function lookBehind(
  client: Redis,
  key: string,
  after: StreamId,
  count: number,
): Promise<StreamLook> {
  const [time, info, next] = await transaction(client, [
    ["TIME"],
    ["XINFO", "STREAM", key],
    ["XREAD", "COUNT", count, "STREAMS", key, after],
  ]);
  return { time: asTime(time), info: asInfo(info), entries: entriesOfRead(next) };
}

/** As soon as there are entries behind `after`; none when there were none for `blockMs`. */
export async function waitForEntries(
  client: Redis,
  key: string,
  after: StreamId,
  count: number,
  blockMs: number,
): Promise<readonly StreamEntry[]> {
  return entriesOfRead(await client.call("XREAD", ["COUNT", count, "BLOCK", blockMs, "STREAMS", key, after]));
}

export async function connectionId(client: Redis): Promise<number> {
  return Number(await client.call("CLIENT", "ID"));
}

/** Ends a blocking read on another connection, as if its time were over. @returns whether there was one */
export async function unblock(client: Redis, id: number): Promise<boolean> {
  return Number(await client.call("CLIENT", "UNBLOCK", id)) === 1;
}

type Command = readonly [string, ...(string | number)[]];

/** @returns the reply to each command; an `XINFO` of nothing, which is an error in Redis, as null */
async function transaction(client: Redis, commands: readonly Command[]): Promise<unknown[]> {
  const multi = client.multi();
  for (const [name, ...args] of commands) multi.call(name, ...args);
  const replies = (await multi.exec()) ?? [];
  return replies.map(([error, reply]) => {
    if (error === null) return reply;
    if (error.message.startsWith("ERR no such key")) return null;
    throw error;
  });
}

function asTime(reply: unknown): number {
  const [seconds, microseconds] = Array.isArray(reply) ? reply : [];
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
}

function asInfo(reply: unknown): StreamInfo | null {
  if (!Array.isArray(reply)) return null;
  const value = (name: string): unknown => reply[reply.indexOf(name) + 1];
  const lastId = parseStreamId(String(value("last-generated-id")));
  return lastId && { lastId, added: Number(value("entries-added")) };
}

/** XREAD answers null, or `[[stream, entries]]` for the one stream that was asked for. */
function entriesOfRead(reply: unknown): StreamEntry[] {
  return Array.isArray(reply) && Array.isArray(reply[0]) ? asEntries(reply[0][1]) : [];
}

function asEntries(reply: unknown): StreamEntry[] {
  if (!Array.isArray(reply)) return [];
  const entries: StreamEntry[] = [];
  for (const entry of reply) {
    const [idText, fields] = Array.isArray(entry) ? entry : [];
    const id = parseStreamId(String(idText));
    if (id !== null && Array.isArray(fields)) entries.push({ id, fields });
  }
  return entries;
}
