import { Redis, type RedisOptions } from "ioredis";
import type { CacheOptions } from "./cache";
import type { Script } from "./lua";

const CONNECT_TIMEOUT_MS = 1_000;
/** From the socket being open to the server having answered the greeting; ioredis itself has no limit. */
const HANDSHAKE_TIMEOUT_MS = 300;
const LONGEST_RECONNECT_MS = 250;

/** What the cache relies on: fail at once rather than queue, never send a command twice, reconnect for ever. */
const OPTIONS = {
  lazyConnect: true,
  enableOfflineQueue: false,
  enableReadyCheck: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: CONNECT_TIMEOUT_MS,
  retryStrategy: (attempt: number) => Math.min(25 * attempt, LONGEST_RECONNECT_MS),
} satisfies RedisOptions;

export function createClient(redis: NonNullable<CacheOptions["redis"]>): Redis {
  const client = typeof redis === "string" ? new Redis(redis, OPTIONS) : redis(OPTIONS);
  // Each failing command tells its own error; without a listener ioredis prints these too.
  client.on("error", () => {});
  let giveUp: NodeJS.Timeout | undefined;
  client.on("connect", () => {
    giveUp = setTimeout(() => dropConnection(client), HANDSHAKE_TIMEOUT_MS);
  });
  client.on("ready", () => clearTimeout(giveUp));
  client.on("close", () => clearTimeout(giveUp));
  return client;
}

/**
 * Rejects all that waits for a reply, and lets ioredis connect anew. `client.disconnect(true)` would
 * first wait two seconds for a silent server to close its end.
 */
export function dropConnection(client: Redis): void {
  if (client.status === "connect" || client.status === "ready") client.stream.destroy();
}

/** Connects, or goes on trying in the background. */
export async function connect(client: Redis): Promise<void> {
  if (client.status === "wait") await client.connect().catch(() => {});
}

/** Sends the script's hash, and its source only to a server that does not know it. Strings come as Buffers. */
export async function runScript(
  client: Redis,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  try {
    return await client.callBuffer("EVALSHA", [script.sha, script.keys, ...keys, ...args]);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return client.callBuffer("EVAL", [script.source, script.keys, ...keys, ...args]);
  }
}
