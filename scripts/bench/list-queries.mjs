// @ts-check
// What the list's queries cost in Postgres when the table holds 100,000 reports:
// `node scripts/bench/list-queries.mjs`. Prints a table for docs/performance.md.
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { providePostgres } from "../test/postgres.mjs";
import { loadCompiled } from "./compiled-modules.mjs";
import { explainer, fillReportTable } from "./report-table.mjs";

const ROWS = 100_000;
const WARM_UP = 10;
const RUNS = 200;
const PER_PAGE = 10;

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @param {readonly number[]} ascending
 * @param {number} share 0 to 1
 */
function quantile(ascending, share) {
  return ascending[Math.ceil(share * ascending.length) - 1] ?? Number.NaN;
}

/**
 * @param {import("../../lib/reports/repository").ReportRepository} repository
 * @returns {[name: string, read: () => Promise<unknown>][]}
 */
function readsOf(repository) {
  const page = (/** @type {number} */ number) => () =>
    repository.openings({ offset: (number - 1) * PER_PAGE, limit: PER_PAGE, total: ROWS });
  return [
    ["list, page 1", page(1)],
    ["list, page 5,000", page(5_000)],
    ["list, page 10,000", page(10_000)],
    ["count", () => repository.count()],
    ["latest report", () => repository.latest()],
    ["neighbours of report 50,000", () => repository.neighbours(50_000, 3)],
  ];
}

/**
 * Prints a row a query: milliseconds in Postgres, all statements of the query together.
 *
 * @param {(read: () => Promise<unknown>) => Promise<import("./report-table.mjs").Plan[]>} explain
 * @param {[name: string, read: () => Promise<unknown>][]} reads
 * @param {string} state of the table
 */
async function measure(explain, reads, state) {
  for (const [name, read] of reads) {
    const times = [];
    for (let run = 0; run < WARM_UP + RUNS; run++) {
      const plans = await explain(read);
      times.push(plans.reduce((sum, plan) => sum + plan["Execution Time"], 0));
    }
    const ascending = times.slice(WARM_UP).sort((a, b) => a - b);
    const figures = [0.5, 0.99].map((share) => quantile(ascending, share).toFixed(2));
    console.log(`| ${name} | ${state} | ${figures.join(" | ")} |`);
  }
}

async function main(/** @type {string} */ url) {
  const names = ["clients/postgres", "clients/migrations", "reports/repository"];
  const [{ createPostgres }, { migrate }, { createReportRepository }] = await loadCompiled(names);
  await migrate(url, join(root, "migrations"));
  const sql = createPostgres(url, { max: 1 });
  try {
    const reads = readsOf(createReportRepository(sql));
    const explain = await explainer(sql);
    await sql`SET statement_timeout = 0`;
    await fillReportTable(sql, ROWS);
    const [server] = await sql`SHOW server_version`;
    const machine = `PostgreSQL ${server?.server_version}, ${cpus()[0]?.model}, ${availableParallelism()} cores`;
    console.log(`\n${ROWS.toLocaleString("en")} reports, ${RUNS} runs, ${machine}\n`);
    console.log("| query | table | median, ms | p99, ms |\n|---|---|---:|---:|");
    await measure(explain, reads, "never vacuumed");
    await sql`VACUUM ANALYZE crypto_report`;
    await measure(explain, reads, "vacuumed");
  } finally {
    await sql.end();
  }
}

const database = await providePostgres();
try {
  await main(database.url);
} finally {
  await database.stop();
}
