// @ts-check
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { findExecutable, pathDirectories } from "../test/executable.mjs";

/**
 * Which processor core the server gets for itself, and what everything else is kept on.
 *
 * @typedef {object} Cores
 * @property {(command: readonly [string, ...string[]]) => [string, ...string[]]} forServer makes a command run on
 *   the server's core, its threads included
 * @property {string} note for the report: what was pinned, or why nothing was
 */

/** @type {Cores["forServer"]} */
const anywhere = ([program, ...args]) => [program, ...args];

/**
 * Keeps this process, and so what it starts from now on (database, Redis, load generator), off the first
 * core that it may use. Only Linux has `taskset`; elsewhere server and load share all cores, and the figures
 * are lower and less steady.
 *
 * @returns {Cores}
 */
export function divideCores() {
  const [first, ...rest] = allowedCores();
  if (first === undefined || rest.length === 0) {
    return { forServer: anywhere, note: "not pinned: there is one core, or this is not Linux" };
  }
  const others = rest.join(",");
  const taskset = findExecutable(["taskset"], pathDirectories(process.env));
  if (!taskset) return { forServer: anywhere, note: "not pinned: there is no `taskset`" };
  const moved = spawnSync(taskset, ["-acp", others, `${process.pid}`], { stdio: "ignore" });
  if (moved.status !== 0) return { forServer: anywhere, note: "not pinned: `taskset` was refused" };
  return {
    forServer: (command) => [taskset, "-c", `${first}`, ...command],
    note: `server on core ${first}; load, Postgres and Redis on ${others}`,
  };
}

/** @returns {number[]} those that this process may run on; none where the system does not tell */
function allowedCores() {
  if (process.platform !== "linux") return [];
  const status = readFileSync("/proc/self/status", "utf8");
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "";
  return list.split(",").flatMap((range) => {
    const [from = Number.NaN, to = from] = range.split("-").map(Number);
    return Array.from({ length: to - from + 1 || 0 }, (_, index) => from + index);
  });
}
