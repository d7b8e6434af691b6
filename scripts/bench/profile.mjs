// @ts-check
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { selfTimes } from "./cpu-profile.mjs";
import { fixtureRows, insertRows } from "./fixture-site.mjs";
import { check } from "./workload.mjs";
import { workloads } from "./workloads.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const FUNCTIONS = 30;
const WARM_UP_S = 3;

/**
 * Where the main thread of the server spends its time under load, the lines that are wanted one after
 * another.
 *
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("./comparison.mjs").ComparisonOptions} options
 * @returns {Promise<{ table: string, raw: unknown }>}
 */
export async function profile({ createDatabase, startServer, run }, options) {
  const { seconds, connections, isWanted } = options;
  const folder = mkdtempSync(join(tmpdir(), "web-server-report-profile-"));
  try {
    const databaseUrl = await createDatabase((sql) => insertRows(sql, fixtureRows()));
    const startedAt = performance.now();
    const nodeArguments = ["--cpu-prof", `--cpu-prof-dir=${folder}`];
    const server = await startServer({ databaseUrl, nodeArguments });
    /** @type {import("./load.mjs").Request[]} */
    const requests = [];
    for (const workload of workloads().filter(({ name }) => isWanted(name))) {
      const checked = await check(server.url, workload, true);
      if ("none" in checked) console.error(`${workload.name}: none (${checked.none})`);
      else requests.push(checked.request);
    }
    const loadEach = async (/** @type {number} */ each) => {
      for (const request of requests) await run(server, { requests: [request], connections, seconds: each });
    };
    await loadEach(WARM_UP_S);
    const fromMs = performance.now() - startedAt;
    await loadEach(seconds);
    // It writes the profile when it ends.
    await server.stop();
    const functions = selfTimes(readMainThread(folder), { fromMs, root });
    return { table: tableOf(functions.slice(0, FUNCTIONS)), raw: functions };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {string} folder
 * @returns {import("./cpu-profile.mjs").CpuProfile}
 */
function readMainThread(folder) {
  // CPU.<date>.<time>.<process>.<thread>.<number>.cpuprofile
  const name = readdirSync(folder).find((each) => each.split(".").at(-3) === "0");
  if (name === undefined) throw new Error("The server wrote no profile: it did not end by itself");
  return JSON.parse(readFileSync(join(folder, name), "utf8"));
}

/** @param {readonly import("./cpu-profile.mjs").SelfTime[]} functions */
function tableOf(functions) {
  const rows = functions.map(
    ({ name, place, ms, share }) =>
      `| \`${name}\` | ${place} | ${ms.toFixed(0)} | ${(100 * share).toFixed(1)} % |`,
  );
  return ["| function | where | self, ms | share |", "|---|---|---:|---:|", ...rows].join("\n");
}
