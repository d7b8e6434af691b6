// @ts-check
import { median } from "./statistics.mjs";

/** @typedef {import("./comparison.mjs").Run} Run */

const HEAD = [
  ["", "answer", "requests/s", "p50, ms", "p99, ms", "MB/s", "core busy", "errors"],
  ["bare: requests/s", "p99, ms", "ratio"],
  ["`next start`: answer", "requests/s", "p99, ms", "errors", "ratio"],
].flat();

/**
 * @param {readonly import("./comparison.mjs").Line[]} lines
 * @returns {string} Markdown; each figure is the median of the runs, errors are those of all runs
 */
export function comparisonTable(lines) {
  const rows = lines.map(({ name, site, bare, next }) => {
    const middle = (/** @type {Run[]} */ runs, /** @type {keyof Run} */ key) =>
      median(runs.map((run) => run[key]));
    const times = (/** @type {import("./comparison.mjs").Side} */ other, /** @type {number} */ digits) => {
      const ratio = middle(site.runs, "requestsPerSecond") / middle(other.runs, "requestsPerSecond");
      return Number.isNaN(ratio) ? "" : `${figure(ratio, digits)} ×`;
    };
    return [
      name,
      site.answer,
      figure(middle(site.runs, "requestsPerSecond")),
      figure(middle(site.runs, "p50Ms"), 1),
      figure(middle(site.runs, "p99Ms"), 1),
      figure(middle(site.runs, "bytesPerSecond") / 1e6),
      Number.isNaN(middle(site.runs, "busy")) ? "" : `${figure(100 * middle(site.runs, "busy"))} %`,
      errorsOf(site.runs),
      figure(middle(bare.runs, "requestsPerSecond")),
      figure(middle(bare.runs, "p99Ms"), 1),
      times(bare, 2),
      next.answer,
      figure(middle(next.runs, "requestsPerSecond")),
      figure(middle(next.runs, "p99Ms"), 1),
      errorsOf(next.runs),
      times(next, 1),
    ];
  });
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(" | ")} |`;
  const alignment = HEAD.map((title) => (title === "" || title.endsWith("answer") ? "---" : "---:"));
  return [line(HEAD), `|${alignment.join("|")}|`, ...rows.map(line)].join("\n");
}

/**
 * @param {number} value
 * @param {number} [digits] after the point
 * @returns {string} nothing for what was not measured
 */
function figure(value, digits = 0) {
  if (Number.isNaN(value)) return "";
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** @param {readonly Run[]} runs */
function errorsOf(runs) {
  return runs.length === 0 ? "" : figure(runs.reduce((sum, run) => sum + run.errors, 0));
}
