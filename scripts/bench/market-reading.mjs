// @ts-check
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { findRedis } from "../test/redis.mjs";
import { startRedisServer } from "../test/redis-server.mjs";
import { loadCompiled } from "./compiled-modules.mjs";
import { FLAT_FIELDS, JSON_FIELDS, STREAM } from "./market-entries.mjs";
import { quantile } from "./statistics.mjs";

const ENTRIES = 100_000;
const REREADS = 500;

/**
 * Reads a stream that is full before the reader sees it.
 *
 * @param {Redis} client
 * @param {string} url
 * @param {readonly string[]} fields
 */
async function measureReading(client, url, fields) {
  const [{ createHub }, { createStreamReader }] = await loadCompiled(["market/hub", "market/stream-reader"]);
  const key = `filled-${fields.length}`;
  for (let added = 0; added < ENTRIES; added += 1_000) {
    const batch = client.pipeline();
    for (let index = 0; index < 1_000; index++) batch.xadd(key, "*", ...fields);
    await batch.exec();
  }
  const elapsed = () => performance.now();
  const hub = createHub({ origin: "stream", staleMs: 60_000, historyEntries: 2_000, now: Date.now, elapsed });
  const reader = createStreamReader({ url, key: STREAM, historyEntries: 2_000 });
  await reader.start(hub);
  const begin = { at: performance.now(), cpu: process.cpuUsage() };
  await client.rename(key, STREAM);
  while (hub.status().snapshots < ENTRIES) await sleep(1);
  const seconds = (performance.now() - begin.at) / 1_000;
  const { user, system } = process.cpuUsage(begin.cpu);
  const rereads = [];
  for (let count = 0; count < REREADS; count++) {
    const at = performance.now();
    await reader.reread();
    rereads.push(performance.now() - at);
  }
  await reader.close();
  await client.del(STREAM);
  rereads.sort((one, other) => one - other);
  return { perSecond: ENTRIES / seconds, perCpuSecond: ENTRIES / ((user + system) / 1e6), rereads };
}

/**
 * How fast the market's stream is read, in either encoding, with a Redis of its own.
 *
 * @returns {Promise<string>} a table
 */
export async function readingTable() {
  const binary = findRedis();
  if (binary === undefined) throw new Error("No redis-server: install it, or set REDIS_SERVER_PATH");
  const redis = await startRedisServer(binary.path);
  const client = new Redis(redis.port, "127.0.0.1");
  const whole = (/** @type {number} */ number) => Math.round(number).toLocaleString("en");
  const lines = [
    "| encoding | entries a second | entries a second of CPU | reread, median ms | p99 ms |",
    "|---|---:|---:|---:|---:|",
  ];
  try {
    for (const [name, fields] of /** @type {const} */ ([
      ["one field with JSON", JSON_FIELDS],
      ["a field for each key", FLAT_FIELDS],
    ])) {
      const { perSecond, perCpuSecond, rereads } = await measureReading(client, redis.url, fields);
      const times = [0.5, 0.99].map((share) => quantile(rereads, share).toFixed(2));
      lines.push(`| ${[name, whole(perSecond), whole(perCpuSecond), ...times].join(" | ")} |`);
    }
    return lines.join("\n");
  } finally {
    client.disconnect();
    await redis.stop();
  }
}
