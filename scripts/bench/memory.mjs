// @ts-check
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fixtureRows, insertRows } from "./fixture-site.mjs";
import { median } from "./statistics.mjs";
import { BROWSER } from "./workload.mjs";

const SAMPLE_EVERY_MS = 10_000;

const PATHS = ["/", "/crypto_report", "/crypto_reports_list", "/rss.xml"].flatMap((path) => [
  path,
  path === "/" ? "/en" : `/en${path}`,
]);

/**
 * What visitors, crawlers and feed readers ask for in turn: every page and report in both languages, with
 * and without compression, and pages that are not there.
 *
 * @param {number} reports
 * @returns {[import("./load.mjs").Request, ...import("./load.mjs").Request[]]}
 */
function mixedRequests(reports) {
  const ids = Array.from({ length: reports }, (_, index) => index + 1);
  const pages = [...PATHS, ...ids.flatMap((id) => [`/crypto_report/${id}`, `/en/crypto_report/${id}`])];
  const others = ["/sitemap.xml", "/robots.txt", "/crypto_report/900000", "/nowhere", "/health/live"];
  const compressed = [...pages, ...others].map((path) => ({ path, headers: { "Accept-Encoding": BROWSER } }));
  return [{ path: "/" }, ...pages.map((path) => ({ path })), ...compressed];
}

/**
 * Resident memory of the site while it is loaded, Postgres and Redis being processes of their own.
 *
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {{ minutes: number, connections: number }} options
 * @returns {Promise<{ table: string, raw: unknown }>}
 */
export async function measureMemory({ createDatabase, startServer, run }, { minutes, connections }) {
  const rows = fixtureRows();
  const databaseUrl = await createDatabase((sql) => insertRows(sql, rows));
  const server = await startServer({ databaseUrl });
  const atStart = residentMegabytes(server.pid);
  /** @type {number[]} */
  const samples = [];
  const timer = setInterval(() => {
    samples.push(residentMegabytes(server.pid));
    console.error(`${(samples.length * SAMPLE_EVERY_MS) / 1_000} s: ${samples.at(-1)?.toFixed(0)} MB`);
  }, SAMPLE_EVERY_MS);
  try {
    const requests = mixedRequests(rows.length);
    const { requestsPerSecond } = await run(server, { requests, connections, seconds: minutes * 60 });
    const [first, last] = [samples[0], samples.at(-1)];
    const largest = peakMegabytes(server.pid) ?? Math.max(...samples);
    const figures = [atStart, first, median(samples), last, largest];
    const table = [
      `Resident memory in MB (1,048,576 bytes) over ${minutes} minutes of ${Math.round(requestsPerSecond).toLocaleString("en")} requests/s:`,
      "",
      `| ready | after ${SAMPLE_EVERY_MS / 1_000} s | median | last | largest |`,
      "|---:|---:|---:|---:|---:|",
      `| ${figures.map((value) => value?.toFixed(0)).join(" | ")} |`,
    ];
    return { table: table.join("\n"), raw: { atStart, samples, largest, requestsPerSecond } };
  } finally {
    clearInterval(timer);
  }
}

/**
 * The most that a process ever had, between samples too.
 *
 * @param {number} pid
 * @returns {number | undefined} of 1,048,576 bytes; `undefined` where the kernel does not tell
 */
function peakMegabytes(pid) {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status) && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1];
  return kilobytes ? Number(kilobytes) / 1_024 : undefined;
}

/**
 * @param {number} pid
 * @returns {number} of 1,048,576 bytes
 */
export function residentMegabytes(pid) {
  const { stdout } = spawnSync("ps", ["-o", "rss=", "-p", `${pid}`], { encoding: "utf8" });
  return Number(stdout.trim() || Number.NaN) / 1_024;
}
