// @ts-check
import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { fixtureRows, insertRows } from "./fixture-site.mjs";
import { JSON_FIELDS, STREAM } from "./market-entries.mjs";
import { residentMegabytes } from "./memory.mjs";
import { check } from "./workload.mjs";
import { workloads } from "./workloads.mjs";

/** Five times as often as publishers write. */
const ENTRY_EVERY_MS = 1_000;
const WARM_UP_S = 3;
/** So long a visitor waits between two pages, on average. */
const PAUSE_MS = 100;
/** How long events may be on their way after the last entry. */
const ARRIVAL_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 100;
/** Files that a process opens beside the sockets of the clients and of the load. */
const OTHER_FILES = 500;
const PAGE = "report page, brotli";

const clientsProgram = fileURLToPath(new URL("event-clients.mjs", import.meta.url));

/**
 * @typedef {import("./event-clients.mjs").Received} Received
 * @typedef {import("./workbench.mjs").Workbench} Workbench
 *
 * Clients in a process of their own, on the core of the load.
 *
 * @typedef {object} EventClients
 * @property {number} count
 * @property {() => void} begin forgets what they received
 * @property {(events: number) => Promise<Received>} received waits for so many events, or until there is no more hope
 * @property {() => void} stop
 *
 * @typedef {object} ClientOptions
 * @property {number} clients of the stream of events
 * @property {number} connections of the load
 * @property {number} seconds of each load
 *
 * A line of the table.
 *
 * @typedef {{ load: string, run: import("./workbench.mjs").Run, entries: number, received?: Received }} Line
 */

/**
 * What clients of events cost the production server, and what visitors notice of them: a page out of memory is
 * loaded without clients and with them, while the stream gets an entry a second.
 *
 * @param {Workbench} workbench
 * @param {ClientOptions} options
 * @returns {Promise<string>} a table, and what arrived
 */
export async function measureEventClients(workbench, { clients: count, connections, seconds }) {
  requireOpenFiles(count + connections + OTHER_FILES);
  const databaseUrl = await workbench.createDatabase((sql) => insertRows(sql, fixtureRows()));
  const server = await workbench.startServer({ databaseUrl });
  const redis = new Redis(server.redisUrl);
  /** @type {EventClients | undefined} */
  let clients;
  const requests = await pageRequests(server.url);
  /** @param {string} load @param {number} pauseMs @param {number} forS @returns {Promise<Line>} */
  const measure = async (load, pauseMs, forS) => {
    console.error(`${clients?.count ?? 0} clients, ${load}`);
    clients?.begin();
    const publisher = startPublisher(redis);
    const run = await workbench.run(server, { requests, connections, pauseMs, seconds: forS });
    const entries = await publisher.stop();
    return { load, run, entries, received: await clients?.received(entries * count) };
  };
  /** After a load that is not measured: code is compiled, memory has grown. */
  const measureLoads = async () => [
    await measure("warm-up", 0, WARM_UP_S),
    await measure(`each of ${connections} a page in ${PAUSE_MS} ms`, PAUSE_MS, seconds),
    await measure(`${connections} connections, no pause`, 0, seconds),
  ];
  try {
    await redis.xadd(STREAM, "*", ...JSON_FIELDS);
    const [, ...alone] = await measureLoads();
    const before = residentMegabytes(server.pid);
    clients = await openEventClients(server.url, count);
    const [, ...held] = await measureLoads();
    const after = residentMegabytes(server.pid);
    return [
      "| clients | load of the page | requests/s | p50, ms | p99, ms | core busy | errors | XADD to client: p50, ms | p95, ms |",
      "|---:|---|---:|---:|---:|---:|---:|---:|---:|",
      ...alone.map((line) => asRow("none", line)),
      ...held.map((line) => asRow(whole(count), line)),
      "",
      arrivals(held, count),
      `Resident memory: ${whole(before)} MB before, ${whole(after)} MB with the clients, ` +
        `${(((after - before) * 1_024) / count).toFixed(1)} KB a client.`,
    ].join("\n");
  } finally {
    clients?.stop();
    redis.disconnect();
  }
}

/**
 * Server and clients have a file each for every client.
 *
 * @param {number} wanted
 */
function requireOpenFiles(wanted) {
  // Node itself raises what it may use to the hard limit.
  const { stdout } = spawnSync("sh", ["-c", "ulimit -Hn"], { encoding: "utf8" });
  const limit = Number(stdout.trim());
  if (limit < wanted) {
    throw new Error(
      `a process may open ${limit} files, and this needs ${wanted}: raise the hard limit (\`ulimit -n ${wanted}\` as root), or give fewer --clients`,
    );
  }
}

/**
 * @param {string} url
 * @returns {Promise<import("./load.mjs").Load["requests"]>}
 */
async function pageRequests(url) {
  const workload = workloads().find(({ name }) => name === PAGE);
  if (workload === undefined) throw new Error(`there is no workload "${PAGE}"`);
  const checked = await check(url, workload, true);
  if ("none" in checked) throw new Error(`${PAGE}: ${checked.none}`);
  return [checked.request];
}

/**
 * Adds an entry each second until it is stopped.
 *
 * @param {Redis} redis
 * @returns {{ stop(): Promise<number> }} how many it added, all of them
 */
function startPublisher(redis) {
  /** @type {Promise<unknown>[]} */
  const added = [];
  const timer = setInterval(() => {
    added.push(redis.xadd(STREAM, "MAXLEN", "~", 1_000, "*", ...JSON_FIELDS));
  }, ENTRY_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      return (await Promise.all(added)).length;
    },
  };
}

/**
 * @param {string} url
 * @param {number} count
 * @returns {Promise<EventClients>} when all of them are connected
 */
async function openEventClients(url, count) {
  const child = fork(clientsProgram, [url, `${count}`]);
  const message = async () => {
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the process of the clients ended with ${code}`);
    });
    const [value] = await Promise.race([once(child, "message"), ended]);
    return value;
  };
  await message();
  return {
    count,
    begin: () => void child.send("begin"),
    async received(events) {
      for (const until = performance.now() + ARRIVAL_LIMIT_MS; ; await sleep(LOOK_EVERY_MS)) {
        child.send("tell");
        const received = /** @type {Received} */ (await message());
        if (received.events >= events || performance.now() > until) return received;
      }
    },
    stop: () => void child.kill(),
  };
}

const whole = (/** @type {number} */ number) => Math.round(number).toLocaleString("en");

/**
 * @param {string} clients
 * @param {Line} line
 */
function asRow(clients, { load, run, received }) {
  const times = [run.p50Ms, run.p99Ms].map((ms) => ms.toFixed(1));
  const page = [whole(run.requestsPerSecond), ...times, `${whole(100 * run.busy)} %`, `${run.errors}`];
  const delays = received ? [whole(received.p50Ms), whole(received.p95Ms)] : ["", ""];
  return `| ${[clients, load, ...page, ...delays].join(" | ")} |`;
}

/**
 * @param {readonly Line[]} lines
 * @param {number} clients
 */
function arrivals(lines, clients) {
  const expected = lines.reduce((sum, { entries }) => sum + entries * clients, 0);
  const arrived = lines.reduce((sum, { received }) => sum + (received?.events ?? 0), 0);
  const lost = lines.at(-1)?.received?.lost ?? 0;
  return `${whole(arrived)} of ${whole(expected)} events arrived; ${whole(lost)} clients lost their connection.`;
}
