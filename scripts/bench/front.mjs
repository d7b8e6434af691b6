// @ts-check
// The production server on one core beside plain `next start` of the same build, under load from another
// core: `npm run bench`. Prints a table for docs/performance.md; progress goes to standard error.
//
//   --rows TEXT       only lines whose name holds TEXT
//   --runs N --seconds N --connections N
//   --json FILE       the single runs as well
//   --memory          resident memory, at the start and under --minutes N of load
//   --reports N       the site with N reports in its database beside the site with 100
//   --profile         where the server spends its time under the load of --rows
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isBuildCurrent } from "../build-id.mjs";
import { compare } from "./comparison.mjs";
import { comparisonTable } from "./comparison-table.mjs";
import { measureManyReports } from "./many-reports.mjs";
import { measureMemory } from "./memory.mjs";
import { profile } from "./profile.mjs";
import { openWorkbench } from "./workbench.mjs";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "" },
    runs: { type: "string", default: "5" },
    seconds: { type: "string", default: "10" },
    connections: { type: "string", default: "100" },
    json: { type: "string" },
    memory: { type: "boolean", default: false },
    minutes: { type: "string", default: "5" },
    reports: { type: "string" },
    profile: { type: "boolean", default: false },
  },
});

const options = {
  runs: Number(values.runs),
  seconds: Number(values.seconds),
  connections: Number(values.connections),
  isWanted: (/** @type {string} */ name) => name.includes(values.rows),
};

/**
 * @param {import("./workbench.mjs").Workbench} workbench
 * @returns {Promise<{ table: string, raw: unknown }>}
 */
async function measure(workbench) {
  if (values.memory) return measureMemory(workbench, { ...options, minutes: Number(values.minutes) });
  if (values.reports !== undefined) {
    return measureManyReports(workbench, { ...options, reports: Number(values.reports) });
  }
  if (values.profile) return profile(workbench, options);
  const lines = await compare(workbench, options);
  return { table: comparisonTable(lines), raw: lines };
}

if (!isBuildCurrent()) {
  const build = spawnSync(process.execPath, ["scripts/build.mjs"], { stdio: ["ignore", 2, 2] });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
const workbench = await openWorkbench();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => void workbench.close().finally(() => process.exit(1)));
}
try {
  const { table, raw } = await measure(workbench);
  const description = workbench.description();
  console.log(`\n${description}\n\n${table}`);
  if (values.json) writeFileSync(values.json, JSON.stringify({ description, options, raw }, null, 2));
} finally {
  await workbench.close();
}
