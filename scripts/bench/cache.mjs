// @ts-check
// What the cache costs and saves, beside others in the same run: `npm run bench:cache`. Starts a Redis
// of its own. Prints a table for docs/performance.md.
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { redisDriver } from "bentocache/drivers/redis";
import { Cacheable } from "cacheable";
import { build } from "esbuild";
import { Redis } from "ioredis";
import { LRUCache } from "lru-cache";
import { findRedis } from "../test/redis.mjs";
import { startRedisServer } from "../test/redis-server.mjs";

const ROUNDS = 7;
const MEMORY_HITS = 200_000;
const REDIS_HITS = 2_000;
const CALLERS = 1_000;
const LOAD_MS = 20;
const HOUR_MS = 3_600_000;

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A page of the list, about 4 KB. */
const VALUE = { reports: Array.from({ length: 20 }, (_, id) => ({ id, title: "Báo cáo ".repeat(20) })) };

/**
 * One cache under test. `get` gives the value, by `load` when there is none.
 *
 * @typedef {object} Subject
 * @property {string} name
 * @property {(key: string, load: () => Promise<unknown>) => unknown} get
 * @property {(() => void | Promise<void>) | undefined} [forgetMemory] present when there is a tier behind memory
 * @property {() => void | Promise<void>} close
 */

