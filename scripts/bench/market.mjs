// @ts-check
// How fast the market's stream is read, and what thousands of clients of events cost:
// `npm run build && node scripts/bench/market.mjs`. Starts a Redis and a Postgres of its own. Prints tables for
// docs/performance.md.
import { connect } from "node:net";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { Redis } from "ioredis";
import { findRedis } from "../test/redis.mjs";
import { startRedisServer } from "../test/redis-server.mjs";
import { fixtureRows, machine, startFixtureSite } from "./fixture-site.mjs";

const ENTRIES = 100_000;
const REREADS = 500;
const CLIENTS = 5_000;
/** Sockets that connect at once: more than the backlog of the server holds would be refused. */
const CONNECTING = 100;
const EVENTS = 30;
const EVENT_INTERVAL_MS = 1_000;
/** Requests for pages that go on all the time beside the clients. */
const VISITORS = 4;
const STREAM = "market_data_stream";
const PATHS = ["/", "/crypto_report", "/api/crypto/dashboard-summary"];

const root = fileURLToPath(new URL("../..", import.meta.url));

const VALUES = {
  ...Object.fromEntries(
    ["btc", "eth", "bnb", "sol", "xrp", "ada", "link"].flatMap((coin) => [
      [`${coin}_price_usd`, 1_234.56],
      [`${coin}_change_24h`, -1.23],
    ]),
  ),
  btc_market_cap_percentage: 57.2,
  eth_market_cap_percentage: 11.6,
  market_cap_usd: 3.1e12,
  volume_24h_usd: 1.2e11,
  market_cap_change_percentage_24h_usd: -0.8,
  fng_value: 42,
  btc_rsi_14: 48.6,
  us_stock_indices: Object.fromEntries(
    ["DIA", "SPY", "QQQM"].map((symbol) => [
      symbol,
      { price: 470.1, change: 1.2, change_percent: 0.26, status: "success", symbol, name: "An index fund" },
    ]),
  ),
  fetch_duration_ms: 812,
  partial_failure: false,
  last_updated: "2026-11-27T08:00:00Z",
  timestamp: "2026-11-27T08:00:00Z",
};
const JSON_FIELDS = ["data", JSON.stringify(VALUES)];
const FLAT_FIELDS = Object.entries(VALUES).flatMap(([name, value]) => [
  name,
  typeof value === "string" ? value : JSON.stringify(value),
]);

