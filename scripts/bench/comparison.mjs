// @ts-check
import { countRenders } from "./count-renders.mjs";
import { fixtureRows, insertRows } from "./fixture-site.mjs";
import { CALLERS, stampede } from "./stampede.mjs";
import { ADMIN_SECRET } from "./workbench.mjs";
import { BROWSER, check, isSameAnswer, rawAnswer } from "./workload.mjs";
import { REPORT, workloads } from "./workloads.mjs";

/** Before a server's first figure of a line: its code is compiled, its memory grown. */
const WARM_UP_S = 2;
/** Of a run. */
const ATTEMPTS = 3;
const STAMPEDE = `cold stampede, ${CALLERS.toLocaleString("en")} requests`;

/**
 * One run of one server; a stampede has no bytes, and its `requestsPerSecond` counts until the last answer.
 *
 * @typedef {Pick<import("./workbench.mjs").Run, "requestsPerSecond" | "p50Ms" | "p99Ms" | "bytesPerSecond" | "errors" | "busy">} Run
 *
 * A line of the table for one server.
 *
 * @typedef {{ answer: string, runs: Run[] }} Side `answer` is what was timed, or why nothing was
 * @typedef {{ name: string, site: Side, bare: Side, next: Side }} Line `bare` is a server that does nothing but send
 *   the bytes of the site's answer
 *
 * @typedef {object} ComparisonOptions
 * @property {number} runs
 * @property {number} seconds
 * @property {number} connections
 * @property {(name: string) => boolean} isWanted
 */

/**
 * The site beside plain `next start` of the same build, and beside the least that a server can do: one run of each in turn,
 * so that what else the machine does falls on all. They run all the time, and wait while another is loaded.
 *
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {ComparisonOptions} options
 * @returns {Promise<Line[]>}
 */
export async function compare(workbench, options) {
  const databaseUrl = await workbench.createDatabase((sql) => insertRows(sql, fixtureRows()));
  const servers = {
    site: await workbench.startServer({ databaseUrl }),
    next: await workbench.startServer({ databaseUrl, kind: "next start" }),
  };
  /** @type {Line[]} */
  const lines = [];
  for (const workload of workloads().filter(({ name }) => options.isWanted(name))) {
    console.error(workload.name);
    const site = await prepare(workbench, servers.site, workload, true, options);
    const next = await prepare(workbench, servers.next, workload, false, options);
    const bare = await prepareBare(workbench, servers.site, workload, options);
    for (let run = 0; run < options.runs; run++) {
      await site.run();
      await bare.run();
      await next.run();
    }
    await bare.stop();
    lines.push({ name: workload.name, site: site.side, bare: bare.side, next: next.side });
  }
  if (options.isWanted(STAMPEDE))
    lines.push(await compareStampedes(workbench, servers, databaseUrl, options));
  return lines;
}

/**
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("./production-server.mjs").ProductionServer} server
 * @param {import("./workload.mjs").Workload} workload
 * @param {boolean} isStrict
 * @param {ComparisonOptions} options
 * @returns {Promise<{ side: Side, run(): Promise<void> }>} `run` adds one to `side.runs`, if there is one to make
 */
async function prepare(workbench, server, workload, isStrict, { seconds, connections }) {
  const first = await check(server.url, workload, isStrict);
  if ("none" in first) return { side: { answer: `none: ${first.none}`, runs: [] }, run: async () => {} };
  await workbench.run(server, { requests: [first.request], connections, seconds: WARM_UP_S });
  // Once more: what is asked for often is compressed better, which is another answer.
  let { request, answer } = await checkAgain(server, workload, isStrict);
  /** @type {Side} */
  const side = { answer: describe(answer), runs: [] };
  return {
    side,
    async run() {
      for (let attempt = 1; ; attempt++) {
        const result = await workbench.run(server, { requests: [request], connections, seconds });
        if (isSameAnswer(answer, result, connections)) return void side.runs.push(result);
        const came = Math.round(result.bytes / result.requests);
        if (attempt === ATTEMPTS)
          throw new Error(`${workload.name}: ${came} bytes an answer under load, ${answer.bytes} before`);
        // The page was rendered anew meanwhile, as it is every few minutes, and has another ETag.
        ({ request, answer } = await checkAgain(server, workload, isStrict));
      }
    },
  };
}

/**
 * @param {import("./production-server.mjs").ProductionServer} server
 * @param {import("./workload.mjs").Workload} workload
 * @param {boolean} isStrict
 */
async function checkAgain(server, workload, isStrict) {
  const checked = await check(server.url, workload, isStrict);
  if ("none" in checked) throw new Error(`${workload.name}: ${checked.none}, which came before`);
  return checked;
}

/**
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("./production-server.mjs").ProductionServer} site that is warm
 * @param {import("./workload.mjs").Workload} workload
 * @param {ComparisonOptions} options
 * @returns {Promise<{ side: Side, run(): Promise<void>, stop(): Promise<void> }>}
 */
async function prepareBare(workbench, site, workload, { seconds, connections }) {
  const { request, answer } = await checkAgain(site, workload, true);
  const server = await workbench.startBareServer(await rawAnswer(site.url, request, answer));
  const load = { requests: /** @type {[typeof request]} */ ([request]), connections };
  await workbench.run(server, { ...load, seconds: WARM_UP_S });
  /** @type {Side} */
  const side = { answer: describe(answer), runs: [] };
  return {
    side,
    run: async () => void side.runs.push(await workbench.run(server, { ...load, seconds })),
    stop: server.stop,
  };
}

/** @param {import("./workload.mjs").Answer} answer */
function describe({ status, encoding, bytes }) {
  return status === 304 ? "304" : `${encoding}, ${(bytes / 1024).toFixed(1)} KB`;
}

/**
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {Record<"site" | "next", import("./production-server.mjs").ProductionServer>} servers
 * @param {string} databaseUrl
 * @param {ComparisonOptions} options
 * @returns {Promise<Line>}
 */
async function compareStampedes(workbench, servers, databaseUrl, { runs }) {
  console.error(STAMPEDE);
  const run = async (/** @type {string} */ url) => {
    const result = await stampede(url, REPORT, { "Accept-Encoding": BROWSER }, ADMIN_SECRET);
    const requestsPerSecond = (1_000 * CALLERS) / result.totalMs;
    return { ...result, requestsPerSecond, bytesPerSecond: Number.NaN, busy: Number.NaN };
  };
  /** @type {Line} */
  const line = {
    name: STAMPEDE,
    site: { answer: "", runs: [] },
    bare: { answer: "", runs: [] },
    next: { answer: "", runs: [] },
  };
  for (let turn = 0; turn < runs; turn++) {
    line.site.runs.push(await run(servers.site.url));
    line.next.runs.push(await run(servers.next.url));
  }
  line.site.answer = await countRenders(workbench, { databaseUrl });
  line.next.answer = await countRenders(workbench, { databaseUrl, kind: "next start" });
  return line;
}
