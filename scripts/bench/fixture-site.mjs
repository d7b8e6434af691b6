// @ts-check
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { serverArguments } from "../server-command.mjs";
import { providePostgres } from "../test/postgres.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const startLimitMs = 120_000;

/** The site did not come up. The message holds what it printed. */
export class SiteStartError extends Error {
  code = "SITE_START_FAILED";
  /** @override */
  name = "SiteStartError";
}

/** @typedef {{ html_content: string, created_at: string } & Record<string, unknown>} ReportRow */

/**
 * The fixture reports in the order of their file names: rows 1, 2, 3 …
 *
 * @returns {ReportRow[]}
 */
export function fixtureRows() {
  const folder = join(root, "tests/fixtures/reports");
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
}

/**
 * Starts the production build on a throw-away database that holds `rows`, and waits until it is ready.
 *
 * @param {readonly ReportRow[]} rows
 * @returns {Promise<{ url: string, stop(): Promise<void> }>} origin without a trailing slash
 * @throws {SiteStartError}
 */
export async function startFixtureSite(rows) {
  const data = mkdtempSync(join(tmpdir(), "web-server-report-bench-"));
  const database = await providePostgres();
  /** @type {import("node:child_process").ChildProcess | undefined} */
  let site;
  const stop = async () => {
    if (site && site.exitCode === null && site.signalCode === null) {
      const stopped = once(site, "exit");
      site.kill("SIGTERM");
      await stopped;
    }
    await database.stop();
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await insertRows(database.url, rows);
    site = spawn(process.execPath, serverArguments, {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        NODE_ENV: "production",
        HOST: "127.0.0.1",
        PORT: "0",
        SITE_URL: "",
        DATABASE_URL: database.url,
        DATA_DIR: data,
      },
    });
    return { url: await readyUrl(site), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The processor, and how many of them: figures mean little without it. */
export function machine() {
  return `${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.versions.node}`;
}

/**
 * @param {string} url
 * @param {readonly ReportRow[]} rows
 */
async function insertRows(url, rows) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.file(join(root, "migrations/001_crypto_report.sql"));
    for (const row of rows) await sql`INSERT INTO crypto_report ${sql(row)}`;
  } finally {
    await sql.end();
  }
}

/**
 * @param {import("node:child_process").ChildProcess} site
 * @returns {Promise<string>}
 */
function readyUrl(site) {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (/** @type {string} */ reason) =>
      reject(new SiteStartError(`The site ${reason}:\n${output}`));
    site.stdout?.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      output += text;
      const url = /ready at (http:\/\/localhost:\d+)\D/.exec(output)?.[1];
      if (url) resolve(url);
    });
    site.once("close", () => fail("stopped; run `npm run build` first"));
    setTimeout(() => fail(`was not ready after ${startLimitMs} ms`), startLimitMs).unref();
  });
}