/** Node does not load TypeScript: what is measured here is compiled first. */
async function loadMarket() {
  const outdir = join(root, ".cache", "bench");
  await build({
    entryPoints: ["market/hub", "market/stream-reader"].map((name) => join(root, "lib", `${name}.ts`)),
    outdir,
    outbase: join(root, "lib"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  const load = (/** @type {string} */ name) => import(pathToFileURL(join(outdir, `${name}.mjs`)).href);
  const { createHub } = await load("market/hub");
  const { createStreamReader } = await load("market/stream-reader");
  return { createHub, createStreamReader };
}

/**
 * @param {readonly number[]} values
 * @param {number} share 0 to 1
 */
function quantile(values, share) {
  const ascending = [...values].sort((one, other) => one - other);
  return ascending[Math.ceil(share * ascending.length) - 1] ?? Number.NaN;
}

/**
 * Reads a stream that is full before the reader sees it.
 *
 * @param {Redis} client
 * @param {string} url
 * @param {readonly string[]} fields
 */
async function measureReading(client, url, fields) {
  const { createHub, createStreamReader } = await loadMarket();
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
  return { perSecond: ENTRIES / seconds, perCpuSecond: ENTRIES / ((user + system) / 1e6), rereads };
}

/**
 * A client of events that notes when each event came.
 *
 * @param {number} port
 * @param {(id: string) => void} onEvent
 * @returns {Promise<import("node:net").Socket>}
 */
function openClient(port, onEvent) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let rest = "";
    socket.setEncoding("latin1");
    socket.on("error", reject);
    socket.on("data", (/** @type {string} */ text) => {
      rest += text;
      for (let at = rest.indexOf("\n\n"); at >= 0; at = rest.indexOf("\n\n")) {
        const id = /^id: (\S+)$/m.exec(rest.slice(0, at))?.[1];
        if (id !== undefined) onEvent(id);
        rest = rest.slice(at + 2);
      }
      resolve(socket);
    });
    socket.write(`GET /api/crypto/dashboard-summary/stream HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
  });
}

/**
 * Asks for a page again and again until told to stop.
 *
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function visit(url, signal) {
  const times = [];
  while (!signal.aborted) {
    const at = performance.now();
    const response = await fetch(url);
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    times.push(performance.now() - at);
    // Visitors, not a load test: how many requests the server can take is measured elsewhere.
    await sleep(20);
  }
  return times;
}

/**
 * @param {string} url
 * @param {number} forMs
 */
async function visitAll(url, forMs) {
  const signal = AbortSignal.timeout(forMs);
  const visits = Array.from({ length: VISITORS }, (_, index) =>
    visit(url + PATHS[index % PATHS.length], signal),
  );
  return (await Promise.all(visits)).flat();
}

/**
 * @param {Redis} client
 * @param {string} redisUrl
 */
async function measureClients(client, redisUrl) {
  process.env.REDIS_URL = redisUrl;
  const site = await startFixtureSite(fixtureRows());
  const port = Number(new URL(site.url).port);
  const resident = async () => {
    const metrics = await (await fetch(`${site.url}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]) / 1e6;
  };
  /** @type {import("node:net").Socket[]} */
  const sockets = [];
  try {
    await client.xadd(STREAM, "*", ...JSON_FIELDS);
    await visitAll(site.url, 5_000);
    const alone = { pages: await visitAll(site.url, 20_000), resident: await resident() };
    /** @type {Map<string, number>} */
    const addedAt = new Map();
    /** @type {number[]} */
    const delays = [];
    const onEvent = (/** @type {string} */ id) => {
      const at = addedAt.get(id);
      if (at !== undefined) delays.push(performance.now() - at);
    };
    while (sockets.length < CLIENTS) {
      const next = Array.from({ length: CONNECTING }, () => openClient(port, onEvent));
      sockets.push(...(await Promise.all(next)));
    }
    const pages = visitAll(site.url, EVENTS * EVENT_INTERVAL_MS);
    for (let event = 0; event < EVENTS; event++) {
      const at = performance.now();
      addedAt.set(String(await client.xadd(STREAM, "*", ...JSON_FIELDS)), at);
      await sleep(EVENT_INTERVAL_MS);
    }
    return { alone, held: { pages: await pages, resident: await resident() }, delays };
  } finally {
    for (const socket of sockets) socket.destroy();
    await site.stop();
  }
}

async function main() {
  const binary = findRedis();
  if (binary === undefined) throw new Error("No redis-server on PATH");
  const redis = await startRedisServer(binary.path);
  const client = new Redis(redis.port, "127.0.0.1");
  const whole = (/** @type {number} */ number) => Math.round(number).toLocaleString("en");
  const ms = (/** @type {number} */ number) => number.toFixed(2);
  try {
    console.log(`${machine()}, ${binary.version}, load average ${loadavg()[0]?.toFixed(1)}\n`);
    console.log("| encoding | entries a second | entries a second of CPU | reread, median ms | p99 ms |");
    console.log("|---|---:|---:|---:|---:|");
    for (const [name, fields] of /** @type {const} */ ([
      ["one field with JSON", JSON_FIELDS],
      ["a field for each key", FLAT_FIELDS],
    ])) {
      const { perSecond, perCpuSecond, rereads } = await measureReading(client, redis.url, fields);
      const times = `${ms(quantile(rereads, 0.5))} | ${ms(quantile(rereads, 0.99))}`;
      console.log(`| ${name} | ${whole(perSecond)} | ${whole(perCpuSecond)} | ${times} |`);
    }
    const { alone, held, delays } = await measureClients(client, redis.url);
    console.log(`\n| clients | pages: median ms | p99 ms | resident MB |\n|---|---:|---:|---:|`);
    for (const [clients, { pages, resident }] of /** @type {const} */ ([
      [0, alone],
      [CLIENTS, held],
    ])) {
      console.log(
        `| ${whole(clients)} | ${ms(quantile(pages, 0.5))} | ${ms(quantile(pages, 0.99))} | ${whole(resident)} |`,
      );
    }
    const share = `${whole(delays.length)} of ${whole(CLIENTS * EVENTS)} events`;
    const times = [0.5, 0.95, 0.99].map((part) => `${whole(quantile(delays, part))} ms`).join(", ");
    console.log(`\n${share} arrived; from XADD to the client, median, p95 and p99: ${times}`);
  } finally {
    client.disconnect();
    await redis.stop();
  }
}

await main();
