// @ts-check
import { fixtureRows, insertRows } from "./fixture-site.mjs";
import { insertShortReports } from "./report-table.mjs";
import { median } from "./statistics.mjs";
import { BROWSER } from "./workload.mjs";
import { REPORT } from "./workloads.mjs";

const FEW = 100;
const PER_PAGE = 10;
const WARM_UP_S = 2;
const headers = { "Accept-Encoding": BROWSER };

/**
 * @typedef {import("./load.mjs").Request} Request
 * @typedef {{ name: string, requests: [Request, ...Request[]] }} Mix requests drawn uniformly
 */

/**
 * @param {number} reports in the database, ids from 1
 * @returns {Mix[]}
 */
function mixes(reports) {
  /** @type {(prefix: string, count: number) => [Request, ...Request[]]} */
  const numbered = (prefix, count) => [
    { path: `${prefix}1`, headers },
    ...Array.from({ length: count - 1 }, (_, index) => ({ path: `${prefix}${index + 2}`, headers })),
  ];
  return [
    { name: "report page", requests: [{ path: REPORT, headers }] },
    { name: "home", requests: [{ path: "/", headers }] },
    { name: "list, page 1", requests: [{ path: "/crypto_reports_list", headers }] },
    { name: "any page of the list", requests: numbered("/crypto_reports_list?page=", reports / PER_PAGE) },
    { name: "any report", requests: numbered("/crypto_report/", reports) },
  ];
}

/**
 * The site with many reports in its database beside the site with a hundred, in turns.
 *
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("./comparison.mjs").ComparisonOptions & { reports: number }} options
 * @returns {Promise<{ table: string, raw: unknown }>}
 */
export async function measureManyReports(workbench, options) {
  const { reports, runs, seconds, connections, isWanted } = options;
  const sides = [];
  for (const count of [FEW, reports]) {
    const databaseUrl = await workbench.createDatabase((sql) => fill(sql, count));
    sides.push({ count, server: await workbench.startServer({ databaseUrl }), mixes: mixes(count) });
  }
  const raw = [];
  for (const { name } of mixes(FEW).filter((mix) => isWanted(mix.name))) {
    console.error(name);
    const measured = sides.map(({ count, server, mixes }) => {
      const requests = mixes.find((mix) => mix.name === name)?.requests ?? [{ path: "/" }];
      const load = { requests, pick: /** @type {const} */ ("random"), connections };
      /** @type {import("./workbench.mjs").Run[]} */
      const results = [];
      return { count, server, load, results };
    });
    for (const { server, load } of measured) await workbench.run(server, { ...load, seconds: WARM_UP_S });
    for (let turn = 0; turn < runs; turn++) {
      for (const { server, load, results } of measured) {
        results.push(await workbench.run(server, { ...load, seconds }));
      }
    }
    raw.push({ name, measured: measured.map(({ count, results }) => ({ count, results })) });
  }
  const rows = raw.map(({ name, measured }) => {
    const rates = measured.map(({ results }) => median(results.map((result) => result.requestsPerSecond)));
    const cells = measured.flatMap(({ results }, index) => [
      Math.round(rates[index] ?? Number.NaN).toLocaleString("en"),
      median(results.map((result) => result.p99Ms)).toFixed(1),
      `${results.reduce((sum, result) => sum + result.errors, 0)}`,
    ]);
    const [few = Number.NaN, many = Number.NaN] = rates;
    return `| ${name} | ${cells.join(" | ")} | ${few > 0 ? `${((100 * many) / few).toFixed(0)} %` : ""} |`;
  });
  const figures = "requests/s | p99, ms | errors";
  const table = [
    `| | ${FEW} reports: ${figures} | ${reports.toLocaleString("en")} reports: ${figures} | of it |`,
    "|---|---:|---:|---:|---:|---:|---:|---:|",
    ...rows,
  ];
  return { table: table.join("\n"), raw };
}

/**
 * The fixtures are the newest, and reports 1, 2, 3 …; the rest is older and short.
 *
 * @param {import("postgres").Sql} sql
 * @param {number} count
 */
async function fill(sql, count) {
  const rows = fixtureRows();
  await insertRows(sql, rows);
  await insertShortReports(sql, count - rows.length);
  await sql`VACUUM ANALYZE crypto_report`;
}
