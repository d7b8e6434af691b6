// @ts-check
/**
 * The part of V8's CPU profile (`node --cpu-prof`) that is read here. Times are microseconds.
 *
 * @typedef {{ functionName: string, url: string, lineNumber: number }} CallFrame `lineNumber` counts from 0
 * @typedef {object} CpuProfile
 * @property {{ id: number, callFrame: CallFrame }[]} nodes
 * @property {number[]} samples the node that was running, at each sample
 * @property {number[]} timeDeltas since the sample before
 *
 * @typedef {{ name: string, place: string, ms: number, share: number }} SelfTime `share` of the time not idle, 0 to 1
 */

/**
 * The time spent in each function itself, not in what it calls, wherever it was called from.
 *
 * @param {CpuProfile} profile
 * @param {{ fromMs?: number, root?: string }} [options] `fromMs` after the profile began counts nothing yet;
 *   `root` is left out of the places
 * @returns {SelfTime[]} the longest first; idle time is left out
 */
export function selfTimes({ nodes, samples, timeDeltas }, { fromMs = 0, root = "" } = {}) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  /** @type {Map<string, { name: string, place: string, ms: number }>} */
  const functions = new Map();
  let at = 0;
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const micros = timeDeltas[index] ?? 0;
    at += micros;
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === "(idle)" || at < fromMs * 1_000) continue;
    const name = frame.functionName || "(anonymous)";
    const place = placeOf(frame, root);
    const key = `${name} ${place}`;
    const entry = functions.get(key) ?? { name, place, ms: 0 };
    entry.ms += micros / 1_000;
    total += micros / 1_000;
    functions.set(key, entry);
  }
  return Array.from(functions.values(), (entry) => ({ ...entry, share: entry.ms / total })).sort(
    (a, b) => b.ms - a.ms,
  );
}

/**
 * @param {CallFrame} frame
 * @param {string} root
 */
function placeOf({ url, lineNumber }, root) {
  if (url === "") return "";
  return `${url.replace(/^file:\/\//, "").replace(root, "")}:${lineNumber + 1}`;
}
