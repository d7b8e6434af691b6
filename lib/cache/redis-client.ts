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

/** Clients whose latest answer to a greeting was that the login or the database is refused. */
const refused = new WeakSet<Redis>();

/** Whether Redis can be reached, and does not take this client in. */
export function isRefused(client: Redis): boolean {
  return refused.has(client);
}

/** An answer to the greeting: a wrong password, none where one is needed, or a database that is not there. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== "ReplyError") return false;
  const command = (error as { command?: { name?: string } }).command?.name;
  return command === "select" || /^(?:WRONGPASS|NOAUTH|NOPERM|ERR invalid password)/.test(error.message);
}

export function createClient(redis: NonNullable<CacheOptions["redis"]>): Redis {
  const options = {
    ...OPTIONS,
    // A handshake without a database ends well for ioredis, which would begin its attempts anew each time.
    retryStrategy: (attempt: number) =>
      refused.has(client) ? LONGEST_RECONNECT_MS : OPTIONS.retryStrategy(attempt),
  };
  const client: Redis = typeof redis === "string" ? new Redis(redis, options) : redis(options);
  // Each failing command tells its own error; without a listener ioredis prints these too.
  client.on("error", (error: unknown) => {
    if (!isRefusal(error)) return;
    refused.add(client);
    // Otherwise ioredis would go on in database 0, among what others keep there.
    dropConnection(client);
  });
  let giveUp: NodeJS.Timeout | undefined;
  client.on("connect", () => {
    giveUp = setTimeout(() => dropConnection(client), HANDSHAKE_TIMEOUT_MS);
  });
  client.on("ready", () => {
    clearTimeout(giveUp);
    if (!client.stream.destroyed) refused.delete(client);
  });
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
