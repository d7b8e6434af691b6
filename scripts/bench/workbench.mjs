// @ts-check
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { findRedis } from "../test/redis.mjs";
import { startRedisServer } from "../test/redis-server.mjs";
import { divideCores } from "./cores.mjs";
import { provideDatabases } from "./databases.mjs";
import { machine } from "./fixture-site.mjs";
import { findLoadGenerator } from "./load.mjs";
import { processorSeconds, untilIdle } from "./processor-time.mjs";
import { startProductionServer } from "./production-server.mjs";

/** Of the admin endpoints of every server here. */
export const ADMIN_SECRET = "a secret of the benchmark alone";

/**
 * @typedef {import("./production-server.mjs").ProductionServer} ProductionServer
 * @typedef {Omit<import("./production-server.mjs").ProductionServerOptions, "pin">} ServerOptions
 *
 * What one server did under load.
 *
 * @typedef {import("./load.mjs").LoadResult & { busy: number }} Run `busy` is the share of the time in which its
 *   threads kept its core busy; NaN if unknown
 */

/**
 * What every measurement of the front server stands on.
 *
 * @typedef {object} Workbench
 * @property {import("./databases.mjs").Databases["create"]} createDatabase
 * @property {(options: ServerOptions) => Promise<ProductionServer & { redisUrl: string }>} startServer
 *   on the core of servers, with a Redis of its own: what one caches or clears does not reach another
 * @property {(answer: Buffer) => Promise<ProductionServer>} startBareServer on the same core; it sends these bytes to
 *   whatever is asked
 * @property {(server: ProductionServer, load: Omit<import("./load.mjs").Load, "url">) => Promise<Run>} run loads a
 *   server, and waits until it has nothing left to do
 * @property {() => string} description machine, versions and who runs where, on one line
 * @property {() => Promise<void>} close stops all that was started, the last first
 */

/** @returns {Promise<Workbench>} */
export async function openWorkbench() {
  const redis = findRedis();
  if (redis === undefined) throw new Error("No redis-server: install it, or set REDIS_SERVER_PATH");
  // Before it is divided: afterwards this process sees only its own part.
  const whole = machine();
  const cores = divideCores();
  const generator = findLoadGenerator();
  const databases = await provideDatabases();
  const stops = [() => databases.stop()];
  return {
    createDatabase: databases.create,
    async startServer(options) {
      const cache = await startRedisServer(redis.path);
      stops.push(() => cache.stop());
      const env = { REDIS_URL: cache.url, AUTO_UPDATE_SECRET_KEY: ADMIN_SECRET, ...options.env };
      const server = await startProductionServer({ ...options, env, pin: cores.forServer });
      stops.push(() => server.stop());
      return { ...server, redisUrl: cache.url };
    },
    async startBareServer(answer) {
      const folder = mkdtempSync(join(tmpdir(), "web-server-report-bare-"));
      stops.push(async () => rmSync(folder, { recursive: true, force: true }));
      const file = join(folder, "answer");
      writeFileSync(file, answer);
      const server = await startProductionServer({
        kind: "bare",
        env: { BENCH_ANSWER: file },
        pin: cores.forServer,
      });
      stops.push(() => server.stop());
      return server;
    },
    async run({ url, pid }, load) {
      const busyBefore = processorSeconds(pid);
      const startedAt = performance.now();
      const result = await generator.run({ url, ...load });
      const busy = (1_000 * (processorSeconds(pid) - busyBefore)) / (performance.now() - startedAt);
      await untilIdle(pid);
      return { ...result, busy };
    },
    description() {
      const load = `load average ${loadavg()[0]?.toFixed(1)}`;
      return [whole, redis.version, generator.name, cores.note, load].join("; ");
    },
    async close() {
      for (const stop of stops.splice(0).reverse()) await stop();
    },
  };
}
