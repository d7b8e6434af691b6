// @ts-check
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Of the clock in which Linux counts (USER_HZ), on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
/** A server without requests looks after its connections: at most so much of a core. */
const IDLE_SHARE = 0.1;
const LOOK_EVERY_MS = 250;
const IDLE_LIMIT_MS = 60_000;

/**
 * How long a process has kept a processor busy, its threads included.
 *
 * @param {number} pid
 * @returns {number} seconds; NaN where the system does not tell
 */
export function processorSeconds(pid) {
  if (process.platform !== "linux") return Number.NaN;
  // The name, in parentheses, may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  // From the state on, which is the third: utime is the 14th, stime the 15th.
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/**
 * Waits until a server has done what it still does for clients that are gone: it would take time from the
 * one that is measured next on the same core. Where the system does not tell, it waits once.
 *
 * @param {number} pid
 */
export async function untilIdle(pid) {
  for (let waited = 0; waited < IDLE_LIMIT_MS; waited += LOOK_EVERY_MS) {
    const before = processorSeconds(pid);
    await sleep(LOOK_EVERY_MS);
    const share = (1_000 * (processorSeconds(pid) - before)) / LOOK_EVERY_MS;
    if (Number.isNaN(share) || share <= IDLE_SHARE) return;
  }
}