/** Node does not load TypeScript: what is measured here is compiled first. */
async function loadOurs() {
  const outfile = join(root, ".cache", "bench", "cache.mjs");
  await build({
    entryPoints: [join(root, "lib/cache/index.ts")],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}

/**
 * @param {string} url
 * @returns {Promise<Subject>}
 */
async function ours(url) {
  const { createTieredCache, defineKeys, mediumTerm } = await loadOurs();
  const create = async () => {
    const cache = createTieredCache({ redis: url });
    await cache.start();
    return cache;
  };
  let cache = await create();
  const keyOf = defineKeys("bench", 1);
  /** @type {Map<string, string>} */
  const keys = new Map();
  return {
    name: "ours",
    // A caller builds its key once too.
    get: (name, load) => {
      let key = keys.get(name);
      if (key === undefined) {
        key = keyOf(name);
        keys.set(name, /** @type {string} */ (key));
      }
      return cache.getOrLoad(key, mediumTerm, load);
    },
    forgetMemory: async () => {
      await cache.close();
      cache = await create();
    },
    close: () => cache.close(),
  };
}

/**
 * @param {string} url
 * @returns {Promise<Subject>}
 */
async function bento(url) {
  const connection = new Redis(url);
  const create = () =>
    new BentoCache({
      default: "two",
      stores: {
        two: bentostore()
          .useL1Layer(memoryDriver({ maxSize: "64mb", maxItems: 2_000 }))
          .useL2Layer(redisDriver({ connection })),
      },
    });
  let cache = create();
  return {
    name: "bentocache",
    get: (key, factory) => cache.getOrSet({ key, ttl: HOUR_MS, factory }),
    forgetMemory: () => {
      cache = create();
    },
    close: () => connection.disconnect(),
  };
}

/**
 * Cacheable's own Redis store brings a client of its own; a Map stands for it, so that no row "Redis" is made.
 *
 * @returns {Promise<Subject>}
 */
async function cacheable() {
  const cache = new Cacheable({ ttl: HOUR_MS });
  return {
    name: "cacheable",
    get: (key, load) => cache.getOrSet(key, load, { ttl: HOUR_MS }),
    close: () => cache.disconnect(),
  };
}

/** @returns {Promise<Subject>} */
async function lruFetch() {
  /** @type {LRUCache<string, object, { load: () => Promise<unknown> }>} */
  const cache = new LRUCache({
    max: 2_000,
    ttl: HOUR_MS,
    fetchMethod: async (_key, _old, { context }) => /** @type {object} */ (await context.load()),
  });
  return {
    name: "lru-cache fetch",
    get: (key, load) => cache.fetch(key, { context: { load } }),
    close: () => {},
  };
}

/** @returns {Promise<Subject>} */
async function bareLru() {
  /** @type {LRUCache<string, object>} */
  const cache = new LRUCache({ max: 2_000 });
  return {
    name: "bare lru-cache get and a promise",
    get: (key, load) => {
      const value = cache.get(key);
      if (value !== undefined) return Promise.resolve(value);
      return load().then((loaded) => {
        cache.set(key, /** @type {object} */ (loaded));
        return loaded;
      });
    },
    close: () => {},
  };
}

const loadValue = async () => VALUE;

/**
 * @param {Subject} subject
 * @returns {Promise<number>} nanoseconds a call
 */
async function memoryHit(subject) {
  await subject.get("hot", loadValue);
  const startedAt = process.hrtime.bigint();
  for (let call = 0; call < MEMORY_HITS; call++) await subject.get("hot", loadValue);
  return Number(process.hrtime.bigint() - startedAt) / MEMORY_HITS;
}

/**
 * @param {Subject} subject
 * @returns {Promise<number>} microseconds a call
 */
async function redisHit(subject) {
  const name = (/** @type {number} */ id) => `redis-${id % 500}`;
  for (let id = 0; id < 500; id++) await subject.get(name(id), loadValue);
  await sleep(300);
  let micros = 0;
  for (let call = 0; call < REDIS_HITS; call += 500) {
    await subject.forgetMemory?.();
    const startedAt = process.hrtime.bigint();
    for (let id = 0; id < 500; id++) await subject.get(name(id), loadValue);
    micros += Number(process.hrtime.bigint() - startedAt) / 1_000;
  }
  return micros / REDIS_HITS;
}

let colds = 0;

/**
 * @param {Subject} subject
 * @param {boolean} failing
 * @returns {Promise<{ loads: number, ms: number }>}
 */
async function cold(subject, failing) {
  const key = `cold-${colds++}`;
  let loads = 0;
  const load = async () => {
    loads++;
    await sleep(LOAD_MS);
    if (failing) throw new Error("the loader failed");
    return VALUE;
  };
  const startedAt = performance.now();
  await Promise.allSettled(Array.from({ length: CALLERS }, async () => subject.get(key, load)));
  return { loads, ms: performance.now() - startedAt };
}

/**
 * What a call takes beyond its loader, which returns at once, when Redis has stopped answering.
 *
 * @param {import("../test/redis-server.mjs").RedisServer} redis
 * @returns {Promise<number[]>} milliseconds, ascending
 */
async function whilePaused(redis) {
  const subject = await ours(redis.url);
  await subject.get("before", loadValue);
  redis.pause();
  const times = [];
  for (let id = 0; id < 1_000; id++) {
    const startedAt = performance.now();
    await subject.get(`paused-${id}`, loadValue);
    times.push(performance.now() - startedAt);
  }
  redis.resume();
  await subject.close();
  return times.sort((a, b) => a - b);
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** @typedef {{ hit: number[], redis: number[], coldMs: number[], loads: number[], failedLoads: number[] }} Measured */

const binary = findRedis();
if (binary === undefined) throw new Error("No redis-server: install it, or set REDIS_SERVER_PATH");
const server = await startRedisServer(binary.path);
/** @type {Subject[]} */
const subjects = [];
try {
  subjects.push(
    await bareLru(),
    await ours(server.url),
    await lruFetch(),
    await bento(server.url),
    await cacheable(),
  );
  /** @type {Map<Subject, Measured>} */
  const results = new Map(
    subjects.map((subject) => [subject, { hit: [], redis: [], coldMs: [], loads: [], failedLoads: [] }]),
  );
  // One round of each in turn, so that what else the machine does falls on all of them; the first warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [subject, measured] of results) {
      const hit = await memoryHit(subject);
      const redis = subject.forgetMemory ? await redisHit(subject) : Number.NaN;
      const good = await cold(subject, false);
      const failing = await cold(subject, true);
      if (round === 0) continue;
      measured.hit.push(hit);
      measured.redis.push(redis);
      measured.coldMs.push(good.ms);
      measured.loads.push(good.loads);
      measured.failedLoads.push(failing.loads);
    }
  }
  const baseline = median(results.get(/** @type {Subject} */ (subjects[0]))?.hit ?? []);
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `Node ${process.version}, ${binary.version}, ${cpus()[0]?.model}, ${availableParallelism()} cores, load ${load}`,
  );
  console.log(
    `Medians of ${ROUNDS} rounds; cold: ${CALLERS.toLocaleString("en")} callers, a load takes ${LOAD_MS} ms.\n`,
  );
  console.log(
    "| cache | memory hit, ns | of the bare one | Redis hit, µs | cold, ms | loads | loads when failing | fewer loads |",
  );
  console.log("|---|---:|---:|---:|---:|---:|---:|---:|");
  for (const [subject, measured] of results) {
    const hit = median(measured.hit);
    const loads = median(measured.loads);
    const failed = median(measured.failedLoads);
    const fewer = 100 * (1 - Math.max(loads, failed) / CALLERS);
    const redis = subject.forgetMemory ? median(measured.redis).toFixed(0) : "";
    const cells = [
      subject.name,
      hit.toFixed(0),
      `${(hit / baseline).toFixed(2)} ×`,
      redis,
      median(measured.coldMs).toFixed(0),
      loads.toLocaleString("en"),
      failed.toLocaleString("en"),
      `${fewer.toFixed(1)} %`,
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  const paused = await whilePaused(server);
  const [slowest, usual] = [paused.at(-1), median(paused)].map((ms) => ms?.toFixed(2));
  console.log(
    `\nRedis paused, deadline 100 ms, 1,000 calls with an immediate loader: slowest ${slowest} ms, median ${usual} ms.`,
  );
} finally {
  for (const subject of subjects) await subject.close();
  await server.stop();
}
