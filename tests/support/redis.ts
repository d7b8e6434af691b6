import { Redis } from "ioredis";
import { findRedis } from "../../scripts/test/redis.mjs";
import { type RedisServer, startRedisServer } from "../../scripts/test/redis-server.mjs";

export interface TestRedis extends RedisServer {
  /** A client of its own, closed by `stop`. */
  connect(): Redis;
}

/** Starts an empty Redis server of its own: the one in `REDIS_SERVER_PATH`, else one that is installed. */
export async function startRedis(settings?: Readonly<Record<string, string>>): Promise<TestRedis> {
  const binary = findRedis();
  if (binary === undefined)
    throw new Error("No redis-server: run `npm run test:integration`, which installs it");
  const server = await startRedisServer(binary.path, settings);
  const clients = new Set<Redis>();
  return {
    ...server,
    connect() {
      const client = new Redis(server.port, "127.0.0.1");
      client.on("error", () => {});
      clients.add(client);
      return client;
    },
    async stop() {
      for (const client of clients) client.disconnect();
      await server.stop();
    },
  };
}
