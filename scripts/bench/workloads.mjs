// @ts-check
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BROWSER } from "./workload.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** 01-daily-full of the fixtures. */
export const REPORT = "/crypto_report/1";

/** @returns {import("./workload.mjs").Workload[]} the lines of the table, but for the cold stampede */
export function workloads() {
  return [
    { name: "report page, identity", path: REPORT, accept: "identity", encoding: "identity" },
    { name: "report page, gzip", path: REPORT, accept: "gzip", encoding: "gzip" },
    { name: "report page, brotli", path: REPORT, accept: BROWSER, encoding: "br" },
    { name: "report page, 304", path: REPORT, accept: BROWSER, conditional: true },
    { name: "home", path: "/", accept: BROWSER },
    { name: "list", path: "/crypto_reports_list", accept: BROWSER },
    { name: "dashboard summary", path: "/api/crypto/dashboard-summary", accept: BROWSER },
    { name: "static asset", path: largestScript(), accept: BROWSER },
  ];
}

function largestScript() {
  const folder = join(root, ".next/static/chunks");
  const size = (/** @type {string} */ name) => statSync(join(folder, name)).size;
  const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
  const [largest] = scripts.sort((a, b) => size(b) - size(a));
  return `/_next/static/chunks/${largest}`;
}
