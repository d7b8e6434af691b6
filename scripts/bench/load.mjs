// @ts-check
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { findExecutable, pathDirectories } from "../test/executable.mjs";

const script = fileURLToPath(new URL("load.lua", import.meta.url));
/** Seeds of random orders: each load has one of its own, or it would ask for what the last one left cached. */
let seed = 0;
const REQUEST_LIMIT_S = 10;

/**
 * @typedef {{ path: string, headers?: Readonly<Record<string, string>> }} Request
 *
 * @typedef {object} Load
 * @property {string} url origin without a trailing slash
 * @property {readonly [Request, ...Request[]]} requests
 * @property {"in turn" | "random"} [pick] which of several comes next; default `in turn`
 * @property {number} connections kept alive, each with one request at a time
 * @property {number} [pauseMs] so long each waits after an answer, on average; default 0
 * @property {number} seconds
 *
 * @typedef {object} LoadResult
 * @property {number} requests answered whole
 * @property {number} requestsPerSecond
 * @property {number} p50Ms until the last byte of an answer
 * @property {number} p99Ms
 * @property {number} bytes heads included, and what had come of answers that were cut off at the end
 * @property {number} bytesPerSecond
 * @property {number} errors answers that did not come, and those of status 400 and above
 *
 * @typedef {{ name: string, run(load: Load): Promise<LoadResult> }} LoadGenerator
 */

/**
 * wrk where it is installed, which costs its core the least, else autocannon.
 *
 * @returns {LoadGenerator}
 */
export function findLoadGenerator() {
  const wrk = findExecutable(["wrk"], pathDirectories(process.env));
  if (!wrk) return { name: "autocannon", run: runAutocannon };
  // It prints its version and, for lack of a URL, how it is used, and exits with 1.
  const version = /^wrk (?:debian\/)?(\d[\d.]*)/.exec(
    spawnSync(wrk, ["-v"], { encoding: "utf8" }).stdout,
  )?.[1];
  return { name: `wrk ${version ?? ""}`.trim(), run: (load) => runWrk(wrk, load) };
}

/**
 * @param {string} wrk
 * @param {Load} load
 * @returns {Promise<LoadResult>}
 */
async function runWrk(wrk, { url, requests, pick = "in turn", connections, pauseMs = 0, seconds }) {
  const folder = mkdtempSync(join(tmpdir(), "web-server-report-load-"));
  try {
    const file = join(folder, "requests");
    writeFileSync(file, requests.map(asLine).join("\n"));
    const limits = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", `${REQUEST_LIMIT_S}s`];
    const child = spawn(wrk, [...limits, "-s", script, url], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        BENCH_REQUESTS: file,
        BENCH_PICK: pick,
        BENCH_PAUSE_MS: `${pauseMs}`,
        BENCH_SEED: `${++seed}`,
      },
    });
    const output = await text(child.stdout);
    const line = output.split("\n").find((each) => each.startsWith("{"));
    if (line === undefined) throw new Error(`wrk told no figures:\n${output}`);
    const told = JSON.parse(line);
    return {
      requests: told.requests,
      requestsPerSecond: told.requests / told.seconds,
      p50Ms: told.p50Ms,
      p99Ms: told.p99Ms,
      bytes: told.bytes,
      bytesPerSecond: told.bytes / told.seconds,
      errors: told.failed + told.refused,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {Request} request */
function asLine({ path, headers = {} }) {
  return [path, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join("\t");
}

/**
 * @param {Load} load
 * @returns {Promise<LoadResult>}
 */
async function runAutocannon({ url, requests, pick = "in turn", connections, pauseMs = 0, seconds }) {
  // @ts-expect-error the package has no types
  const { default: autocannon } = await import("autocannon");
  let turn = 0;
  const next = () => {
    const index = pick === "random" ? Math.floor(Math.random() * requests.length) : turn++ % requests.length;
    return requests[index] ?? requests[0];
  };
  const [only] = requests;
  const asked =
    requests.length === 1
      ? [only]
      : [{ setupRequest: (/** @type {object} */ request) => ({ ...request, ...next() }) }];
  const told = await autocannon({
    url,
    connections,
    duration: seconds,
    timeout: REQUEST_LIMIT_S,
    // It knows no pauses, but a rate; where answers are fast, that is the same.
    ...(pauseMs > 0 && { overallRate: Math.ceil((1_000 * connections) / pauseMs) }),
    requests: asked,
  });
  return {
    requests: told.requests.total,
    requestsPerSecond: told.requests.total / told.duration,
    p50Ms: told.latency.p50,
    p99Ms: told.latency.p99,
    bytes: told.throughput.total,
    bytesPerSecond: told.throughput.total / told.duration,
    errors: told.errors + told["4xx"] + told["5xx"],
  };
}
