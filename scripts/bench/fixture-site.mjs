// @ts-check
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { provideDatabases } from "./databases.mjs";
import { startProductionServer } from "./production-server.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

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
 * Creates the table of reports and fills it.
 *
 * @param {import("postgres").Sql} sql
 * @param {readonly ReportRow[]} rows
 */
export async function insertRows(sql, rows) {
  await sql.file(join(root, "migrations/001_crypto_report.sql"));
  for (const row of rows) await sql`INSERT INTO crypto_report ${sql(row)}`;
}

/**
 * Starts the production build on a throw-away database that holds `rows`, and waits until it is ready.
 *
 * @param {readonly ReportRow[]} rows
 * @returns {Promise<{ url: string, stop(): Promise<void> }>} origin without a trailing slash
 * @throws {import("./production-server.mjs").SiteStartError}
 */
export async function startFixtureSite(rows) {
  const databases = await provideDatabases();
  /** @type {import("./production-server.mjs").ProductionServer | undefined} */
  let site;
  const stop = async () => {
    await site?.stop();
    await databases.stop();
  };
  try {
    const databaseUrl = await databases.create((sql) => insertRows(sql, rows));
    site = await startProductionServer({ databaseUrl });
    return { url: site.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The processor, and how many of them: figures mean little without it. */
export function machine() {
  return `${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.versions.node}`;
}
