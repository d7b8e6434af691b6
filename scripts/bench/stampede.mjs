// @ts-check
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { quantile } from "./statistics.mjs";

export const CALLERS = 1_000;
/** Connections opened at once: more would wait for the length of the server's queue, not for its answers. */
const OPENED_AT_ONCE = 100;
const LIMIT_MS = 60_000;

/**
 * @typedef {object} StampedeResult
 * @property {number} totalMs until the last byte of the last answer
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} errors answers that did not come, and those of another status than 200
 * @property {Record<string, number>} failures how often each kind of error was met
 */

/**
 * Empties the cache of a site, then asks for one page on many connections at once, all of them open before.
 *
 * @param {string} url
 * @param {string} path
 * @param {Readonly<Record<string, string>>} headers
 * @param {string} adminSecret
 * @returns {Promise<StampedeResult>}
 */
export async function stampede(url, path, headers, adminSecret) {
  const sockets = await openConnections(new URL(url), CALLERS);
  try {
    await clearCache(url, adminSecret);
    const startedAt = performance.now();
    const results = await Promise.all(
      sockets.map(async (socket) => {
        const failure = await ask(url + path, headers, socket).catch((error) => String(error));
        return { failure, ms: performance.now() - startedAt };
      }),
    );
    /** @type {Record<string, number>} */
    const failures = {};
    for (const { failure } of results) if (failure) failures[failure] = (failures[failure] ?? 0) + 1;
    const times = results.map(({ ms }) => ms).sort((a, b) => a - b);
    return {
      totalMs: times.at(-1) ?? Number.NaN,
      p50Ms: quantile(times, 0.5),
      p99Ms: quantile(times, 0.99),
      errors: results.filter(({ failure }) => failure !== undefined).length,
      failures,
    };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/**
 * @param {URL} origin
 * @param {number} count
 */
async function openConnections({ hostname, port }, count) {
  /** @type {import("node:net").Socket[]} */
  const sockets = [];
  while (sockets.length < count) {
    const few = Array.from({ length: Math.min(OPENED_AT_ONCE, count - sockets.length) }, async () => {
      const socket = connect(Number(port), hostname);
      await once(socket, "connect");
      return socket;
    });
    sockets.push(...(await Promise.all(few)));
  }
  return sockets;
}

/**
 * A server that has just started, or had no moment for Redis, answers 202 until all instances are told.
 *
 * @param {string} url
 * @param {string} adminSecret
 */
async function clearCache(url, adminSecret) {
  const authorization = `Bearer ${adminSecret}`;
  for (const endsAt = performance.now() + LIMIT_MS; ; await setTimeout(100)) {
    const response = await fetch(`${url}/clear-cache`, { method: "POST", headers: { authorization } });
    await response.arrayBuffer();
    if (response.status === 200) return;
    if (response.status !== 202 || performance.now() > endsAt)
      throw new Error(`/clear-cache answered ${response.status}`);
  }
}

/**
 * @param {string} url
 * @param {Readonly<Record<string, string>>} headers
 * @param {import("node:net").Socket} socket
 * @returns {Promise<string | undefined>} what came instead of a whole answer of status 200
 */
async function ask(url, headers, socket) {
  const asked = request(url, { headers, createConnection: () => socket, timeout: LIMIT_MS });
  asked.on("timeout", () => asked.destroy(new Error(`no answer in ${LIMIT_MS} ms`)));
  asked.end();
  const [response] = await once(asked, "response");
  for await (const _ of response);
  return response.statusCode === 200 ? undefined : `status ${response.statusCode}`;
}
